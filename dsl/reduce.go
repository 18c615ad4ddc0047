package dsl

import (
	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/serde"
)

// Reduce folds the values of each key into one of the same type: the first value is kept
// as it is, then f makes the next one of it and each further value. Records with an absent
// key or value are dropped and counted. Name or Store must name it.
func (g Grouped[K, V]) Reduce(f func(k K, v V, old V) V, val serde.Codec[V], opts ...Option) Table[K, V] {
	live(g.b, g.n, "Reduce").given("Reduce", f != nil)
	return Table[K, V]{g.b, aggregate(g, whole, reduceNode(f), val, opts)}
}

// Reduce folds the values of each key and window; see Grouped.Reduce. Records with an
// absent key or value are dropped and counted.
func (g WindowedGrouped[K, V]) Reduce(f func(k K, v V, old V) V, val serde.Codec[V], opts ...Option) WindowTable[K, V] {
	live(g.Grouped.b, g.Grouped.n, "Reduce").given("Reduce", f != nil)
	return WindowTable[K, V]{g.Grouped.b, aggregate(g.Grouped, windows(g.spec), reduceNode(f), val, opts)}
}

// Reduce folds the values of each key and session; see Grouped.Reduce. Two sessions that
// become one are folded in the same way: f(key, value of the later, value of the earlier).
// Records with an absent key or value are dropped and counted.
func (g SessionGrouped[K, V]) Reduce(f func(k K, v V, old V) V, val serde.Codec[V], opts ...Option) SessionTable[K, V] {
	live(g.Grouped.b, g.Grouped.n, "Reduce").given("Reduce", f != nil)
	return SessionTable[K, V]{g.Grouped.b, aggregate(g.Grouped, sessions(g.spec), reduceNode(f), val, opts)}
}

func reduceNode[K, V any](f func(k K, v V, old V) V) *graph.Node {
	return &graph.Node{Op: graph.Reduce, Exec: graph.Exec{
		Add: func(k, v, old any) any { return f(as[K](k), as[V](v), as[V](old)) },
	}}
}
