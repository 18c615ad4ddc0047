package dsl

import (
	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/serde"
)

// Aggregate folds the records of each key into a value of another type: zero gives the
// first aggregate, add the next one. Records with an absent key or value are dropped and
// counted. Name or Store must name it.
func (g Grouped[K, V]) Aggregate[A any](zero func() A, add func(k K, v V, agg A) A, val serde.Codec[A], opts ...Option) Table[K, A] {
	live(g.b, g.n, "Aggregate").given("Aggregate", zero != nil && add != nil)
	return Table[K, A]{g.b, aggregate(g, whole, aggregateNode(zero, add), val, opts)}
}

// Aggregate folds the records of each key and window; see Grouped.Aggregate. Records with
// an absent key or value are dropped and counted.
func (g WindowedGrouped[K, V]) Aggregate[A any](zero func() A, add func(k K, v V, agg A) A, val serde.Codec[A], opts ...Option) WindowTable[K, A] {
	live(g.Grouped.b, g.Grouped.n, "Aggregate").given("Aggregate", zero != nil && add != nil)
	return WindowTable[K, A]{g.Grouped.b, aggregate(g.Grouped, windows(g.spec), aggregateNode(zero, add), val, opts)}
}

// Aggregate folds the records of each key and session into a value of another type: for each
// record zero gives an aggregate, merge takes in those of the sessions that the record
// joins, oldest first, and add adds the record. So merge must have the zero aggregate as its
// neutral element. Records with an absent key or value are dropped and counted. Name or
// Store must name it.
func (g SessionGrouped[K, V]) Aggregate[A any](zero func() A, add func(k K, v V, agg A) A, merge func(k K, a, b A) A, val serde.Codec[A], opts ...Option) SessionTable[K, A] {
	live(g.Grouped.b, g.Grouped.n, "Aggregate").given("Aggregate", zero != nil && add != nil && merge != nil)
	n := aggregateNode(zero, add)
	n.Exec.Merge = func(k, a, b any) any { return merge(as[K](k), as[A](a), as[A](b)) }
	return SessionTable[K, A]{g.Grouped.b, aggregate(g.Grouped, sessions(g.spec), n, val, opts)}
}

func aggregateNode[K, V, A any](zero func() A, add func(k K, v V, agg A) A) *graph.Node {
	return &graph.Node{Op: graph.Aggregate, Exec: graph.Exec{
		Init: func() any { return zero() },
		Add:  func(k, v, agg any) any { return add(as[K](k), as[V](v), as[A](agg)) },
	}}
}
