package query

import (
	"context"
	"iter"

	"github.com/streamgen/streamgen/runtime/processor"
	"github.com/streamgen/streamgen/runtime/serde"
)

// KeyValueStore reads a key-value store, a table, or a global table or store: Kafka Streams'
// ReadOnlyKeyValueStore, its timestamped twin, and the queries KeyQuery, RangeQuery and theirs.
// It is safe for concurrent use.
type KeyValueStore[K, V any] struct{ h handle[K, V] }

// KeyValue returns the reader of a key-value store whose codecs the topology knows. A store that
// is not there, or is of another kind or type, is an error of each query.
func KeyValue[K, V any](c Client, store string) KeyValueStore[K, V] {
	return KeyValueStore[K, V]{newHandle[K, V](c, store, "key-value", nil)}
}

// KeyValueWith is KeyValue with codecs.
func KeyValueWith[K, V any](c Client, store string, key serde.Codec[K], val serde.Codec[V]) KeyValueStore[K, V] {
	return KeyValueStore[K, V]{newHandle[K, V](c, store, "key-value", []any{key, val})}
}

// Entry is one row of a key-value store. A plain value, safe for concurrent use when its parts
// are.
type Entry[K, V any] struct {
	Key       K
	Value     V
	Timestamp int64 // of the last update, epoch milliseconds; -1 where the store keeps none
}

// Get returns the value of k and whether there is one.
func (s KeyValueStore[K, V]) Get(ctx context.Context, k K, opts ...Option) (V, bool, error) {
	t, ok, err := s.GetTimestamped(ctx, k, opts...)
	return t.Value, ok, err
}

// GetTimestamped returns the value of k with the time of its last update, and whether there is
// one.
func (s KeyValueStore[K, V]) GetTimestamped(ctx context.Context, k K, opts ...Option) (processor.ValueAndTimestamp[V], bool, error) {
	b, err := s.h.encode(k)
	if err != nil {
		return processor.ValueAndTimestamp[V]{}, false, err
	}
	v, ts, ok, err := s.h.one(ctx, Request{Store: s.h.name, Row: b, One: true, Last: everything, Options: options(opts)})
	return processor.ValueAndTimestamp[V]{Value: v, Timestamp: ts}, ok, err
}

// Range iterates over the rows with from <= key <= to, by serialised key. An iteration ends
// with its first error.
func (s KeyValueStore[K, V]) Range(ctx context.Context, from, to K, opts ...Option) iter.Seq2[Entry[K, V], error] {
	lo, hi, err := s.h.span(from, to)
	return s.each(ctx, Request{From: lo, To: hi}, err, opts)
}

// From iterates over the rows with from <= key; Limit and To-like bounds are up to the caller,
// who may stop at any time.
func (s KeyValueStore[K, V]) From(ctx context.Context, from K, opts ...Option) iter.Seq2[Entry[K, V], error] {
	lo, err := s.h.encode(from)
	return s.each(ctx, Request{From: lo}, err, opts)
}

// Prefix iterates over the rows whose serialised keys begin with that of prefix: of strings, the
// keys that begin with it.
func (s KeyValueStore[K, V]) Prefix(ctx context.Context, prefix K, opts ...Option) iter.Seq2[Entry[K, V], error] {
	lo, err := s.h.encode(prefix)
	return s.each(ctx, Request{From: lo, To: After(lo)}, err, opts)
}

// All iterates over all rows.
func (s KeyValueStore[K, V]) All(ctx context.Context, opts ...Option) iter.Seq2[Entry[K, V], error] {
	return s.each(ctx, Request{}, s.h.err, opts)
}

// Count returns how many rows there are. They are counted, which takes time in a large store.
func (s KeyValueStore[K, V]) Count(ctx context.Context, opts ...Option) (int64, error) {
	return s.h.count(ctx, opts)
}

func (s KeyValueStore[K, V]) each(ctx context.Context, r Request, err error, opts []Option) iter.Seq2[Entry[K, V], error] {
	r.Last = everything
	return each(ctx, s.h, r, err, opts, func(row Row, v V) (Entry[K, V], error) {
		k, err := s.h.decodeKey(row.Key)
		return Entry[K, V]{k, v, row.Timestamp}, err
	})
}

// Locate says where the rows of k are.
func (s KeyValueStore[K, V]) Locate(k K) (KeyMetadata, error) {
	return s.h.locate(k)
}
