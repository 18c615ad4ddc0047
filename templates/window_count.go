package templates

import (
	"errors"
	"math"

	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/state"
	"github.com/streamgen/streamgen/runtime/window"
)

// WindowCount counts the records of each key and window. It belongs to the task's goroutine.
type WindowCount[K any] struct {
	Store *state.Windows[int64]
	// Time is the operator's stream time and Late counts the windows that were closed when
	// a record for them came.
	Time, Late *int64
	// Closing is how far the emission of closed windows has come; nil without OnClose.
	Closing *state.Closing
	// Size, Advance and Grace are the window arithmetic in milliseconds; windows tumble
	// when Advance equals Size.
	Size, Advance, Grace int64
	// EmitEvery emits each update at once instead of coalescing them until Flush.
	EmitEvery bool
	// SendOld emits, beside each result, the one that it replaces downstream.
	SendOld bool
	// Kafka has the first update of a window replace a count of 0, as in Kafka Streams,
	// instead of none (S57).
	Kafka bool
	// OnClose emits each of the windows once, in FlushClosed.
	OnClose bool
	// DecodeKey reads a key's bytes back in Flush.
	DecodeKey func(src []byte) (K, error)
	// Emit hands a count downstream; absent ones (present is false) are tombstones.
	Emit func(k K, w window.Window, n int64, present bool, ts int64, h []serde.Header) error
	// EmitChange is Emit with the result that was emitted before, if there was one.
	EmitChange func(k K, w window.Window, n int64, present bool, old int64, had bool, ts int64, h []serde.Header) error
}

// Process adds a record to each window that contains its timestamp, as Kafka Streams'
// KStreamWindowAggregate: stream time advances first, then windows whose end is not
// after stream time less grace count as late.
func (c *WindowCount[K]) Process(key []byte, k K, ts int64, h []serde.Header) error {
	if ts > *c.Time {
		*c.Time = ts
		if c.OnClose {
			c.Closing.Moved(h)
		}
	}
	last := ts / c.Advance * c.Advance
	if c.Advance < c.Size {
		start := (ts - c.Size + c.Advance) / c.Advance * c.Advance
		if start < 0 {
			start = 0
		}
		for ; start < last; start += c.Advance {
			if err := c.update(key, k, start, ts, h); err != nil {
				return err
			}
		}
	}
	return c.update(key, k, last, ts, h)
}

func (c *WindowCount[K]) update(key []byte, k K, start, ts int64, h []serde.Header) error {
	end := c.end(start)
	if end <= *c.Time-c.Grace {
		*c.Late++
		return nil
	}
	e, err := c.Store.FindAt(key, start)
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
		old, had := n-1, e.Present() || c.Kafka
		c.Store.SetAt(e, start, n, ts, h)
		if err := c.EmitChange(k, window.Window{Start: start, End: end}, n, true, old, had, ts, h); err != nil {
			return err
		}
	} else {
		c.Store.SetAt(e, start, n, ts, h)
		if c.EmitEvery {
			if err := c.Emit(k, window.Window{Start: start, End: end}, n, true, ts, h); err != nil {
				return err
			}
		}
	}
	return nil
}

// Flush emits the counts that changed since the last commit.
func (c *WindowCount[K]) Flush() error {
	return c.Store.Pending(func(row []byte, e *state.Entry[int64]) error {
		if !e.Present() && !e.Stored() {
			return nil
		}
		key, start, ok := state.SplitKey(row)
		if !ok {
			return errors.New("a key of the window store is shorter than 12 bytes")
		}
		k, err := c.DecodeKey(key)
		if err != nil {
			return err
		}
		w := window.Window{Start: start, End: c.end(start)}
		if c.SendOld {
			old, had, err := c.Store.Old(e)
			if err != nil {
				return err
			}
			return c.EmitChange(k, w, e.Val, e.Present(), old, had, e.Ts, e.Headers)
		} else {
			return c.Emit(k, w, e.Val, e.Present(), e.Ts, e.Headers)
		}
	})
}

// FlushClosed emits the windows that have closed since it last did, by start, then key
// (KIP-825). What is emitted is the work of many records: it has the headers of none (S111).
func (c *WindowCount[K]) FlushClosed() error {
	return c.Store.Closed(c.Closing, *c.Time-c.Grace-c.Size, c.Advance, func(key []byte, start int64, e *state.Entry[int64]) error {
		k, err := c.DecodeKey(key)
		if err != nil {
			return err
		}
		w := window.Window{Start: start, End: c.end(start)}
		if c.SendOld {
			var none int64
			return c.EmitChange(k, w, e.Val, true, none, false, e.Ts, c.Closing.Headers)
		} else {
			return c.Emit(k, w, e.Val, true, e.Ts, c.Closing.Headers)
		}
	})
}

// end is the end of the window that starts at start; time ends at the largest int64.
func (c *WindowCount[K]) end(start int64) int64 {
	if start > math.MaxInt64-c.Size {
		return math.MaxInt64
	}
	return start + c.Size
}
