package templates

import (
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/state"
)

// TableCount counts the rows of each group of a table. It belongs to the task's goroutine.
type TableCount[K any] struct {
	Store *state.Cache[int64]
	// EmitEvery emits each update at once instead of coalescing them until Flush.
	EmitEvery bool
	// SendOld emits, beside each result, the one that it replaces downstream.
	SendOld bool
	// DecodeKey reads a key's bytes back in Flush.
	DecodeKey func(src []byte) (K, error)
	// Emit hands a count downstream; absent ones (present is false) are tombstones.
	Emit func(k K, n int64, present bool, ts int64, h []serde.Header) error
	// EmitChange is Emit with the result that was emitted before, if there was one.
	EmitChange func(k K, n int64, present bool, old int64, had bool, ts int64, h []serde.Header) error
}

// Process takes a change: a row came when added is true, one went when removed is true.
func (c *TableCount[K]) Process(key []byte, k K, added bool, removed bool, ts int64, h []serde.Header) error {
	e, err := c.Store.Find(key)
	if err != nil {
		return err
	}
	if c.EmitEvery && c.SendOld {
		old, had := e.Val, e.Present()
		n, present, ts := c.fold(e, added, removed, ts)
		c.put(e, n, present, ts, h)
		if err := c.EmitChange(k, n, present, old, had, ts, h); err != nil {
			return err
		}
	} else {
		n, present, ts := c.fold(e, added, removed, ts)
		c.put(e, n, present, ts, h)
		if c.EmitEvery {
			if err := c.Emit(k, n, present, ts, h); err != nil {
				return err
			}
		}
	}
	return nil
}

// fold returns the count after a change, whether there is one, and its time.
func (c *TableCount[K]) fold(e *state.Entry[int64], added bool, removed bool, ts int64) (int64, bool, int64) {
	n, present := e.Val, e.Present()
	if present && e.Ts > ts && (added || removed) {
		ts = e.Ts
	}
	if removed && present {
		n--
	}
	if added {
		n, present = n+1, true
	}
	return n, present, ts
}

// put stores the count after a change.
func (c *TableCount[K]) put(e *state.Entry[int64], n int64, present bool, ts int64, h []serde.Header) {
	if present {
		c.Store.Set(e, n, ts, h)
	} else {
		c.Store.Delete(e, ts, h)
	}
}

// Flush emits the counts that changed since the last commit.
func (c *TableCount[K]) Flush() error {
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
