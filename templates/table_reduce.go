package templates

import (
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/state"
)

// TableReduce folds the rows of a grouped table into one value of their own type and takes
// back what a row was before. It belongs to the task's goroutine.
type TableReduce[K, V any] struct {
	Store *state.Cache[V]
	// EmitEvery emits each update at once instead of coalescing them until Flush.
	EmitEvery bool
	// SendOld emits, beside each result, the one that it replaces downstream.
	SendOld bool
	// Add folds a value into the one stored; a group's first value is stored as it is.
	Add func(k K, v V, old V) V
	// Subtract takes a value back from the one stored.
	Subtract func(k K, v V, old V) V
	// InPlace says that Add and Subtract may change in place what the store holds; Append and Decode
	// then make the copy that stays as it was sent.
	InPlace bool
	Append  func(dst []byte, v V) ([]byte, error)
	Decode  func(src []byte) (V, error)
	buf     []byte
	// DecodeKey reads a key's bytes back in Flush.
	DecodeKey func(src []byte) (K, error)
	// Emit hands an aggregate downstream; absent ones (present is false) are tombstones.
	Emit func(k K, agg V, present bool, ts int64, h []serde.Header) error
	// EmitChange is Emit with the result that was emitted before, if there was one.
	EmitChange func(k K, agg V, present bool, old V, had bool, ts int64, h []serde.Header) error
}

// Process takes a change: v came when added is true, was went when removed is true.
func (r *TableReduce[K, V]) Process(key []byte, k K, v V, added bool, was V, removed bool, ts int64, h []serde.Header) error {
	e, err := r.Store.Find(key)
	if err != nil {
		return err
	}
	if r.EmitEvery && r.SendOld {
		old, had, err := r.sent(e)
		if err != nil {
			return err
		}
		agg, present, ts := r.fold(e, k, v, added, was, removed, ts)
		r.put(e, agg, present, ts, h)
		if err := r.EmitChange(k, agg, present, old, had, ts, h); err != nil {
			return err
		}
	} else {
		agg, present, ts := r.fold(e, k, v, added, was, removed, ts)
		r.put(e, agg, present, ts, h)
		if r.EmitEvery {
			if err := r.Emit(k, agg, present, ts, h); err != nil {
				return err
			}
		}
	}
	return nil
}

// fold returns the aggregate after a change, whether there is one, and its time.
func (r *TableReduce[K, V]) fold(e *state.Entry[V], k K, v V, added bool, was V, removed bool, ts int64) (V, bool, int64) {
	agg, present := e.Val, e.Present()
	if present && e.Ts > ts && (added || removed) {
		ts = e.Ts
	}
	if removed && present {
		agg = r.Subtract(k, was, agg)
	}
	switch {
	case added && present:
		agg = r.Add(k, v, agg)
	case added:
		agg, present = v, true
	}
	return agg, present, ts
}

// put stores the aggregate after a change.
func (r *TableReduce[K, V]) put(e *state.Entry[V], agg V, present bool, ts int64, h []serde.Header) {
	if present {
		r.Store.Set(e, agg, ts, h)
	} else {
		r.Store.Delete(e, ts, h)
	}
}

// sent returns what was sent downstream of an entry, and whether anything was.
func (r *TableReduce[K, V]) sent(e *state.Entry[V]) (old V, had bool, err error) {
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

// Flush emits the aggregates that changed since the last commit.
func (r *TableReduce[K, V]) Flush() error {
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
