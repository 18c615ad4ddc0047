package dsl

import (
	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/serde"
)

// Count counts the records of each key. Records with an absent key or value are dropped
// and counted as drops. Name or Store must name it.
func (g Grouped[K, V]) Count(opts ...Option) Table[K, int64] {
	live(g.b, g.n, "Count")
	return Table[K, int64]{g.b, aggregate(g, whole, &graph.Node{Op: graph.Count}, serde.Codec[int64](serde.Int64Codec{}), opts)}
}

// Count counts the records of each key and window. Records with an absent key or value are
// dropped and counted as drops. Name or Store must name it.
func (g WindowedGrouped[K, V]) Count(opts ...Option) WindowTable[K, int64] {
	live(g.Grouped.b, g.Grouped.n, "Count")
	return WindowTable[K, int64]{g.Grouped.b, aggregate(g.Grouped, windows(g.spec), &graph.Node{Op: graph.Count}, serde.Codec[int64](serde.Int64Codec{}), opts)}
}

// Count counts the records of each key and session. Records with an absent key or value are
// dropped and counted as drops. Name or Store must name it.
func (g SessionGrouped[K, V]) Count(opts ...Option) SessionTable[K, int64] {
	live(g.Grouped.b, g.Grouped.n, "Count")
	return SessionTable[K, int64]{g.Grouped.b, aggregate(g.Grouped, sessions(g.spec), &graph.Node{Op: graph.Count}, serde.Codec[int64](serde.Int64Codec{}), opts)}
}
