package templates

import (
	"errors"
	"math"

	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/state"
	"github.com/streamgen/streamgen/runtime/window"
)

// WindowAggregate folds the records of each key and window into a value of
// another type. It belongs to the task's goroutine.
type WindowAggregate[K, V, A any] struct {
	Store *state.Windows[A]
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
	// Kafka has the first update of a window replace the initial value, as in Kafka Streams,
	// instead of none (S57).
	Kafka bool
	// OnClose emits each of the windows once, in FlushClosed.
	OnClose bool
	// Init returns the aggregate that a window's first record is added to.
	Init func() A
	// Add returns the next aggregate; it may change agg and return it.
	Add func(k K, v V, agg A) A
	// InPlace says that Add may change in place what the store holds; Append and Decode
	// then make the copy that stays as it was sent.
	InPlace bool
	Append  func(dst []byte, v A) ([]byte, error)
	Decode  func(src []byte) (A, error)
	buf     []byte
	// DecodeKey reads a key's bytes back in Flush.
	DecodeKey func(src []byte) (K, error)
	// Emit hands an aggregate downstream; absent ones (present is false) are tombstones.
	Emit func(k K, w window.Window, agg A, present bool, ts int64, h []serde.Header) error
	// EmitChange is Emit with the result that was emitted before, if there was one.
	EmitChange func(k K, w window.Window, agg A, present bool, old A, had bool, ts int64, h []serde.Header) error
}

// Process adds a record to each window that contains its timestamp, as Kafka Streams'
// KStreamWindowAggregate: stream time advances first, then windows whose end is not
// after stream time less grace count as late. An absent value (ok is false) takes part
// in Kafka's way only (S21): it is not folded in, but its window is touched.
func (g *WindowAggregate[K, V, A]) Process(key []byte, k K, v V, ok bool, ts int64, h []serde.Header) error {
	if ts > *g.Time {
		*g.Time = ts
		if g.OnClose {
			g.Closing.Moved(h)
		}
	}
	last := ts / g.Advance * g.Advance
	if g.Advance < g.Size {
		start := (ts - g.Size + g.Advance) / g.Advance * g.Advance
		if start < 0 {
			start = 0
		}
		for ; start < last; start += g.Advance {
			if err := g.update(key, k, v, ok, start, ts, h); err != nil {
				return err
			}
		}
	}
	return g.update(key, k, v, ok, last, ts, h)
}

func (g *WindowAggregate[K, V, A]) update(key []byte, k K, v V, ok bool, start, ts int64, h []serde.Header) error {
	end := g.end(start)
	if end <= *g.Time-g.Grace {
		*g.Late++
		return nil
	}
	e, err := g.Store.FindAt(key, start)
	if err != nil {
		return err
	}
	if g.EmitEvery && g.SendOld {
		old, had, err := g.sent(e)
		if err != nil {
			return err
		}
		if g.Kafka && !had {
			old, had = g.Init(), true
		}
		agg, ts := g.fold(e, k, v, ok, ts)
		g.Store.SetAt(e, start, agg, ts, h)
		if err := g.EmitChange(k, window.Window{Start: start, End: end}, agg, true, old, had, ts, h); err != nil {
			return err
		}
	} else {
		agg, ts := g.fold(e, k, v, ok, ts)
		g.Store.SetAt(e, start, agg, ts, h)
		if g.EmitEvery {
			if err := g.Emit(k, window.Window{Start: start, End: end}, agg, true, ts, h); err != nil {
				return err
			}
		}
	}
	return nil
}

// fold returns the aggregate and the time of a window that takes in a record, or is touched by
// one without a value.
func (g *WindowAggregate[K, V, A]) fold(e *state.Entry[A], k K, v V, ok bool, ts int64) (A, int64) {
	agg := e.Val
	if e.Present() {
		if e.Ts > ts {
			ts = e.Ts
		}
	} else {
		agg = g.Init()
	}
	if ok {
		agg = g.Add(k, v, agg)
	}
	return agg, ts
}

// sent returns what was sent downstream of an entry, and whether anything was.
func (g *WindowAggregate[K, V, A]) sent(e *state.Entry[A]) (old A, had bool, err error) {
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
func (g *WindowAggregate[K, V, A]) Flush() error {
	return g.Store.Pending(func(row []byte, e *state.Entry[A]) error {
		if !e.Present() && !e.Stored() {
			return nil
		}
		key, start, ok := state.SplitKey(row)
		if !ok {
			return errors.New("a key of the window store is shorter than 12 bytes")
		}
		k, err := g.DecodeKey(key)
		if err != nil {
			return err
		}
		w := window.Window{Start: start, End: g.end(start)}
		if g.SendOld {
			old, had, err := g.Store.Old(e)
			if err != nil {
				return err
			}
			return g.EmitChange(k, w, e.Val, e.Present(), old, had, e.Ts, e.Headers)
		} else {
			return g.Emit(k, w, e.Val, e.Present(), e.Ts, e.Headers)
		}
	})
}

// FlushClosed emits the windows that have closed since it last did, by start, then key
// (KIP-825). What is emitted is the work of many records: it has the headers of none (S111).
func (g *WindowAggregate[K, V, A]) FlushClosed() error {
	return g.Store.Closed(g.Closing, *g.Time-g.Grace-g.Size, g.Advance, func(key []byte, start int64, e *state.Entry[A]) error {
		k, err := g.DecodeKey(key)
		if err != nil {
			return err
		}
		w := window.Window{Start: start, End: g.end(start)}
		if g.SendOld {
			var none A
			return g.EmitChange(k, w, e.Val, true, none, false, e.Ts, g.Closing.Headers)
		} else {
			return g.Emit(k, w, e.Val, true, e.Ts, g.Closing.Headers)
		}
	})
}

// end is the end of the window that starts at start; time ends at the largest int64.
func (g *WindowAggregate[K, V, A]) end(start int64) int64 {
	if start > math.MaxInt64-g.Size {
		return math.MaxInt64
	}
	return start + g.Size
}
