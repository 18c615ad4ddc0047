package query

import (
	"context"
	"iter"

	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/state"
	"github.com/streamgen/streamgen/runtime/window"
)

// SessionStore reads the store of a session table: Kafka Streams' ReadOnlySessionStore. Sessions
// that retention has passed are not there. It is safe for concurrent use.
type SessionStore[K, V any] struct{ h handle[K, V] }

// Session returns the reader of a session store whose codecs the topology knows; see KeyValue.
func Session[K, V any](c Client, store string) SessionStore[K, V] {
	return SessionStore[K, V]{newHandle[K, V](c, store, "session", nil)}
}

// SessionWith is Session with codecs.
func SessionWith[K, V any](c Client, store string, key serde.Codec[K], val serde.Codec[V]) SessionStore[K, V] {
	return SessionStore[K, V]{newHandle[K, V](c, store, "session", []any{key, val})}
}

// SessionEntry is one session of a key. A plain value, safe for concurrent use when its parts
// are.
type SessionEntry[K, V any] struct {
	Key     K
	Session window.Session
	Value   V
}

// Get returns the value of exactly the session w of k, and whether there is one.
func (s SessionStore[K, V]) Get(ctx context.Context, k K, w window.Session, opts ...Option) (V, bool, error) {
	b, err := s.h.encode(k)
	if err != nil {
		var none V
		return none, false, err
	}
	v, _, ok, err := s.h.one(ctx, Request{Store: s.h.name, Row: state.AppendSession(nil, b, w), Key: b, Keyed: true, One: true, Last: everything, Options: options(opts)})
	return v, ok, err
}

// Fetch iterates over the sessions of k, ascending by end.
func (s SessionStore[K, V]) Fetch(ctx context.Context, k K, opts ...Option) iter.Seq2[SessionEntry[K, V], error] {
	return s.Find(ctx, k, 0, everything, opts...)
}

// Find iterates over the sessions of k that end at or after earliestEnd and start at or before
// latestStart, epoch milliseconds, ascending by end (Kafka Streams' findSessions).
func (s SessionStore[K, V]) Find(ctx context.Context, k K, earliestEnd, latestStart int64, opts ...Option) iter.Seq2[SessionEntry[K, V], error] {
	b, err := s.h.encode(k)
	return s.each(ctx, Request{Key: b, Keyed: true, First: earliestEnd, Last: latestStart}, err, opts)
}

// FindRange iterates over the sessions of the keys low to high, both included by serialised key,
// that end at or after earliestEnd and start at or before latestStart.
func (s SessionStore[K, V]) FindRange(ctx context.Context, low, high K, earliestEnd, latestStart int64, opts ...Option) iter.Seq2[SessionEntry[K, V], error] {
	lo, hi, err := s.h.span(low, high)
	return s.each(ctx, Request{From: lo, To: hi, First: earliestEnd, Last: latestStart}, err, opts)
}

// All iterates over all sessions of all keys.
func (s SessionStore[K, V]) All(ctx context.Context, opts ...Option) iter.Seq2[SessionEntry[K, V], error] {
	return s.each(ctx, Request{Last: everything}, s.h.err, opts)
}

// Count returns how many sessions there are, of all keys. They are counted.
func (s SessionStore[K, V]) Count(ctx context.Context, opts ...Option) (int64, error) {
	return s.h.count(ctx, opts)
}

func (s SessionStore[K, V]) each(ctx context.Context, r Request, err error, opts []Option) iter.Seq2[SessionEntry[K, V], error] {
	return each(ctx, s.h, r, err, opts, func(row Row, v V) (SessionEntry[K, V], error) {
		key, w, ok := state.SplitSession(row.Key)
		k, err := s.h.keyOf(row, key, ok)
		return SessionEntry[K, V]{k, w, v}, err
	})
}

// Locate says where the rows of k are.
func (s SessionStore[K, V]) Locate(k K) (KeyMetadata, error) {
	return s.h.locate(k)
}
