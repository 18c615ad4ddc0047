package templates

import (
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/state"
)

// Aggregate folds the records of each key into a value of another type. It belongs to the
// task's goroutine.
type Aggregate[K, V, A any] struct {
	Store *state.Cache[A]
	// EmitEvery emits each update at once instead of coalescing them until Flush.
	EmitEvery bool
	// SendOld emits, beside each result, the one that it replaces downstream.
	SendOld bool
	// Kafka has the first update of a key replace the initial value, as in Kafka Streams,
	// instead of none (S57).
	Kafka bool
	// Init returns the aggregate that a key's first record is added to.
	Init func() A
	// Add returns the next aggregate; it may change agg and return it.
	Add func(k K, v V, agg A) A
	// InPlace says that Add may change in place what the store holds; Append and Decode
	// then make the copy that stays as it was sent.
	InPlace bool
	Append  func(dst []byte, v A) ([]byte, error)
	Decode  func(src []byte) (A, error)
	buf     []byte
	// DecodeKey reads a key's bytes back in Flush.
	DecodeKey func(src []byte) (K, error)
	// Emit hands an aggregate downstream; absent ones (present is false) are tombstones.
	Emit func(k K, agg A, present bool, ts int64, h []serde.Header) error
	// EmitChange is Emit with the result that was emitted before, if there was one.
	EmitChange func(k K, agg A, present bool, old A, had bool, ts int64, h []serde.Header) error
}

// Process adds a record.
func (g *Aggregate[K, V, A]) Process(key []byte, k K, v V, ts int64, h []serde.Header) error {
	e, err := g.Store.Find(key)
	if err != nil {
		return err
	}
	if g.EmitEvery && g.SendOld {
		old, had, err := g.sent(e)
		if err != nil {
			return err
		}
		if g.Kafka && !had {
			old, had = g.Init(), true
		}
		agg, ts := g.fold(e, k, v, ts)
		g.Store.Set(e, agg, ts, h)
		if err := g.EmitChange(k, agg, true, old, had, ts, h); err != nil {
			return err
		}
	} else {
		agg, ts := g.fold(e, k, v, ts)
		g.Store.Set(e, agg, ts, h)
		if g.EmitEvery {
			if err := g.Emit(k, agg, true, ts, h); err != nil {
				return err
			}
		}
	}
	return nil
}

// fold returns the aggregate and the time of a key that takes in a record.
func (g *Aggregate[K, V, A]) fold(e *state.Entry[A], k K, v V, ts int64) (A, int64) {
	agg := e.Val
	if e.Present() {
		if e.Ts > ts {
			ts = e.Ts
		}
	} else {
		agg = g.Init()
	}
	return g.Add(k, v, agg), ts
}

// sent returns what was sent downstream of an entry, and whether anything was.
func (g *Aggregate[K, V, A]) sent(e *state.Entry[A]) (old A, had bool, err error) {
	if g.InPlace {
		if !e.Present() {
			return old, false, nil
		}
		g.buf, err = g.Append(g.buf[:0], e.Val)
		if err != nil {
			return old, false, err
		}
		old, err = g.Decode(g.buf)
		return old, err == nil, err
	}
	return e.Val, e.Present(), nil
}

// Flush emits the aggregates that changed since the last commit.
func (g *Aggregate[K, V, A]) Flush() error {
	return g.Store.Pending(func(key []byte, e *state.Entry[A]) error {
		if !e.Present() && !e.Stored() {
			return nil
		}
		k, err := g.DecodeKey(key)
		if err != nil {
			return err
		}
		if g.SendOld {
			old, had, err := g.Store.Old(e)
			if err != nil {
				return err
			}
			return g.EmitChange(k, e.Val, e.Present(), old, had, e.Ts, e.Headers)
		} else {
			return g.Emit(k, e.Val, e.Present(), e.Ts, e.Headers)
		}
	})
}
