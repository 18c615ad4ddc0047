package templates

import (
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/state"
)

// Reduce folds the records of each key into one value of their own type. It belongs to
// the task's goroutine.
type Reduce[K, V any] struct {
	Store *state.Cache[V]
	// EmitEvery emits each update at once instead of coalescing them until Flush.
	EmitEvery bool
	// SendOld emits, beside each result, the one that it replaces downstream.
	SendOld bool
	// Add folds a value into the one stored; a key's first value is stored as it is.
	Add func(k K, v V, old V) V
	// InPlace says that Add may change in place what the store holds; Append and Decode
	// then make the copy that stays as it was sent.
	InPlace bool
	Append  func(dst []byte, v V) ([]byte, error)
	Decode  func(src []byte) (V, error)
	buf     []byte
	// DecodeKey reads a key's bytes back in Flush.
	DecodeKey func(src []byte) (K, error)
	// Emit hands a value downstream; absent values (present is false) are tombstones.
	Emit func(k K, v V, present bool, ts int64, h []serde.Header) error
	// EmitChange is Emit with the result that was emitted before, if there was one.
	EmitChange func(k K, v V, present bool, old V, had bool, ts int64, h []serde.Header) error
}

// Process folds a record in.
func (r *Reduce[K, V]) Process(key []byte, k K, v V, ts int64, h []serde.Header) error {
	e, err := r.Store.Find(key)
	if err != nil {
		return err
	}
	if r.EmitEvery && r.SendOld {
		old, had, err := r.sent(e)
		if err != nil {
			return err
		}
		v, ts = r.fold(e, k, v, ts)
		r.Store.Set(e, v, ts, h)
		if err := r.EmitChange(k, v, true, old, had, ts, h); err != nil {
			return err
		}
	} else {
		v, ts = r.fold(e, k, v, ts)
		r.Store.Set(e, v, ts, h)
		if r.EmitEvery {
			if err := r.Emit(k, v, true, ts, h); err != nil {
				return err
			}
		}
	}
	return nil
}

// fold returns the value and the time of a key that takes in another value.
func (r *Reduce[K, V]) fold(e *state.Entry[V], k K, v V, ts int64) (V, int64) {
	if e.Present() {
		v = r.Add(k, v, e.Val)
		if e.Ts > ts {
			ts = e.Ts
		}
	}
	return v, ts
}

// sent returns what was sent downstream of an entry, and whether anything was.
func (r *Reduce[K, V]) sent(e *state.Entry[V]) (old V, had bool, err error) {
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
func (r *Reduce[K, V]) Flush() error {
	return r.Store.Pending(func(key []byte, e *state.Entry[V]) error {
		if !e.Present() && !e.Stored() {
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
			return r.EmitChange(k, e.Val, e.Present(), old, had, e.Ts, e.Headers)
		} else {
			return r.Emit(k, e.Val, e.Present(), e.Ts, e.Headers)
		}
	})
}
