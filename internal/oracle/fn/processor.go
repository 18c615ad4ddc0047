package fn

import (
	"time"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/runtime/processor"
)

// Running keeps a sum per key and forgets it at an absent value.
type Running[K any] struct{ Store *dsl.KeyValueStore[K, int64] }

// Init does nothing.
func (p *Running[K]) Init(*processor.Context[K, int64]) error { return nil }

// Process adds.
func (p *Running[K]) Process(ctx *processor.Context[K, int64], r processor.Record[K, int64]) error {
	switch {
	case r.NoKey:
	case r.NoValue:
		p.Store.Delete(r.Key)
	default:
		old, _ := p.Store.Get(r.Key)
		r.Value += old
		p.Store.Put(r.Key, r.Value)
	}
	ctx.Forward(r)
	return nil
}

// Close does nothing.
func (p *Running[K]) Close() error { return nil }

// Ticking keeps the last value per key and forwards all of them each 100 ms of its clock.
type Ticking[K, V any] struct {
	Store *dsl.KeyValueStore[K, V]
	Clock processor.TimeKind
}

// Init schedules the ticks.
func (p *Ticking[K, V]) Init(ctx *processor.Context[K, V]) error {
	_, err := ctx.Schedule(100*time.Millisecond, p.Clock, func(now int64) error {
		for k, v := range p.Store.All() {
			ctx.Forward(processor.Record[K, V]{Key: k, Value: v, Timestamp: now})
		}
		return nil
	})
	return err
}

// Process keeps the value.
func (p *Ticking[K, V]) Process(_ *processor.Context[K, V], r processor.Record[K, V]) error {
	switch {
	case r.NoKey:
	case r.NoValue:
		p.Store.Delete(r.Key)
	default:
		p.Store.Put(r.Key, r.Value)
	}
	return nil
}

// Close does nothing.
func (p *Ticking[K, V]) Close() error { return nil }

// Recent puts each number at its time and forwards the sum of the key's numbers of the last 100 ms.
type Recent[K any] struct{ Store *dsl.WindowStore[K, int64] }

// Init does nothing.
func (p *Recent[K]) Init(*processor.Context[K, int64]) error { return nil }

// Process sums up.
func (p *Recent[K]) Process(ctx *processor.Context[K, int64], r processor.Record[K, int64]) error {
	if r.NoKey || r.NoValue {
		return nil
	}
	p.Store.Put(r.Key, r.Value, r.Timestamp)
	r.Value = 0
	for _, v := range p.Store.Fetch(r.Key, max(0, r.Timestamp-100), r.Timestamp) {
		r.Value += v
	}
	ctx.Forward(r)
	return nil
}

// Close does nothing.
func (p *Recent[K]) Close() error { return nil }

// Previous forwards the value that its key had before, and keeps the new one.
type Previous[K, V any] struct{ Store *dsl.KeyValueStore[K, V] }

// Init does nothing.
func (p *Previous[K, V]) Init(*processor.ValueContext[V]) error { return nil }

// Process keeps the value.
func (p *Previous[K, V]) Process(ctx *processor.ValueContext[V], r processor.Record[K, V]) error {
	if r.NoKey {
		ctx.ForwardRecord(dsl.Opt[V]{V: r.Value, OK: !r.NoValue}, r.Timestamp, r.Headers)
		return nil
	}
	old, ok := p.Store.Get(r.Key)
	if r.NoValue {
		p.Store.Delete(r.Key)
	} else {
		p.Store.Put(r.Key, r.Value)
	}
	ctx.ForwardRecord(dsl.Opt[V]{V: old, OK: ok}, r.Timestamp+1, nil)
	return nil
}

// Close does nothing.
func (p *Previous[K, V]) Close() error { return nil }

// Stamped keeps values of its keys by their own time, 30 ms ahead of the record's, and forwards
// those that are replaced. Each 100 ms of the wall clock it forwards all.
type Stamped[K, V any] struct {
	Store *dsl.TimestampedKeyValueStore[K, V]
}

// Init schedules the ticks.
func (p *Stamped[K, V]) Init(ctx *processor.Context[K, V]) error {
	_, err := ctx.Schedule(100*time.Millisecond, processor.WallClock, func(int64) error {
		for k, v := range p.Store.All() {
			ctx.Forward(processor.Record[K, V]{Key: k, Value: v.Value, Timestamp: v.Timestamp})
		}
		return nil
	})
	return err
}

// Process keeps the value.
func (p *Stamped[K, V]) Process(ctx *processor.Context[K, V], r processor.Record[K, V]) error {
	if r.NoKey {
		return nil
	}
	if old, ok := p.Store.Get(r.Key); ok {
		ctx.Forward(processor.Record[K, V]{Key: r.Key, Value: old.Value, Timestamp: old.Timestamp, Headers: r.Headers})
	}
	if r.NoValue {
		p.Store.Delete(r.Key)
	} else {
		p.Store.Put(r.Key, r.Value, r.Timestamp+30)
	}
	return nil
}

// Close does nothing.
func (p *Stamped[K, V]) Close() error { return nil }
