// Package functions is a case of the conformance corpus: helper functions: plain, generic, of another package; named functions and methods.
package functions

//go:generate go tool streamgen gen .

import (
	"strings"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/generated_test/functions/shared"
)

// Limits is used through a method value.
type Limits struct{ Max int }

// Fits says whether v is short enough.
func (l Limits) Fits(k, v string) bool { return len(v) <= l.Max }

func trimmed(in dsl.Stream[string, string]) dsl.Stream[string, string] {
	return in.MapValues(trim)
}

func trim(k, v string) string { return strings.TrimSpace(v) }

func counted[K any](in dsl.Stream[K, string], key shared.KeyCodec[K]) dsl.Table[K, int64] {
	return in.GroupBy(func(k K, v string) K { return k }, key, dsl.String()).Count(dsl.Name("counted-by-key"))
}

//streamgen:topology
func Helpers(b *dsl.Builder) {
	limits := Limits{Max: 4}
	in := trimmed(b.Stream("texts", dsl.String(), dsl.String())).Filter(limits.Fits)
	shared.Present(in).To("short", dsl.String(), dsl.String())
	counted(in, dsl.String()).ToStream().To("short-counts", dsl.String(), dsl.Int64())
}
