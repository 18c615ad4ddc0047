package processor

import (
	"fmt"
	"iter"

	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/serde/wire"
	"github.com/streamgen/streamgen/runtime/state"
	"github.com/streamgen/streamgen/runtime/window"
)

// WindowStoreSpec says how long a window store keeps its rows. A plain value, safe for
// concurrent use.
type WindowStoreSpec struct {
	// Retention is how many milliseconds behind the highest window start put a row stays
	// readable. It is at least WindowSize.
	Retention int64
	// WindowSize is the length of a window in milliseconds: All and FetchAll report
	// [start, start+WindowSize) with each row.
	WindowSize int64
}

// Validate reports a contradiction in the spec, or nil.
func (s WindowStoreSpec) Validate() error {
	switch {
	case s.WindowSize < 1:
		return fmt.Errorf("window size is %d ms; it must be at least 1 ms", s.WindowSize)
	case s.Retention < s.WindowSize:
		return fmt.Errorf("window store retention is %d ms; it must be at least the window size, %d ms", s.Retention, s.WindowSize)
	}
	return nil
}

// WindowStore is a typed store of values by key and window start, held by a processor in
// a field, as Kafka Streams' WindowStore. A handle is declared with Builder.WindowStore
// and works once its task is initialised. Reads are strict: a row whose start is not
// above (highest start put - retention) is not there any more, whether or not its segment
// has been dropped; putting such a row does nothing. It belongs to the task's goroutine.
type WindowStore[K, V any] struct {
	key    keyEncoder[K]
	val    serde.Codec[V]
	spec   WindowStoreSpec
	rows   *state.Windows[V]
	number int
	env    *Env
	now    *int64
}

// NewWindowStore returns an unbound handle.
func NewWindowStore[K, V any](key serde.Codec[K], val serde.Codec[V], spec WindowStoreSpec) *WindowStore[K, V] {
	return &WindowStore[K, V]{key: newKeyEncoder(key), val: val, spec: spec}
}

// Bind connects the handle to its task; called by the runtime before Init.
func (s *WindowStore[K, V]) Bind(env StoreEnv) {
	s.key.bind(env.Topic, env.Env)
	s.val = serde.Bind(s.val, wire.Use{Topic: env.Topic}, env.Env.Schemas)
	s.rows = state.NewWindows(state.Options[V]{
		Backend: env.Backend, Append: s.val.Append, Decode: s.val.Decode, EveryWrite: env.Env.Kafka, Budget: env.Budget,
	}, s.spec.Retention)
	s.env, s.now = env.Env, env.RecordTime
	env.Register(s.rows)
}

// Put stores v for k in the window that starts at start (epoch milliseconds, not
// negative). Behind the retention it does nothing (S182).
func (s *WindowStore[K, V]) Put(k K, v V, start int64) {
	if e := s.find(k, start, true); e != nil {
		s.rows.SetAt(e, start, v, *s.now, nil)
	}
}

// Delete removes the value of k in the window that starts at start, if there is one; if not,
// nothing is logged (S181).
func (s *WindowStore[K, V]) Delete(k K, start int64) {
	if e := s.find(k, start, true); e != nil && (e.Present() || s.env.Kafka) {
		s.rows.DeleteAt(e, start, *s.now, nil)
	}
}

// Get returns the value of k in the window that starts at start and whether there is one.
// A store that cannot be read fails the current record after the processor returns (see
// Env.Fail).
func (s *WindowStore[K, V]) Get(k K, start int64) (V, bool) {
	if e := s.find(k, start, false); e != nil {
		return e.Val, e.Present()
	}
	var zero V
	return zero, false
}

// Fetch iterates over the windows of k with from <= start <= to, ascending by start, as
// of the call. The store may be changed during the iteration.
func (s *WindowStore[K, V]) Fetch(k K, from, to int64) iter.Seq2[int64, V] {
	b, err := s.key.encode(k)
	if err != nil {
		s.env.Fail(err)
		return func(func(int64, V) bool) {}
	}
	view := s.rows.ViewKey(b, from, to)
	return func(yield func(int64, V) bool) {
		err := view.Each(func(row []byte, v V) bool {
			_, start, _ := state.SplitKey(row)
			return yield(start, v)
		})
		if err != nil {
			s.env.Fail(err)
		}
	}
}

// FetchAll iterates over the windows of all keys with from <= start <= to, ascending by
// serialised key bytes, then by start, as of the call.
func (s *WindowStore[K, V]) FetchAll(from, to int64) iter.Seq2[window.Windowed[K], V] {
	view := s.rows.ViewTimes(from, to)
	return func(yield func(window.Windowed[K], V) bool) {
		var bad error
		err := view.Each(func(row []byte, v V) bool {
			key, start, _ := state.SplitKey(row)
			k, err := s.key.codec.Decode(key)
			if err != nil {
				bad = fmt.Errorf("window store key %q: %w", key, err)
				return false
			}
			return yield(window.Windowed[K]{Key: k, Window: window.Window{Start: start, End: start + s.spec.WindowSize}}, v)
		})
		if err == nil {
			err = bad
		}
		if err != nil {
			s.env.Fail(err)
		}
	}
}

// All iterates over every window of every key, ascending by serialised key bytes, then by
// start, as of the call.
func (s *WindowStore[K, V]) All() iter.Seq2[window.Windowed[K], V] {
	return s.FetchAll(0, maxStart)
}

const maxStart = 1<<63 - 1

// find returns the row's entry, or nil when it is outside the retention or the store
// failed. A write advances the store's time first, as in Kafka Streams.
func (s *WindowStore[K, V]) find(k K, start int64, write bool) *state.Entry[V] {
	if start < 0 {
		if write {
			s.env.Fail(fmt.Errorf("window start is %d; windows do not start before the epoch", start))
		}
		return nil
	}
	if !s.rows.Live(start) && !(write && s.env.Kafka) { // nobody could read it (S182)
		return nil
	}
	b, err := s.key.encode(k)
	if err != nil {
		s.env.Fail(err)
		return nil
	}
	e, err := s.rows.FindAt(b, start)
	if err != nil {
		s.env.Fail(err)
		return nil
	}
	return e
}

// Spec returns the spec the handle was declared with; the graph takes retention and
// segments from it.
func (s *WindowStore[K, V]) Spec() WindowStoreSpec { return s.spec }

// Declared notes the store's number in its graph; called by the dsl package.
func (s *WindowStore[K, V]) Declared(i int) { s.number = i }

// Number is the store's number in the graph that declared it.
func (s *WindowStore[K, V]) Number() int { return s.number }
