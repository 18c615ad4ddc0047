package dsl

import "github.com/streamgen/streamgen/internal/graph"

// Present drops the records whose value is absent; after it, every value is there. Absent
// keys pass.
func (s Stream[K, V]) Present(opts ...Option) Stream[K, V] {
	live(s.b, s.n, "Present")
	return derive[K, V](s, &graph.Node{Op: graph.Present, Exec: graph.Exec{Pred: func(r graph.Rec) (bool, error) {
		return !r.NoValue, nil
	}}}, opts)
}
