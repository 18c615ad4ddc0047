package templates

import (
	"errors"
	"math"

	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/state"
	"github.com/streamgen/streamgen/runtime/window"
)

// SessionReduce folds the values of each key and session into one of the same type. It
// belongs to the task's goroutine.
type SessionReduce[K, V any] struct {
	Store *state.Sessions[V]
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
	// Add returns the next value of a session that has one; it may change old and return it.
	// Sessions that become one are folded by it too: the later one into the earlier.
	Add func(k K, v, old V) V
	// InPlace says that Add may change in place what the store holds; Append and Decode
	// then make the copy that stays as it was sent.
	InPlace bool
	Append  func(dst []byte, v V) ([]byte, error)
	Decode  func(src []byte) (V, error)
	buf     []byte
	// was is what was sent of the session that the record in progress updates where it is, had
	// whether there is one.
	was V
	had bool
	// DecodeKey reads a key's bytes back in Flush.
	DecodeKey func(src []byte) (K, error)
	// Emit hands a value downstream; absent ones (present is false) are tombstones.
	Emit func(k K, w window.Session, v V, present bool, ts int64, h []serde.Header) error
	// EmitChange is Emit with the result that was emitted before, if there was one.
	EmitChange func(k K, w window.Session, v V, present bool, old V, had bool, ts int64, h []serde.Header) error
}

// Process adds a record to the session of its key that it belongs to, as Kafka Streams'
// KStreamSessionWindowAggregate: stream time advances first; the record and all open
// sessions within the gap become one; what was two before is taken back. An absent value
// (ok is false) takes part in Kafka's way only (S21): it is not folded in.
func (r *SessionReduce[K, V]) Process(key []byte, k K, v V, ok bool, ts int64, h []serde.Header) error {
	if ts > *r.Time {
		*r.Time = ts
		if r.OnClose {
			r.Closing.Moved(h)
		}
	}
	closed := *r.Time - r.Grace - r.Gap // sessions that end before are closed
	from := ts - r.Gap
	switch hidden := r.Store.Hidden(); {
	case !r.Kafka && from < closed:
		from = closed
	case r.Kafka && from <= hidden:
		from = hidden + 1
	}
	near, err := r.Store.Near(key, from, r.until(ts))
	if err != nil {
		return err
	}
	own := window.Session{Start: ts, End: ts}
	w := own
	for _, s := range near {
		w = w.Join(s)
	}
	if w.End < closed {
		*r.Late++
		return nil
	}
	var old V
	if r.EmitEvery && r.SendOld {
		r.had = false
	}
	for i, s := range near {
		e, err := r.Store.FindAt(key, s)
		if err != nil {
			return err
		}
		if r.EmitEvery {
			if r.SendOld {
				was, had, err := r.sent(e)
				if err != nil {
					return err
				}
				if w != own {
					var none V
					if err := r.EmitChange(k, s, none, false, was, had, s.End, r.headers(h)); err != nil {
						return err
					}
				} else { // Kafka Streams does not take it back (S103)
					r.was, r.had = was, had && !r.Kafka
				}
			} else {
				if w != own {
					var none V
					if err := r.Emit(k, s, none, false, s.End, r.headers(h)); err != nil {
						return err
					}
				}
			}
		}
		if i == 0 {
			old = e.Val
		} else {
			old = r.Add(k, e.Val, old)
		}
		if s != w || r.Kafka && w != own { // Kafka Streams logs that it goes and comes back
			r.Store.DeleteAt(e, s, ts, h)
		}
	}
	switch {
	case len(near) == 0 && !ok: // nothing to store; without a cache Kafka Streams logs it and says so downstream
		if r.OnClose {
			if err := r.Store.Refuse(key, own, ts, h); err != nil {
				return err
			}
		}
		if r.EmitEvery {
			if err := r.Store.Refuse(key, own, ts, h); err != nil {
				return err
			}
			if r.SendOld {
				if err := r.EmitChange(k, own, v, false, v, false, own.End, r.headers(h)); err != nil {
					return err
				}
			} else {
				if err := r.Emit(k, own, v, false, own.End, r.headers(h)); err != nil {
					return err
				}
			}
		}
		return nil
	case len(near) > 0 && ok:
		v = r.Add(k, v, old)
	case len(near) > 0:
		v = old
	}
	if err := r.Store.SetAt(key, w, v, ts, h); err != nil {
		return err
	}
	if r.EmitEvery {
		if r.SendOld {
			if err := r.EmitChange(k, w, v, true, r.was, r.had, w.End, r.headers(h)); err != nil {
				return err
			}
		} else {
			if err := r.Emit(k, w, v, true, w.End, r.headers(h)); err != nil {
				return err
			}
		}
	}
	return nil
}

// sent returns what was sent downstream of an entry, and whether anything was.
func (r *SessionReduce[K, V]) sent(e *state.Entry[V]) (old V, had bool, err error) {
	if r.InPlace {
		if !e.Present() {
			return old, false, nil
		}
		r.buf, err = r.Append(r.buf[:0], e.Val)
		if err != nil {
			return old, false, err
		}
		old, err = r.Decode(r.buf)
		return old, err == nil, err
	}
	return e.Val, e.Present(), nil
}

// Flush emits the sessions that changed since the last commit, with their ends as timestamps.
func (r *SessionReduce[K, V]) Flush() error {
	return r.Store.Pending(func(row []byte, e *state.Entry[V]) error {
		key, w, ok := state.SplitSession(row)
		if !ok {
			return errors.New("a key of the session store is shorter than 16 bytes")
		}
		if !e.Present() && (!e.Stored() || r.Kafka && r.Store.Expired(w)) {
			return nil
		}
		k, err := r.DecodeKey(key)
		if err != nil {
			return err
		}
		if r.SendOld {
			old, had, err := r.Store.Old(e)
			if err != nil {
				return err
			}
			if r.Kafka && r.Store.Expired(w) {
				had = false
			}
			return r.EmitChange(k, w, e.Val, e.Present(), old, had, w.End, e.Headers)
		} else {
			return r.Emit(k, w, e.Val, e.Present(), w.End, e.Headers)
		}
	})
}

// FlushClosed emits the sessions that have closed since it last did, by end, start, then key
// (KIP-825). What is emitted is the work of many records: it has the headers of none (S111).
func (r *SessionReduce[K, V]) FlushClosed() error {
	return r.Store.Closed(r.Closing, *r.Time-r.Grace-r.Gap, func(key []byte, w window.Session, e *state.Entry[V]) error {
		k, err := r.DecodeKey(key)
		if err != nil {
			return err
		}
		if r.SendOld {
			var none V
			return r.EmitChange(k, w, e.Val, true, none, false, w.End, r.Closing.Headers)
		} else {
			return r.Emit(k, w, e.Val, true, w.End, r.Closing.Headers)
		}
	})
}

// until is the latest start of a session that a record at ts belongs to; time ends at the
// largest int64.
func (r *SessionReduce[K, V]) until(ts int64) int64 {
	if ts > math.MaxInt64-r.Gap {
		return math.MaxInt64
	}
	return ts + r.Gap
}

// headers are those of a result that the record with headers h gave: none in Kafka Streams' way (S102).
func (r *SessionReduce[K, V]) headers(h []serde.Header) []serde.Header {
	if r.Kafka {
		return nil
	}
	return h
}
