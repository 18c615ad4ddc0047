// Package recordtime is a case of the conformance corpus: the stores of a processor note the time of the record that it
// was handed, not of the source's.
package recordtime

//go:generate go tool streamgen gen .

import (
	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/runtime/processor"
)

// keeper puts each record into its store and sends it on.
type keeper struct {
	rows *dsl.KeyValueStore[string, int64]
}

func (p *keeper) Init(*processor.Context[string, int64]) error { return nil }

func (p *keeper) Process(ctx *processor.Context[string, int64], r processor.Record[string, int64]) error {
	p.rows.Put(r.Key, r.Value)
	ctx.Forward(r)
	return nil
}

func (p *keeper) Close() error { return nil }

//streamgen:topology
func Shifted(b *dsl.Builder) {
	later := b.KeyValueStore("later", dsl.String(), dsl.Int64())
	asRead := b.KeyValueStore("as-read", dsl.String(), dsl.Int64())
	below := b.KeyValueStore("below", dsl.String(), dsl.Int64())
	in := b.Stream("shifted", dsl.String(), dsl.Int64())
	in.MapRecord(func(r dsl.Rec[string, int64]) dsl.Rec[string, int64] {
		r.Timestamp += 1000
		return r
	}).Process(func() *keeper { return &keeper{rows: later} }, dsl.Name("keep-later")).
		To("shifted-out", dsl.String(), dsl.Int64())
	in.Process(func() *keeper { return &keeper{rows: asRead} }, dsl.Name("keep-as-read")).
		GroupByKey().
		Reduce(func(k string, v, old int64) int64 { return v + old }, dsl.Int64(), dsl.Name("shifted-sum")).
		ToStream().
		Process(func() *keeper { return &keeper{rows: below} }, dsl.Name("keep-below")).
		ForEach(func(k string, v int64) {})
}
