// Package belowtable is a case of the conformance corpus: joins, processors and groupings that run when a table emits.
package belowtable

//go:generate go tool streamgen gen .

import (
	"time"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/runtime/processor"
)

// tally remembers the last value of each id, and forwards it with the previous one.
type tally struct {
	last *dsl.KeyValueStore[int64, int64]
}

func (p *tally) Init(ctx *processor.Context[int64, int64]) error {
	_, err := ctx.Schedule(200*time.Millisecond, processor.StreamTime, func(now int64) error {
		ctx.Forward(processor.Record[int64, int64]{Key: -1, Value: now, Timestamp: now})
		return nil
	})
	return err
}

func (p *tally) Process(ctx *processor.Context[int64, int64], r processor.Record[int64, int64]) error {
	if old, ok := p.last.Get(r.Key); ok {
		ctx.Forward(processor.Record[int64, int64]{Key: -r.Key, Value: old, Timestamp: r.Timestamp, Headers: r.Headers})
	}
	p.last.Put(r.Key, r.Value)
	ctx.Forward(r)
	return nil
}

func (p *tally) Close() error { return nil }

//streamgen:topology
func BelowTable(b *dsl.Builder) {
	names := b.GlobalTable("names", dsl.Int64(), dsl.String())
	last := b.KeyValueStore("last-tally", dsl.Int64(), dsl.Int64())
	b.Stream("votes", dsl.Int64(), dsl.Int64()).
		GroupByKey().
		Count(dsl.Name("votes-by-id")).
		ToStream().
		LeftJoinGlobal(names,
			func(id, n int64) int64 { return id },
			func(id, n int64, name dsl.Opt[string]) int64 { return 10*n + int64(len(name.V)) }).
		Process(func() *tally { return &tally{last: last} }, dsl.Name("tally")).
		GroupBy(func(id, v int64) string { return "group" + string(rune('a'+id&1)) }, dsl.String(), dsl.Int64()).
		WindowedBy(dsl.Tumbling(100*time.Millisecond).Grace(100*time.Millisecond)).
		Reduce(func(k string, v, old int64) int64 { return max(v, old) }, dsl.Int64(), dsl.Name("best")).
		ToStream(func(k string, w dsl.Window) string { return k + w.String() }).
		To("best-out", dsl.String(), dsl.Int64())
}
