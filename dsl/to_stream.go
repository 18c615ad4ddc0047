package dsl

import (
	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/window"
)

// ToStream turns the table's changes into a stream: a deleted key gives an absent value,
// keys are always present.
func (t Table[K, V]) ToStream(opts ...Option) Stream[K, V] {
	live(t.b, t.n, "ToStream")
	return derive[K, V](Stream[K, V](t), &graph.Node{Op: graph.ToStream}, opts)
}

// ToStream turns the table's changes into a stream whose key f makes of key and window;
// pass WindowedKey to keep both. Deleted keys give absent values, keys are always present.
// A key of type Windowed[K] must be the table's own: it is placed by its inner key. Any
// other key type is a key change, after which a grouping repartitions.
func (t WindowTable[K, V]) ToStream[K2 any](f func(k K, w Window) K2, opts ...Option) Stream[K2, V] {
	live(t.b, t.n, "ToStream").given("ToStream", f != nil)
	return derive[K2, V](Stream[K, V](t), &graph.Node{Op: graph.ToStream, Windowed: true, Exec: graph.Exec{
		ToKey: func(k any, w graph.Span) any { return f(as[K](k), windowOf(w)) },
	}}, opts)
}

// WindowedKey, passed to WindowTable.ToStream, keeps key and window together.
func WindowedKey[K any](k K, w Window) Windowed[K] { return window.Key(k, w) }

// ToStream turns the table's changes into a stream whose key f makes of key and session;
// pass SessionKey to keep both. Deleted sessions give absent values, keys are always present.
// A key of type Sessioned[K] must be the table's own: it is placed by its inner key. Any
// other key type is a key change, after which a grouping repartitions.
func (t SessionTable[K, V]) ToStream[K2 any](f func(k K, w Session) K2, opts ...Option) Stream[K2, V] {
	live(t.b, t.n, "ToStream").given("ToStream", f != nil)
	return derive[K2, V](Stream[K, V](t), &graph.Node{Op: graph.ToStream, Windowed: true, Sessions: true, Exec: graph.Exec{
		ToKey: func(k any, w graph.Span) any { return f(as[K](k), sessionOf(w)) },
	}}, opts)
}

// SessionKey, passed to SessionTable.ToStream, keeps key and session together.
func SessionKey[K any](k K, w Session) Sessioned[K] { return Sessioned[K]{Key: k, Session: w} }
