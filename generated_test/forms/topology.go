// Package forms is a case of the conformance corpus: the opt and record forms of the operators.
package forms

//go:generate go tool streamgen gen .

import (
	"strings"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/runtime/processor"
)

//streamgen:topology
func OptForms(b *dsl.Builder) {
	b.Stream("opt-in", dsl.String(), dsl.String()).
		FilterOpt(func(k, v dsl.Opt[string]) bool { return k.OK || v.OK }).
		MapValuesOpt(func(k, v dsl.Opt[string]) dsl.Opt[string] {
			if !v.OK {
				return dsl.Some("was absent")
			}
			if v.V == "drop" {
				return dsl.None[string]()
			}
			return v
		}).
		MapOpt(func(k dsl.Opt[string], v dsl.Opt[string]) (dsl.Opt[string], dsl.Opt[string]) {
			return dsl.Some(k.Or("no key")), v
		}).
		SelectKeyOpt(func(k, v dsl.Opt[string]) dsl.Opt[string] {
			if k.V == "unkey" {
				return dsl.None[string]()
			}
			return k
		}).
		To("opt-out", dsl.String(), dsl.String())
}

//streamgen:topology
func RecordForms(b *dsl.Builder) {
	b.Stream("rec-in", dsl.String(), dsl.Int64()).
		FilterRecord(func(r dsl.Rec[string, int64]) bool { return r.Timestamp%10 != 9 }).
		MapValuesRecord(func(r dsl.Rec[string, int64]) dsl.Opt[int64] {
			if r.NoValue {
				return dsl.None[int64]()
			}
			return dsl.Some(r.Value + int64(len(r.Headers)))
		}).
		MapRecord(func(r dsl.Rec[string, int64]) dsl.Rec[string, int64] {
			r.Key = strings.Repeat(r.Key, 2)
			r.Timestamp++
			r.Headers = append(append([]processor.Header(nil), r.Headers...), processor.Header{Key: "seen", Value: []byte("y")})
			return r
		}).
		To("rec-out", dsl.String(), dsl.Int64())
}
