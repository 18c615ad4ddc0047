package processor

import (
	"fmt"
	"iter"

	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/state"
)

// ValueAndTimestamp is a value of a timestamped store, as Kafka Streams' class of that name.
// A plain value, safe for concurrent use.
type ValueAndTimestamp[V any] struct {
	Value     V
	Timestamp int64 // epoch milliseconds
}

// TimestampedKeyValueStore is a typed key-value store whose values have timestamps, held by a
// processor in a field (KIP-258). A handle is declared with Builder.TimestampedKeyValueStore
// and works once its task is initialised. It belongs to the task's goroutine.
type TimestampedKeyValueStore[K, V any] struct{ rows KeyValueStore[K, V] }

// NewTimestampedKeyValueStore returns an unbound handle.
func NewTimestampedKeyValueStore[K, V any](key serde.Codec[K], val serde.Codec[V]) *TimestampedKeyValueStore[K, V] {
	return &TimestampedKeyValueStore[K, V]{rows: KeyValueStore[K, V]{key: newKeyEncoder(key), val: val}}
}

// Bind connects the handle to its task; called by the runtime before Init.
func (s *TimestampedKeyValueStore[K, V]) Bind(env StoreEnv) { s.rows.bind(env, true) }

// Get returns the value of k with its timestamp and whether there is one. A store that cannot
// be read fails the current record after the processor returns (see Env.Fail).
func (s *TimestampedKeyValueStore[K, V]) Get(k K) (ValueAndTimestamp[V], bool) {
	return valueOf(s.rows.find(k))
}

// valueOf is what an entry holds; nil is that of a store that failed.
func valueOf[V any](e *state.Entry[V]) (ValueAndTimestamp[V], bool) {
	if e == nil || !e.Present() {
		return ValueAndTimestamp[V]{}, false
	}
	return ValueAndTimestamp[V]{e.Val, e.Ts}, true
}

// Put stores v for k with a timestamp in epoch milliseconds, which the changelog record has too.
func (s *TimestampedKeyValueStore[K, V]) Put(k K, v V, timestamp int64) {
	if timestamp < 0 {
		s.rows.env.Fail(fmt.Errorf("the timestamp of the value is %d; it must not be negative", timestamp))
		return
	}
	if e := s.rows.find(k); e != nil {
		s.rows.cache.Set(e, v, timestamp, nil)
	}
}

// Delete removes the value of k; it returns the value that was there and whether there was
// one. Where there is none, nothing is logged (S181). The changelog record has the timestamp
// of the record in progress.
func (s *TimestampedKeyValueStore[K, V]) Delete(k K) (ValueAndTimestamp[V], bool) {
	e := s.rows.find(k)
	old, ok := valueOf(e)
	if e != nil && (ok || s.rows.env.Kafka) {
		s.rows.cache.Delete(e, *s.rows.now, nil)
	}
	return old, ok
}

// All iterates over the entries as of the call, ascending by serialised key bytes. The store
// may be changed during the iteration.
func (s *TimestampedKeyValueStore[K, V]) All() iter.Seq2[K, ValueAndTimestamp[V]] {
	return s.each(nil, nil)
}

// Range iterates over the entries with from <= key <= to as of the call, in the order of the
// serialised keys. The store may be changed during the iteration.
func (s *TimestampedKeyValueStore[K, V]) Range(from, to K) iter.Seq2[K, ValueAndTimestamp[V]] {
	lo, hi, err := s.rows.key.bounds(from, to)
	if err != nil {
		s.rows.env.Fail(err)
		return func(func(K, ValueAndTimestamp[V]) bool) {}
	}
	return s.each(lo, hi)
}

func (s *TimestampedKeyValueStore[K, V]) each(from, to []byte) iter.Seq2[K, ValueAndTimestamp[V]] {
	view := s.rows.cache.View(from, to)
	return func(yield func(K, ValueAndTimestamp[V]) bool) {
		var bad error
		err := view.EachTimed(func(key []byte, v V, ts int64) bool {
			k, err := s.rows.key.codec.Decode(key)
			if err != nil {
				bad = fmt.Errorf("store key %q: %w", key, err)
				return false
			}
			return yield(k, ValueAndTimestamp[V]{v, ts})
		})
		if err == nil {
			err = bad
		}
		if err != nil {
			s.rows.env.Fail(err)
		}
	}
}

// Declared notes the store's number in its graph; called by the dsl package.
func (s *TimestampedKeyValueStore[K, V]) Declared(i int) { s.rows.number = i }

// Number is the store's number in the graph that declared it.
func (s *TimestampedKeyValueStore[K, V]) Number() int { return s.rows.number }
