package templates

import (
	"errors"
	"math"

	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/state"
	"github.com/streamgen/streamgen/runtime/window"
)

// SessionAggregate folds the records of each key and session into a value of
// another type. It belongs to the task's goroutine.
type SessionAggregate[K, V, A any] struct {
	Store *state.Sessions[A]
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
	// Init returns the aggregate that a session's first record is added to.
	Init func() A
	// Add returns the next aggregate; it may change agg and return it.
	Add func(k K, v V, agg A) A
	// Merge returns the aggregate of two sessions that have become one; it may change both.
	Merge func(k K, a, b A) A
	// InPlace says that Add or Merge may change in place what the store holds; Append and Decode
	// then make the copy that stays as it was sent.
	InPlace bool
	Append  func(dst []byte, v A) ([]byte, error)
	Decode  func(src []byte) (A, error)
	buf     []byte
	// was is what was sent of the session that the record in progress updates where it is, had
	// whether there is one.
	was A
	had bool
	// DecodeKey reads a key's bytes back in Flush.
	DecodeKey func(src []byte) (K, error)
	// Emit hands an aggregate downstream; absent ones (present is false) are tombstones.
	Emit func(k K, w window.Session, agg A, present bool, ts int64, h []serde.Header) error
	// EmitChange is Emit with the result that was emitted before, if there was one.
	EmitChange func(k K, w window.Session, agg A, present bool, old A, had bool, ts int64, h []serde.Header) error
}

// Process adds a record to the session of its key that it belongs to, as Kafka Streams'
// KStreamSessionWindowAggregate: stream time advances first; the record and all open
// sessions within the gap become one; what was two before is taken back. An absent value
// (ok is false) takes part in Kafka's way only (S21): it is not folded in.
func (g *SessionAggregate[K, V, A]) Process(key []byte, k K, v V, ok bool, ts int64, h []serde.Header) error {
	if ts > *g.Time {
		*g.Time = ts
		if g.OnClose {
			g.Closing.Moved(h)
		}
	}
	closed := *g.Time - g.Grace - g.Gap // sessions that end before are closed
	from := ts - g.Gap
	switch hidden := g.Store.Hidden(); {
	case !g.Kafka && from < closed:
		from = closed
	case g.Kafka && from <= hidden:
		from = hidden + 1
	}
	near, err := g.Store.Near(key, from, g.until(ts))
	if err != nil {
		return err
	}
	own := window.Session{Start: ts, End: ts}
	w := own
	for _, s := range near {
		w = w.Join(s)
	}
	if w.End < closed {
		*g.Late++
		return nil
	}
	agg := g.Init()
	if g.EmitEvery && g.SendOld {
		g.had = false
	}
	for _, s := range near {
		e, err := g.Store.FindAt(key, s)
		if err != nil {
			return err
		}
		if g.EmitEvery {
			if g.SendOld {
				was, had, err := g.sent(e)
				if err != nil {
					return err
				}
				if w != own {
					var none A
					if err := g.EmitChange(k, s, none, false, was, had, s.End, g.headers(h)); err != nil {
						return err
					}
				} else { // Kafka Streams does not take it back (S103)
					g.was, g.had = was, had && !g.Kafka
				}
			} else {
				if w != own {
					var none A
					if err := g.Emit(k, s, none, false, s.End, g.headers(h)); err != nil {
						return err
					}
				}
			}
		}
		agg = g.Merge(k, agg, e.Val)
		if s != w || g.Kafka && w != own { // Kafka Streams logs that it goes and comes back
			g.Store.DeleteAt(e, s, ts, h)
		}
	}
	if ok {
		agg = g.Add(k, v, agg)
	}
	if err := g.Store.SetAt(key, w, agg, ts, h); err != nil {
		return err
	}
	if g.EmitEvery {
		if g.SendOld {
			if err := g.EmitChange(k, w, agg, true, g.was, g.had, w.End, g.headers(h)); err != nil {
				return err
			}
		} else {
			if err := g.Emit(k, w, agg, true, w.End, g.headers(h)); err != nil {
				return err
			}
		}
	}
	return nil
}

// sent returns what was sent downstream of an entry, and whether anything was.
func (g *SessionAggregate[K, V, A]) sent(e *state.Entry[A]) (old A, had bool, err error) {
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

// Flush emits the sessions that changed since the last commit, with their ends as timestamps.
func (g *SessionAggregate[K, V, A]) Flush() error {
	return g.Store.Pending(func(row []byte, e *state.Entry[A]) error {
		key, w, ok := state.SplitSession(row)
		if !ok {
			return errors.New("a key of the session store is shorter than 16 bytes")
		}
		if !e.Present() && (!e.Stored() || g.Kafka && g.Store.Expired(w)) {
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
			if g.Kafka && g.Store.Expired(w) {
				had = false
			}
			return g.EmitChange(k, w, e.Val, e.Present(), old, had, w.End, e.Headers)
		} else {
			return g.Emit(k, w, e.Val, e.Present(), w.End, e.Headers)
		}
	})
}

// FlushClosed emits the sessions that have closed since it last did, by end, start, then key
// (KIP-825). What is emitted is the work of many records: it has the headers of none (S111).
func (g *SessionAggregate[K, V, A]) FlushClosed() error {
	return g.Store.Closed(g.Closing, *g.Time-g.Grace-g.Gap, func(key []byte, w window.Session, e *state.Entry[A]) error {
		k, err := g.DecodeKey(key)
		if err != nil {
			return err
		}
		if g.SendOld {
			var none A
			return g.EmitChange(k, w, e.Val, true, none, false, w.End, g.Closing.Headers)
		} else {
			return g.Emit(k, w, e.Val, true, w.End, g.Closing.Headers)
		}
	})
}

// until is the latest start of a session that a record at ts belongs to; time ends at the
// largest int64.
func (g *SessionAggregate[K, V, A]) until(ts int64) int64 {
	if ts > math.MaxInt64-g.Gap {
		return math.MaxInt64
	}
	return ts + g.Gap
}

// headers are those of a result that the record with headers h gave: none in Kafka Streams' way (S102).
func (g *SessionAggregate[K, V, A]) headers(h []serde.Header) []serde.Header {
	if g.Kafka {
		return nil
	}
	return h
}
