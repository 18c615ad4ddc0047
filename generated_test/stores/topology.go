// Package stores is a case of the conformance corpus: how stores keep what they hold.
package stores

//go:generate go tool streamgen gen .

import (
	"time"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/runtime/processor"
)

// InMemory has every kind of store in memory.
//
//streamgen:topology
func InMemory(b *dsl.Builder) {
	hits := b.Stream("hits", dsl.String(), dsl.Int64())
	hits.GroupByKey().Count(dsl.Name("hit-counts"), dsl.InMemory()).
		Filter(func(k string, n int64) bool { return n%2 == 0 }, dsl.Store("even-counts"), dsl.InMemory()).
		ToStream().To("even-counts-out", dsl.String(), dsl.Int64())
	hits.GroupByKey().WindowedBy(dsl.Tumbling(100*time.Millisecond)).Reduce(larger, dsl.Int64(), dsl.Name("largest"), dsl.InMemory()).
		ToStream(func(k string, w dsl.Window) string { return k }).To("largest-out", dsl.String(), dsl.Int64())
	hits.GroupByKey().SessionsBy(dsl.Sessions(20*time.Millisecond)).Count(dsl.Name("visits"), dsl.InMemory()).
		ToStream(func(k string, s dsl.Session) string { return k }).To("visits-out", dsl.String(), dsl.Int64())
	limits := b.Table("limits", dsl.String(), dsl.Int64(), dsl.Store("limits"), dsl.InMemory())
	hits.Join(limits, func(k string, v, limit int64) int64 { return limit - v }).To("left-out", dsl.String(), dsl.Int64())
	hits.LeftJoinStream(b.Stream("clicks", dsl.String(), dsl.Int64()), dsl.JoinWithin(5*time.Millisecond),
		func(k string, v int64, u dsl.Opt[int64]) int64 { return v + u.V }, dsl.Name("pairs"), dsl.InMemory()).
		To("pairs-out", dsl.String(), dsl.Int64())
}

func larger(k string, v, old int64) int64 { return max(v, old) }

// Untimed has stores without timestamps.
//
//streamgen:topology
func Untimed(b *dsl.Builder) {
	in := b.Stream("in", dsl.String(), dsl.Int64())
	in.GroupByKey().Count(dsl.Name("count"), dsl.WithoutTimestamps()).ToStream().To("count-out", dsl.String(), dsl.Int64())
	in.GroupByKey().Count(dsl.Name("every"), dsl.WithoutTimestamps(), dsl.EmitEveryUpdate()).ToStream().To("every-out", dsl.String(), dsl.Int64())
	in.GroupByKey().Count(dsl.Name("timed"), dsl.EmitEveryUpdate()).ToStream().To("timed-out", dsl.String(), dsl.Int64())
	in.GroupByKey().WindowedBy(dsl.Tumbling(100*time.Millisecond)).Reduce(larger, dsl.Int64(), dsl.Name("windows"), dsl.WithoutTimestamps(), dsl.InMemory()).
		ToStream(func(k string, w dsl.Window) string { return k }).To("windows-out", dsl.String(), dsl.Int64())
}

// latest keeps the latest value by its own time, and sends on what was replaced.
type latest struct {
	values *dsl.TimestampedKeyValueStore[string, int64]
	seen   *dsl.WindowStore[string, int64]
}

func (p *latest) Init(ctx *processor.Context[string, int64]) error {
	ctx.Schedule(100*time.Millisecond, processor.WallClock, func(int64) error {
		for k, v := range p.values.All() {
			ctx.Forward(dsl.Rec[string, int64]{Key: "all " + k, Value: v.Value, Timestamp: v.Timestamp})
		}
		for k, v := range p.values.Range("b", "d") {
			ctx.Forward(dsl.Rec[string, int64]{Key: "some " + k, Value: v.Value, Timestamp: v.Timestamp})
		}
		return nil
	})
	return nil
}

func (p *latest) Process(ctx *processor.Context[string, int64], r dsl.Rec[string, int64]) error {
	if r.NoKey {
		return nil
	}
	p.seen.Put(r.Key, r.Timestamp, max(0, r.Timestamp-r.Timestamp%10))
	old, ok := p.values.Get(r.Key)
	switch {
	case r.NoValue:
		p.values.Delete(r.Key)
	case !ok || old.Timestamp <= r.Timestamp+r.Value:
		p.values.Put(r.Key, r.Value, r.Timestamp+r.Value)
	default:
		return nil
	}
	if ok {
		ctx.Forward(dsl.Rec[string, int64]{Key: r.Key, Value: old.Value, Timestamp: old.Timestamp})
	}
	return nil
}

func (p *latest) Close() error { return nil }

// Timestamped has a processor whose values have timestamps.
//
//streamgen:topology
func Timestamped(b *dsl.Builder) {
	values := b.TimestampedKeyValueStore("values", dsl.String(), dsl.Int64())
	seen := b.WindowStore("seen", dsl.String(), dsl.Int64(), time.Second, 10*time.Millisecond, dsl.InMemory())
	b.Stream("updates", dsl.String(), dsl.Int64()).Process(func() *latest { return &latest{values, seen} }).To("replaced", dsl.String(), dsl.Int64())
}
