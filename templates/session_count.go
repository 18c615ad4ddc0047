package templates

import (
	"errors"
	"math"

	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/state"
	"github.com/streamgen/streamgen/runtime/window"
)

// SessionCount counts the records of each key and session. It belongs to the task's goroutine.
type SessionCount[K any] struct {
	Store *state.Sessions[int64]
	// Time is the operator's stream time and Late counts the records whose session was
	// closed when they came.
	Time, Late *int64
	// Closing is how far the emission of closed sessions has come; nil without OnClose.
	Closing *state.Closing
	// Gap and Grace are the session arithmetic in milliseconds.
	Gap, Grace int64
	// Kafka has a record join the sessions that Kafka Streams' store would show, instead of
	// those that are open (S104).
	Kafka bool
	// EmitEvery emits each update at once instead of coalescing them until Flush.
	EmitEvery bool
	// SendOld emits, beside each result, the one that it replaces downstream.
	SendOld bool
	// OnClose emits each of the sessions once, in FlushClosed.
	OnClose bool
	// DecodeKey reads a key's bytes back in Flush.
	DecodeKey func(src []byte) (K, error)
	// Emit hands a count downstream; absent ones (present is false) are tombstones.
	Emit func(k K, w window.Session, n int64, present bool, ts int64, h []serde.Header) error
	// EmitChange is Emit with the result that was emitted before, if there was one.
	EmitChange func(k K, w window.Session, n int64, present bool, old int64, had bool, ts int64, h []serde.Header) error
}

// Process adds a record to the session of its key that it belongs to, as Kafka Streams'
// KStreamSessionWindowAggregate: stream time advances first; the record and all open
// sessions within the gap become one; what was two before is taken back.
func (c *SessionCount[K]) Process(key []byte, k K, ts int64, h []serde.Header) error {
	if ts > *c.Time {
		*c.Time = ts
		if c.OnClose {
			c.Closing.Moved(h)
		}
	}
	closed := *c.Time - c.Grace - c.Gap // sessions that end before are closed
	from := ts - c.Gap
	switch hidden := c.Store.Hidden(); {
	case !c.Kafka && from < closed:
		from = closed
	case c.Kafka && from <= hidden:
		from = hidden + 1
	}
	near, err := c.Store.Near(key, from, c.until(ts))
	if err != nil {
		return err
	}
	own := window.Session{Start: ts, End: ts}
	w := own
	for _, s := range near {
		w = w.Join(s)
	}
	if w.End < closed {
		*c.Late++
		return nil
	}
	n := int64(1)
	for _, s := range near {
		e, err := c.Store.FindAt(key, s)
		if err != nil {
			return err
		}
		n += e.Val
		if c.EmitEvery {
			if w != own {
				if c.SendOld {
					if err := c.EmitChange(k, s, 0, false, e.Val, true, s.End, c.headers(h)); err != nil {
						return err
					}
				} else {
					if err := c.Emit(k, s, 0, false, s.End, c.headers(h)); err != nil {
						return err
					}
				}
			}
		}
		if s != w || c.Kafka && w != own { // Kafka Streams logs that it goes and comes back
			c.Store.DeleteAt(e, s, ts, h)
		}
	}
	if err := c.Store.SetAt(key, w, n, ts, h); err != nil {
		return err
	}
	if c.EmitEvery {
		if c.SendOld {
			had := w == own && n > 1 && !c.Kafka // Kafka Streams does not take it back (S103)
			if err := c.EmitChange(k, w, n, true, n-1, had, w.End, c.headers(h)); err != nil {
				return err
			}
		} else {
			if err := c.Emit(k, w, n, true, w.End, c.headers(h)); err != nil {
				return err
			}
		}
	}
	return nil
}

// Flush emits the sessions that changed since the last commit, with their ends as timestamps.
func (c *SessionCount[K]) Flush() error {
	return c.Store.Pending(func(row []byte, e *state.Entry[int64]) error {
		key, w, ok := state.SplitSession(row)
		if !ok {
			return errors.New("a key of the session store is shorter than 16 bytes")
		}
		if !e.Present() && (!e.Stored() || c.Kafka && c.Store.Expired(w)) {
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
			if c.Kafka && c.Store.Expired(w) {
				had = false
			}
			return c.EmitChange(k, w, e.Val, e.Present(), old, had, w.End, e.Headers)
		} else {
			return c.Emit(k, w, e.Val, e.Present(), w.End, e.Headers)
		}
	})
}

// FlushClosed emits the sessions that have closed since it last did, by end, start, then key
// (KIP-825). What is emitted is the work of many records: it has the headers of none (S111).
func (c *SessionCount[K]) FlushClosed() error {
	return c.Store.Closed(c.Closing, *c.Time-c.Grace-c.Gap, func(key []byte, w window.Session, e *state.Entry[int64]) error {
		k, err := c.DecodeKey(key)
		if err != nil {
			return err
		}
		if c.SendOld {
			var none int64
			return c.EmitChange(k, w, e.Val, true, none, false, w.End, c.Closing.Headers)
		} else {
			return c.Emit(k, w, e.Val, true, w.End, c.Closing.Headers)
		}
	})
}

// until is the latest start of a session that a record at ts belongs to; time ends at the
// largest int64.
func (c *SessionCount[K]) until(ts int64) int64 {
	if ts > math.MaxInt64-c.Gap {
		return math.MaxInt64
	}
	return ts + c.Gap
}

// headers are those of a result that the record with headers h gave: none in Kafka Streams' way (S102).
func (c *SessionCount[K]) headers(h []serde.Header) []serde.Header {
	if c.Kafka {
		return nil
	}
	return h
}
