package processor

import (
	"encoding/binary"
	"errors"
	"fmt"
	"iter"

	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/serde/wire"
	"github.com/streamgen/streamgen/runtime/state"
)

// ReadOnlyKeyValueStore reads a global store, as Kafka Streams' interface of that name. It is what
// Builder.GlobalStore returns, and any processor may hold it in a field. Every task has a handle
// of its own, which belongs to the task's goroutine; the rows are those of the whole instance.
// They stand still while a run of records or a punctuator is processed. Values are decoded on each
// read, so that nobody else holds what is returned.
type ReadOnlyKeyValueStore[K, V any] struct {
	key  keyEncoder[K]
	val  serde.Codec[V]
	rows *state.Shared
	env  *Env
}

// NewReadOnlyKeyValueStore returns an unbound handle.
func NewReadOnlyKeyValueStore[K, V any](key serde.Codec[K], val serde.Codec[V]) *ReadOnlyKeyValueStore[K, V] {
	return &ReadOnlyKeyValueStore[K, V]{key: newKeyEncoder(key), val: val}
}

// Bind connects the handle to its reader and the rows; called by the runtime before Init.
func (s *ReadOnlyKeyValueStore[K, V]) Bind(env *Env, rows *state.Shared) {
	s.env, s.rows = env, rows
	s.key.bind(rows.Topic, env)
	s.val = serde.Bind(s.val, wire.Use{Topic: rows.Topic}, env.Schemas)
}

// Get returns the value of k and whether there is one. A row that cannot be read fails the
// current record after the processor returns (see Env.Fail).
func (s *ReadOnlyKeyValueStore[K, V]) Get(k K) (V, bool) {
	b, err := s.key.encode(k)
	if err == nil {
		if row, ok, _ := s.rows.Get(b); ok {
			return s.decode(b, row)
		}
	} else {
		s.env.Fail(err)
	}
	var zero V
	return zero, false
}

//go:noinline
func (s *ReadOnlyKeyValueStore[K, V]) decode(key, row []byte) (V, bool) {
	v, err := s.val.Decode(row)
	if err != nil {
		s.env.Fail(fmt.Errorf("stored value of key %q cannot be decoded: %w", key, err))
	}
	return v, err == nil
}

// All iterates over the entries as of the call, ascending by serialised key bytes.
func (s *ReadOnlyKeyValueStore[K, V]) All() iter.Seq2[K, V] { return s.each(nil, nil) }

// Range iterates over the entries with from <= key <= to as of the call. Order and bounds are
// those of the serialised keys, as for KeyValueStore.Range.
func (s *ReadOnlyKeyValueStore[K, V]) Range(from, to K) iter.Seq2[K, V] {
	lo, hi, err := s.key.bounds(from, to)
	if err != nil {
		s.env.Fail(err)
		return func(func(K, V) bool) {}
	}
	return s.each(lo, hi)
}

// errKept is the answer to an iterator that was kept while the rows changed.
var errKept = errors.New("an iterator of a global store is used after the store has changed; finish it in the call that made it, or make a new one")

func (s *ReadOnlyKeyValueStore[K, V]) each(from, to []byte) iter.Seq2[K, V] {
	version := s.rows.Version()
	return func(yield func(K, V) bool) {
		if s.rows.Version() != version {
			s.env.Fail(errKept)
			return
		}
		s.rows.Scan(from, to, func(key, row []byte) bool {
			k, err := s.key.codec.Decode(key)
			if err != nil {
				s.env.Fail(fmt.Errorf("store key %q: %w", key, err))
				return false
			}
			v, ok := s.decode(key, row)
			if !ok || !yield(k, v) {
				return false
			}
			if s.rows.Version() != version {
				s.env.Fail(errKept)
				return false
			}
			return true
		})
	}
}

// ReadOnly returns a handle, not bound yet, that reads the store once it is a global one; called by
// the dsl package.
func (s *KeyValueStore[K, V]) ReadOnly() *ReadOnlyKeyValueStore[K, V] {
	return NewReadOnlyKeyValueStore(s.key.codec, s.val)
}

// ReadOnlyTimestampedKeyValueStore reads a global store whose values have timestamps; otherwise as
// ReadOnlyKeyValueStore. It is what Builder.TimestampedGlobalStore returns. It belongs to the task's
// goroutine.
type ReadOnlyTimestampedKeyValueStore[K, V any] struct {
	rows ReadOnlyKeyValueStore[K, ValueAndTimestamp[V]]
}

// NewReadOnlyTimestampedKeyValueStore returns an unbound handle.
func NewReadOnlyTimestampedKeyValueStore[K, V any](key serde.Codec[K], val serde.Codec[V]) *ReadOnlyTimestampedKeyValueStore[K, V] {
	return &ReadOnlyTimestampedKeyValueStore[K, V]{rows: ReadOnlyKeyValueStore[K, ValueAndTimestamp[V]]{key: newKeyEncoder(key), val: timedCodec[V]{val}}}
}

// Bind connects the handle to its reader and the rows; called by the runtime before Init.
func (s *ReadOnlyTimestampedKeyValueStore[K, V]) Bind(env *Env, rows *state.Shared) {
	s.rows.Bind(env, rows)
}

// Get returns the value of k with its timestamp and whether there is one.
func (s *ReadOnlyTimestampedKeyValueStore[K, V]) Get(k K) (ValueAndTimestamp[V], bool) {
	return s.rows.Get(k)
}

// All iterates over the entries as of the call, ascending by serialised key bytes.
func (s *ReadOnlyTimestampedKeyValueStore[K, V]) All() iter.Seq2[K, ValueAndTimestamp[V]] {
	return s.rows.All()
}

// Range iterates over the entries with from <= key <= to as of the call, in the order of the
// serialised keys.
func (s *ReadOnlyTimestampedKeyValueStore[K, V]) Range(from, to K) iter.Seq2[K, ValueAndTimestamp[V]] {
	return s.rows.Range(from, to)
}

// ReadOnly returns a handle, not bound yet, that reads the store once it is a global one; called by
// the dsl package.
func (s *TimestampedKeyValueStore[K, V]) ReadOnly() *ReadOnlyTimestampedKeyValueStore[K, V] {
	return NewReadOnlyTimestampedKeyValueStore(s.rows.key.codec, s.rows.val)
}

// timedCodec is rows of timestamped stores: ts int64 ++ value.
type timedCodec[V any] struct{ val serde.Codec[V] }

// Bind implements serde.Bound.
func (c timedCodec[V]) Bind(use wire.Use, schemas wire.Schemas) serde.Codec[ValueAndTimestamp[V]] {
	return timedCodec[V]{serde.Bind(c.val, use, schemas)}
}

// Append implements serde.Codec.
func (c timedCodec[V]) Append(dst []byte, v ValueAndTimestamp[V]) ([]byte, error) {
	return c.val.Append(binary.BigEndian.AppendUint64(dst, uint64(v.Timestamp)), v.Value)
}

// Decode implements serde.Codec.
func (c timedCodec[V]) Decode(src []byte) (out ValueAndTimestamp[V], err error) {
	if len(src) < 8 {
		return out, fmt.Errorf("the row has %d bytes, less than its timestamp", len(src))
	}
	out.Timestamp = int64(binary.BigEndian.Uint64(src))
	out.Value, err = c.val.Decode(src[8:])
	return out, err
}
