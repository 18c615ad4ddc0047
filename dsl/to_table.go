package dsl

import "github.com/streamgen/streamgen/internal/graph"

// ToTable takes the stream as a changelog: each record replaces the value of its key, an
// absent value deletes it; records with an absent key are dropped and counted. A stream
// whose key was changed passes a repartition topic first, named after Name. Store and
// EmitEveryUpdate mean what they mean to Builder.Table.
func (s Stream[K, V]) ToTable(opts ...Option) Table[K, V] {
	live(s.b, s.n, "ToTable")
	out := derive[K, V](s, &graph.Node{Op: graph.ToTable}, opts)
	out.n.Store = s.b.g.AddStore(tableStore(out.n, collect(opts)))
	return Table[K, V](out)
}
