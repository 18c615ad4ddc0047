package processor

import (
	"fmt"
	"iter"

	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/serde/wire"
	"github.com/streamgen/streamgen/runtime/state"
)

// StoreEnv binds a store handle to a task. It belongs to the task's goroutine.
type StoreEnv struct {
	Env     *Env
	Backend state.Backend
	Budget  int64 // bytes of clean entries to keep
	// Topic is the full name of the changelog, also of a store that has none: what codecs that write
	// through a Schema Registry are bound to.
	Topic string
	// Register hands the store to the commit.
	Register func(state.Store)
	// RecordTime points at the timestamp of the record (or punctuation) in progress.
	RecordTime *int64
}

// KeyValueStore is a typed key-value store held by a processor in a field. A handle is
// declared with Builder.KeyValueStore and works once its task is initialised. It
// belongs to the task's goroutine.
type KeyValueStore[K, V any] struct {
	key    keyEncoder[K]
	val    serde.Codec[V]
	cache  *state.Cache[V]
	number int
	env    *Env
	now    *int64
}

// NewKeyValueStore returns an unbound handle.
func NewKeyValueStore[K, V any](key serde.Codec[K], val serde.Codec[V]) *KeyValueStore[K, V] {
	return &KeyValueStore[K, V]{key: newKeyEncoder(key), val: val}
}

// Bind connects the handle to its task; called by the runtime before Init.
func (s *KeyValueStore[K, V]) Bind(env StoreEnv) { s.bind(env, false) }

func (s *KeyValueStore[K, V]) bind(env StoreEnv, timestamped bool) {
	s.key.bind(env.Topic, env.Env)
	s.val = serde.Bind(s.val, wire.Use{Topic: env.Topic}, env.Env.Schemas)
	s.cache = state.NewCache(state.Options[V]{
		Backend: env.Backend, Append: s.val.Append, Decode: s.val.Decode, Timestamped: timestamped, EveryWrite: env.Env.Kafka, Budget: env.Budget,
	})
	s.env, s.now = env.Env, env.RecordTime
	env.Register(s.cache)
}

// Get returns the value of k and whether there is one. A store that cannot be read
// fails the current record after the processor returns (see Env.Fail).
func (s *KeyValueStore[K, V]) Get(k K) (V, bool) {
	if e := s.find(k); e != nil {
		return e.Val, e.Present()
	}
	var zero V
	return zero, false
}

// Put stores v for k.
func (s *KeyValueStore[K, V]) Put(k K, v V) {
	if e := s.find(k); e != nil {
		s.cache.Set(e, v, *s.now, nil)
	}
}

// PutIfAbsent stores v for k unless there is a value; it returns the value that was there
// and whether there was one.
func (s *KeyValueStore[K, V]) PutIfAbsent(k K, v V) (V, bool) {
	e := s.find(k)
	if e != nil && e.Present() {
		return e.Val, true
	}
	if e != nil {
		s.cache.Set(e, v, *s.now, nil)
	}
	var zero V
	return zero, false
}

// Delete removes the value of k; it returns the value that was there and whether there
// was one. Where there is none, nothing is logged (S181).
func (s *KeyValueStore[K, V]) Delete(k K) (V, bool) {
	e := s.find(k)
	if e != nil && (e.Present() || s.env.Kafka) {
		old, ok := e.Val, e.Present()
		s.cache.Delete(e, *s.now, nil)
		return old, ok
	}
	var zero V
	return zero, false
}

// All iterates over the entries as of the call, ascending by serialised key bytes.
// The store may be changed during the iteration.
func (s *KeyValueStore[K, V]) All() iter.Seq2[K, V] { return s.each(nil, nil) }

// Range iterates over the entries with from <= key <= to as of the call. Order and bounds
// are those of the serialised keys: with the built-in codecs negative numbers come after
// positive ones. The store may be changed during the iteration.
func (s *KeyValueStore[K, V]) Range(from, to K) iter.Seq2[K, V] {
	lo, hi, err := s.key.bounds(from, to)
	if err != nil {
		s.env.Fail(err)
		return func(func(K, V) bool) {}
	}
	return s.each(lo, hi)
}

func (s *KeyValueStore[K, V]) each(from, to []byte) iter.Seq2[K, V] {
	view := s.cache.View(from, to)
	return func(yield func(K, V) bool) {
		var bad error
		err := view.Each(func(key []byte, v V) bool {
			k, err := s.key.codec.Decode(key)
			if err != nil {
				bad = fmt.Errorf("store key %q: %w", key, err)
				return false
			}
			return yield(k, v)
		})
		if err == nil {
			err = bad
		}
		if err != nil {
			s.env.Fail(err)
		}
	}
}

func (s *KeyValueStore[K, V]) find(k K) *state.Entry[V] {
	b, err := s.key.encode(k)
	if err != nil {
		s.env.Fail(err)
		return nil
	}
	e, err := s.cache.Find(b)
	if err != nil {
		s.env.Fail(err)
		return nil
	}
	return e
}

// Declared notes the store's number in its graph; called by the dsl package.
func (s *KeyValueStore[K, V]) Declared(i int) { s.number = i }

// Number is the store's number in the graph that declared it.
func (s *KeyValueStore[K, V]) Number() int { return s.number }
