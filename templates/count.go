package templates

import (
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/state"
)

// Count counts the records of each key. It belongs to the task's goroutine.
type Count[K any] struct {
	Store *state.Cache[int64]
	// EmitEvery emits each update at once instead of coalescing them until Flush.
	EmitEvery bool
	// SendOld emits, beside each count, the one that it replaces downstream.
	SendOld bool
	// Kafka has the first update of a key replace the initial value, as in Kafka Streams,
	// instead of none (S57).
	Kafka bool
	// DecodeKey reads a key's bytes back in Flush.
	DecodeKey func(src []byte) (K, error)
	// Emit hands a count downstream; absent counts (present is false) are tombstones.
	Emit func(k K, n int64, present bool, ts int64, h []serde.Header) error
	// EmitChange is Emit with the count that was emitted before, if there was one.
	EmitChange func(k K, n int64, present bool, old int64, had bool, ts int64, h []serde.Header) error
}

// Process counts a record.
func (c *Count[K]) Process(key []byte, k K, ts int64, h []serde.Header) error {
	e, err := c.Store.Find(key)
	if err != nil {
		return err
	}
	n := int64(1)
	if e.Present() {
		n += e.Val
		if e.Ts > ts {
			ts = e.Ts
		}
	}
	if c.EmitEvery && c.SendOld {
		old, had := e.Val, e.Present() || c.Kafka
		c.Store.Set(e, n, ts, h)
		if err := c.EmitChange(k, n, true, old, had, ts, h); err != nil {
			return err
		}
	} else {
		c.Store.Set(e, n, ts, h)
		if c.EmitEvery {
			if err := c.Emit(k, n, true, ts, h); err != nil {
				return err
			}
		}
	}
	return nil
}

// Flush emits the counts that changed since the last commit.
func (c *Count[K]) Flush() error {
	return c.Store.Pending(func(key []byte, e *state.Entry[int64]) error {
		if !e.Present() && !e.Stored() {
			return nil
		}
		k, err := c.DecodeKey(key)
		if err != nil {
			return err
		}
		if c.SendOld {
			old, had, err := c.Store.Old(e)
			if err != nil {
				return err
			}
			return c.EmitChange(k, e.Val, e.Present(), old, had, e.Ts, e.Headers)
		} else {
			return c.Emit(k, e.Val, e.Present(), e.Ts, e.Headers)
		}
	})
}
