package query

import (
	"context"
	"iter"

	"github.com/streamgen/streamgen/runtime/processor"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/state"
)

// WindowStore reads a window store or window table: Kafka Streams' ReadOnlyWindowStore, and the
// queries WindowKeyQuery and WindowRangeQuery. Windows that retention has passed are not there.
// It is safe for concurrent use.
type WindowStore[K, V any] struct{ h handle[K, V] }

// Window returns the reader of a window store whose codecs the topology knows; see KeyValue.
func Window[K, V any](c Client, store string) WindowStore[K, V] {
	return WindowStore[K, V]{newHandle[K, V](c, store, "window", nil)}
}

// WindowWith is Window with codecs.
func WindowWith[K, V any](c Client, store string, key serde.Codec[K], val serde.Codec[V]) WindowStore[K, V] {
	return WindowStore[K, V]{newHandle[K, V](c, store, "window", []any{key, val})}
}

// WindowEntry is one window of a key. A plain value, safe for concurrent use when its parts are.
type WindowEntry[K, V any] struct {
	Key       K
	Start     int64 // of the window, epoch milliseconds
	Value     V
	Timestamp int64 // of the last update, epoch milliseconds; -1 where the store keeps none
}

// Get returns the value of k in the window that starts at start, epoch milliseconds, and whether
// there is one.
func (s WindowStore[K, V]) Get(ctx context.Context, k K, start int64, opts ...Option) (V, bool, error) {
	t, ok, err := s.GetTimestamped(ctx, k, start, opts...)
	return t.Value, ok, err
}

// GetTimestamped is Get with the time of the last update.
func (s WindowStore[K, V]) GetTimestamped(ctx context.Context, k K, start int64, opts ...Option) (processor.ValueAndTimestamp[V], bool, error) {
	b, err := s.h.encode(k)
	if err != nil {
		return processor.ValueAndTimestamp[V]{}, false, err
	}
	v, ts, ok, err := s.h.one(ctx, Request{Store: s.h.name, Row: state.AppendKey(nil, b, start), Key: b, Keyed: true, One: true, Last: everything, Options: options(opts)})
	return processor.ValueAndTimestamp[V]{Value: v, Timestamp: ts}, ok, err
}

// Fetch iterates over the windows of k with from <= start <= to, epoch milliseconds, ascending.
func (s WindowStore[K, V]) Fetch(ctx context.Context, k K, from, to int64, opts ...Option) iter.Seq2[WindowEntry[K, V], error] {
	b, err := s.h.encode(k)
	return s.each(ctx, Request{Key: b, Keyed: true, First: from, Last: to}, err, opts)
}

// FetchAll iterates over the windows of all keys with from <= start <= to.
func (s WindowStore[K, V]) FetchAll(ctx context.Context, from, to int64, opts ...Option) iter.Seq2[WindowEntry[K, V], error] {
	return s.each(ctx, Request{First: from, Last: to}, s.h.err, opts)
}

// FetchRange iterates over the windows with from <= start <= to of the keys low to high, both
// included, by serialised key.
func (s WindowStore[K, V]) FetchRange(ctx context.Context, low, high K, from, to int64, opts ...Option) iter.Seq2[WindowEntry[K, V], error] {
	lo, hi, err := s.h.span(low, high)
	return s.each(ctx, Request{From: lo, To: hi, First: from, Last: to}, err, opts)
}

// All iterates over all windows of all keys.
func (s WindowStore[K, V]) All(ctx context.Context, opts ...Option) iter.Seq2[WindowEntry[K, V], error] {
	return s.FetchAll(ctx, 0, everything, opts...)
}

// Count returns how many windows there are, of all keys. They are counted.
func (s WindowStore[K, V]) Count(ctx context.Context, opts ...Option) (int64, error) {
	return s.h.count(ctx, opts)
}

func (s WindowStore[K, V]) each(ctx context.Context, r Request, err error, opts []Option) iter.Seq2[WindowEntry[K, V], error] {
	return each(ctx, s.h, r, err, opts, func(row Row, v V) (WindowEntry[K, V], error) {
		key, start, ok := state.SplitKey(row.Key)
		k, err := s.h.keyOf(row, key, ok)
		return WindowEntry[K, V]{k, start, v, row.Timestamp}, err
	})
}

// Locate says where the rows of k are.
func (s WindowStore[K, V]) Locate(k K) (KeyMetadata, error) {
	return s.h.locate(k)
}
