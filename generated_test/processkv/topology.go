// Package processkv is a case of the conformance corpus: a processor with a key-value store and both punctuators.
package processkv

//go:generate go tool streamgen gen .

import (
	"time"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/runtime/processor"
)

type balances struct {
	store *dsl.KeyValueStore[string, int64]
	every time.Duration
	ctx   *processor.Context[string, int64]
	once  *processor.Schedule
}

func (p *balances) Init(ctx *processor.Context[string, int64]) error {
	p.ctx = ctx
	if _, err := ctx.Schedule(p.every, processor.StreamTime, p.report); err != nil {
		return err
	}
	var err error
	p.once, err = ctx.Schedule(time.Second, processor.WallClock, func(now int64) error {
		ctx.Forward(processor.Record[string, int64]{Key: "wall", Value: now, Timestamp: now})
		p.once.Cancel()
		return nil
	})
	return err
}

func (p *balances) Process(ctx *processor.Context[string, int64], r processor.Record[string, int64]) error {
	if r.NoKey {
		return nil
	}
	if r.NoValue {
		p.store.Delete(r.Key)
		ctx.Forward(r)
		return nil
	}
	v, _ := p.store.Get(r.Key)
	p.store.Put(r.Key, v+r.Value)
	ctx.Forward(processor.Record[string, int64]{Key: r.Key, Value: v + r.Value, Timestamp: r.Timestamp, Headers: r.Headers})
	if v < 0 {
		ctx.Forward(processor.Record[string, int64]{Key: "debt:" + r.Key, Value: ctx.StreamTime(), Timestamp: r.Timestamp})
	}
	return nil
}

func (p *balances) report(now int64) error {
	for k, v := range p.store.All() {
		p.ctx.Forward(processor.Record[string, int64]{Key: "all:" + k, Value: v, Timestamp: now})
	}
	return nil
}

func (p *balances) Close() error { return nil }

//streamgen:topology
func Balances(b *dsl.Builder) {
	store := b.KeyValueStore("balances", dsl.String(), dsl.Int64())
	b.Stream("movements", dsl.String(), dsl.Int64()).
		Process(func() *balances { return &balances{store: store, every: 100 * time.Millisecond} }, dsl.Name("balancer")).
		To("balances-out", dsl.String(), dsl.Int64())
}
