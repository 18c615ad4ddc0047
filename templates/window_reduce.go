package templates

import (
	"errors"
	"math"

	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/state"
	"github.com/streamgen/streamgen/runtime/window"
)

// WindowReduce folds the records of each key and window into one value of their
// own type. It belongs to the task's goroutine.
type WindowReduce[K, V any] struct {
	Store *state.Windows[V]
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
	// OnClose emits each of the windows once, in FlushClosed.
	OnClose bool
	// Add folds a value into the one stored; a window's first value is stored as it is.
	Add func(k K, v V, old V) V
	// InPlace says that Add may change in place what the store holds; Append and Decode
	// then make the copy that stays as it was sent.
	InPlace bool
	Append  func(dst []byte, v V) ([]byte, error)
	Decode  func(src []byte) (V, error)
	buf     []byte
	// DecodeKey reads a key's bytes back in Flush.
	DecodeKey func(src []byte) (K, error)
	// Emit hands a value downstream; absent ones (present is false) are tombstones.
	Emit func(k K, w window.Window, v V, present bool, ts int64, h []serde.Header) error
	// EmitChange is Emit with the result that was emitted before, if there was one.
	EmitChange func(k K, w window.Window, v V, present bool, old V, had bool, ts int64, h []serde.Header) error
}

// Process adds a record to each window that contains its timestamp, as Kafka Streams'
// KStreamWindowAggregate: stream time advances first, then windows whose end is not
// after stream time less grace count as late. An absent value (ok is false) takes part
// in Kafka's way only (S21): it is not folded in, but its window is touched.
func (r *WindowReduce[K, V]) Process(key []byte, k K, v V, ok bool, ts int64, h []serde.Header) error {
	if ts > *r.Time {
		*r.Time = ts
		if r.OnClose {
			r.Closing.Moved(h)
		}
	}
	last := ts / r.Advance * r.Advance
	if r.Advance < r.Size {
		start := (ts - r.Size + r.Advance) / r.Advance * r.Advance
		if start < 0 {
			start = 0
		}
		for ; start < last; start += r.Advance {
			if err := r.update(key, k, v, ok, start, ts, h); err != nil {
				return err
			}
		}
	}
	return r.update(key, k, v, ok, last, ts, h)
}

func (r *WindowReduce[K, V]) update(key []byte, k K, v V, ok bool, start, ts int64, h []serde.Header) error {
	end := r.end(start)
	if end <= *r.Time-r.Grace {
		*r.Late++
		return nil
	}
	e, err := r.Store.FindAt(key, start)
	if err != nil {
		return err
	}
	if !ok && !e.Present() { // nothing to store; without a cache Kafka Streams logs it and says so downstream
		if r.OnClose {
			r.Store.DeleteAt(e, start, ts, h)
		}
		if r.EmitEvery {
			r.Store.DeleteAt(e, start, ts, h)
			if r.SendOld {
				if err := r.EmitChange(k, window.Window{Start: start, End: end}, v, false, v, false, ts, h); err != nil {
					return err
				}
			} else {
				if err := r.Emit(k, window.Window{Start: start, End: end}, v, false, ts, h); err != nil {
					return err
				}
			}
		}
		return nil
	}
	if r.EmitEvery && r.SendOld {
		old, had, err := r.sent(e)
		if err != nil {
			return err
		}
		v, ts = r.fold(e, k, v, ok, ts)
		r.Store.SetAt(e, start, v, ts, h)
		if err := r.EmitChange(k, window.Window{Start: start, End: end}, v, true, old, had, ts, h); err != nil {
			return err
		}
	} else {
		v, ts = r.fold(e, k, v, ok, ts)
		r.Store.SetAt(e, start, v, ts, h)
		if r.EmitEvery {
			if err := r.Emit(k, window.Window{Start: start, End: end}, v, true, ts, h); err != nil {
				return err
			}
		}
	}
	return nil
}

// fold returns the value and the time of a window that takes in another value, or is touched
// by an absent one.
func (r *WindowReduce[K, V]) fold(e *state.Entry[V], k K, v V, ok bool, ts int64) (V, int64) {
	if e.Present() {
		if ok {
			v = r.Add(k, v, e.Val)
		} else {
			v = e.Val
		}
		if e.Ts > ts {
			ts = e.Ts
		}
	}
	return v, ts
}

// sent returns what was sent downstream of an entry, and whether anything was.
func (r *WindowReduce[K, V]) sent(e *state.Entry[V]) (old V, had bool, err error) {
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

// Flush emits the values that changed since the last commit.
func (r *WindowReduce[K, V]) Flush() error {
	return r.Store.Pending(func(row []byte, e *state.Entry[V]) error {
		if !e.Present() && !e.Stored() {
			return nil
		}
		key, start, ok := state.SplitKey(row)
		if !ok {
			return errors.New("a key of the window store is shorter than 12 bytes")
		}
		k, err := r.DecodeKey(key)
		if err != nil {
			return err
		}
		w := window.Window{Start: start, End: r.end(start)}
		if r.SendOld {
			old, had, err := r.Store.Old(e)
			if err != nil {
				return err
			}
			return r.EmitChange(k, w, e.Val, e.Present(), old, had, e.Ts, e.Headers)
		} else {
			return r.Emit(k, w, e.Val, e.Present(), e.Ts, e.Headers)
		}
	})
}

// FlushClosed emits the windows that have closed since it last did, by start, then key
// (KIP-825). What is emitted is the work of many records: it has the headers of none (S111).
func (r *WindowReduce[K, V]) FlushClosed() error {
	return r.Store.Closed(r.Closing, *r.Time-r.Grace-r.Size, r.Advance, func(key []byte, start int64, e *state.Entry[V]) error {
		k, err := r.DecodeKey(key)
		if err != nil {
			return err
		}
		w := window.Window{Start: start, End: r.end(start)}
		if r.SendOld {
			var none V
			return r.EmitChange(k, w, e.Val, true, none, false, e.Ts, r.Closing.Headers)
		} else {
			return r.Emit(k, w, e.Val, true, e.Ts, r.Closing.Headers)
		}
	})
}

// end is the end of the window that starts at start; time ends at the largest int64.
func (r *WindowReduce[K, V]) end(start int64) int64 {
	if start > math.MaxInt64-r.Size {
		return math.MaxInt64
	}
	return start + r.Size
}
