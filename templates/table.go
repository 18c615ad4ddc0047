package templates

import (
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/state"
)

// Table keeps the latest value of each key. It belongs to the task's goroutine.
type Table[K, V any] struct {
	Store *state.Cache[V]
	// EmitEvery emits each update at once instead of coalescing them until Flush.
	EmitEvery bool
	// SendOld emits, beside each value, the one that it replaces downstream.
	SendOld bool
	// Joined: the updates come from a join, which says what was there before in its eyes: before,
	// if there is true.
	Joined bool
	// Kafka sends that on as the old value, as Kafka Streams does, instead of what was sent on
	// last (S57).
	Kafka bool
	// Quiet leaves the deletion of a key out that has no value.
	Quiet bool
	// DecodeKey reads a key's bytes back in Flush.
	DecodeKey func(src []byte) (K, error)
	// Emit hands a value downstream; absent values (present is false) are tombstones.
	Emit func(k K, v V, present bool, ts int64, h []serde.Header) error
	// EmitChange is Emit with the value that was emitted before, if there was one.
	EmitChange func(k K, v V, present bool, old V, had bool, ts int64, h []serde.Header) error
}

// Process takes an update; without present it is a deletion.
func (g *Table[K, V]) Process(key []byte, k K, v V, present bool, before V, there bool, ts int64, h []serde.Header) error {
	e, err := g.Store.Find(key)
	if err != nil {
		return err
	}
	if g.Quiet {
		if !present && !e.Present() {
			return nil
		}
	}
	if g.EmitEvery && g.SendOld {
		old, had := e.Val, e.Present()
		if g.Joined {
			if g.Kafka {
				old, had = before, there
			}
		}
		g.put(e, v, present, ts, h)
		if err := g.EmitChange(k, v, present, old, had, ts, h); err != nil {
			return err
		}
	} else {
		g.put(e, v, present, ts, h)
		if g.EmitEvery {
			if err := g.Emit(k, v, present, ts, h); err != nil {
				return err
			}
		}
	}
	return nil
}

// put stores an update.
func (g *Table[K, V]) put(e *state.Entry[V], v V, present bool, ts int64, h []serde.Header) {
	if present {
		g.Store.Set(e, v, ts, h)
	} else {
		g.Store.Delete(e, ts, h)
	}
}

// Flush emits the keys that changed since the last commit.
func (g *Table[K, V]) Flush() error {
	return g.Store.Pending(func(key []byte, e *state.Entry[V]) error {
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
