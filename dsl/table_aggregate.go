package dsl

import (
	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/serde"
)

// Count counts the rows of each group. A group that lost its last row has the count 0. Name
// or Store must name it.
func (g GroupedTable[K, V]) Count(opts ...Option) Table[K, int64] {
	live(g.b, g.n, "Count")
	return aggregateTable[K, V](g, &graph.Node{Op: graph.TableCount}, serde.Codec[int64](serde.Int64Codec{}), opts)
}

// Reduce folds the values of each group's rows into one of the same type: the first value is
// kept as it is, add makes the next one of it and each further value, subtract takes an old
// value back. Name or Store must name it.
func (g GroupedTable[K, V]) Reduce(add, subtract func(k K, v V, old V) V, val serde.Codec[V], opts ...Option) Table[K, V] {
	live(g.b, g.n, "Reduce").given("Reduce", add != nil && subtract != nil)
	return aggregateTable[K, V](g, &graph.Node{Op: graph.TableReduce, Exec: graph.Exec{
		Add: func(k, v, old any) any { return add(as[K](k), as[V](v), as[V](old)) },
		Sub: func(k, v, old any) any { return subtract(as[K](k), as[V](v), as[V](old)) },
	}}, val, opts)
}

// Aggregate folds the rows of each group into a value of another type: zero gives the first
// aggregate, add takes a row in, subtract takes one back. Name or Store must name it.
func (g GroupedTable[K, V]) Aggregate[A any](zero func() A, add, subtract func(k K, v V, agg A) A, val serde.Codec[A], opts ...Option) Table[K, A] {
	live(g.b, g.n, "Aggregate").given("Aggregate", zero != nil && add != nil && subtract != nil)
	return aggregateTable[K, V](g, &graph.Node{Op: graph.TableAggregate, Exec: graph.Exec{
		Init: func() any { return zero() },
		Add:  func(k, v, agg any) any { return add(as[K](k), as[V](v), as[A](agg)) },
		Sub:  func(k, v, agg any) any { return subtract(as[K](k), as[V](v), as[A](agg)) },
	}}, val, opts)
}

func aggregateTable[K, V, A any](g GroupedTable[K, V], n *graph.Node, val serde.Codec[A], opts []Option) Table[K, A] {
	return Table[K, A]{g.b, aggregate(Grouped[K, V](g), whole, n, val, opts)}
}
