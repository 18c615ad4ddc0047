package templates

import (
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/state"
)

// TableAggregate folds the rows of a grouped table into a value of another type and takes
// back what a row was before. It belongs to the task's goroutine.
type TableAggregate[K, V, A any] struct {
	Store *state.Cache[A]
	// EmitEvery emits each update at once instead of coalescing them until Flush.
	EmitEvery bool
	// SendOld emits, beside each result, the one that it replaces downstream.
	SendOld bool
	// Init returns the aggregate that a group's first row is added to.
	Init func() A
	// Add returns the next aggregate; it may change agg and return it.
	Add func(k K, v V, agg A) A
	// Subtract returns the aggregate without a row; it may change agg and return it.
	Subtract func(k K, v V, agg A) A
	// InPlace says that Add and Subtract may change in place what the store holds; Append and Decode
	// then make the copy that stays as it was sent.
	InPlace bool
	Append  func(dst []byte, v A) ([]byte, error)
	Decode  func(src []byte) (A, error)
	buf     []byte
	// DecodeKey reads a key's bytes back in Flush.
	DecodeKey func(src []byte) (K, error)
	// Emit hands an aggregate downstream; absent ones (present is false) are tombstones.
	Emit func(k K, agg A, present bool, ts int64, h []serde.Header) error
	// EmitChange is Emit with the result that was emitted before, if there was one.
	EmitChange func(k K, agg A, present bool, old A, had bool, ts int64, h []serde.Header) error
}

// Process takes a change: v came when added is true, was went when removed is true.
func (g *TableAggregate[K, V, A]) Process(key []byte, k K, v V, added bool, was V, removed bool, ts int64, h []serde.Header) error {
	e, err := g.Store.Find(key)
	if err != nil {
		return err
	}
	if g.EmitEvery && g.SendOld {
		old, had, err := g.sent(e)
		if err != nil {
			return err
		}
		agg, present, ts := g.fold(e, k, v, added, was, removed, ts)
		g.put(e, agg, present, ts, h)
		if err := g.EmitChange(k, agg, present, old, had, ts, h); err != nil {
			return err
		}
	} else {
		agg, present, ts := g.fold(e, k, v, added, was, removed, ts)
		g.put(e, agg, present, ts, h)
		if g.EmitEvery {
			if err := g.Emit(k, agg, present, ts, h); err != nil {
				return err
			}
		}
	}
	return nil
}

// fold returns the aggregate after a change, whether there is one, and its time.
func (g *TableAggregate[K, V, A]) fold(e *state.Entry[A], k K, v V, added bool, was V, removed bool, ts int64) (A, bool, int64) {
	agg, present := e.Val, e.Present()
	if present && e.Ts > ts && (added || removed) {
		ts = e.Ts
	}
	if removed && present {
		agg = g.Subtract(k, was, agg)
	}
	if added {
		if !present {
			agg = g.Init()
		}
		agg, present = g.Add(k, v, agg), true
	}
	return agg, present, ts
}

// put stores the aggregate after a change.
func (g *TableAggregate[K, V, A]) put(e *state.Entry[A], agg A, present bool, ts int64, h []serde.Header) {
	if present {
		g.Store.Set(e, agg, ts, h)
	} else {
		g.Store.Delete(e, ts, h)
	}
}

// sent returns what was sent downstream of an entry, and whether anything was.
func (g *TableAggregate[K, V, A]) sent(e *state.Entry[A]) (old A, had bool, err error) {
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

// Flush emits the aggregates that changed since the last commit.
func (g *TableAggregate[K, V, A]) Flush() error {
	return g.Store.Pending(func(key []byte, e *state.Entry[A]) error {
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
