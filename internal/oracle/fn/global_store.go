package fn

import (
	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/runtime/processor"
)

// Keeping keeps the last value of each key.
type Keeping[K, V any] struct{ Store *dsl.KeyValueStore[K, V] }

// Init does nothing.
func (p *Keeping[K, V]) Init(*processor.GlobalContext) error { return nil }

// Process keeps the value.
func (p *Keeping[K, V]) Process(_ *processor.GlobalContext, r processor.Record[K, V]) error {
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
func (p *Keeping[K, V]) Close() error { return nil }

// Adding keeps a sum per key; a record without a key adds its value to all of them.
type Adding[K any] struct{ Store *dsl.KeyValueStore[K, int64] }

// Init does nothing.
func (p *Adding[K]) Init(*processor.GlobalContext) error { return nil }

// Process adds.
func (p *Adding[K]) Process(_ *processor.GlobalContext, r processor.Record[K, int64]) error {
	switch {
	case r.NoKey && r.NoValue:
	case r.NoKey:
		for k, v := range p.Store.All() {
			p.Store.Put(k, v+r.Value)
		}
	case r.NoValue:
		p.Store.Delete(r.Key)
	default:
		old, _ := p.Store.Get(r.Key)
		p.Store.Put(r.Key, old+r.Value)
	}
	return nil
}

// Close does nothing.
func (p *Adding[K]) Close() error { return nil }

// Dated keeps the last value of each key by a time 30 ms ahead of the record's.
type Dated[K, V any] struct {
	Store *dsl.TimestampedKeyValueStore[K, V]
}

// Init does nothing.
func (p *Dated[K, V]) Init(*processor.GlobalContext) error { return nil }

// Process keeps the value.
func (p *Dated[K, V]) Process(_ *processor.GlobalContext, r processor.Record[K, V]) error {
	switch {
	case r.NoKey:
	case r.NoValue:
		p.Store.Delete(r.Key)
	default:
		p.Store.Put(r.Key, r.Value, r.Timestamp+30)
	}
	return nil
}

// Close does nothing.
func (p *Dated[K, V]) Close() error { return nil }

// Asking gives records the value that a global store has for their key.
type Asking[K, V any] struct {
	Store *dsl.ReadOnlyKeyValueStore[K, V]
}

// Init does nothing.
func (p *Asking[K, V]) Init(*processor.Context[K, V]) error { return nil }

// Process looks the key up.
func (p *Asking[K, V]) Process(ctx *processor.Context[K, V], r processor.Record[K, V]) error {
	if !r.NoKey {
		if v, ok := p.Store.Get(r.Key); ok {
			r.Value, r.NoValue = v, false
		}
	}
	ctx.Forward(r)
	return nil
}

// Close does nothing.
func (p *Asking[K, V]) Close() error { return nil }

// Listing forwards all that a global store holds, or for a record without a value the row of its key.
type Listing[K, V any] struct {
	Store *dsl.ReadOnlyKeyValueStore[K, V]
}

// Init does nothing.
func (p *Listing[K, V]) Init(*processor.Context[K, V]) error { return nil }

// Process lists.
func (p *Listing[K, V]) Process(ctx *processor.Context[K, V], r processor.Record[K, V]) error {
	rows := p.Store.All()
	if r.NoValue && !r.NoKey {
		rows = p.Store.Range(r.Key, r.Key)
	}
	for k, v := range rows {
		ctx.Forward(processor.Record[K, V]{Key: k, Value: v, Timestamp: r.Timestamp})
	}
	return nil
}

// Close does nothing.
func (p *Listing[K, V]) Close() error { return nil }

// Dating gives records the value and the time that a global store has for their key.
type Dating[K, V any] struct {
	Store *dsl.ReadOnlyTimestampedKeyValueStore[K, V]
}

// Init does nothing.
func (p *Dating[K, V]) Init(*processor.Context[K, V]) error { return nil }

// Process looks the key up.
func (p *Dating[K, V]) Process(ctx *processor.Context[K, V], r processor.Record[K, V]) error {
	if !r.NoKey {
		if v, ok := p.Store.Get(r.Key); ok {
			r.Value, r.NoValue, r.Timestamp = v.Value, false, v.Timestamp
		}
	}
	ctx.Forward(r)
	return nil
}

// Close does nothing.
func (p *Dating[K, V]) Close() error { return nil }
