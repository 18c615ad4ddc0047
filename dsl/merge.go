package dsl

import "github.com/streamgen/streamgen/internal/graph"

// Merge interleaves two streams; the order between them is that of processing. Absent keys
// and values pass. Codecs that both streams share stay known, others are forgotten.
func (s Stream[K, V]) Merge(other Stream[K, V], opts ...Option) Stream[K, V] {
	b := live(s.b, s.n, "Merge")
	if !b.same("Merge", other.b, other.n) {
		return s
	}
	out := derive[K, V](s, &graph.Node{Op: graph.Merge}, opts)
	out.n.In = append(out.n.In, other.n.ID)
	return out
}
