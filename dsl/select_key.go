package dsl

import "github.com/streamgen/streamgen/internal/graph"

// SelectKey gives each record a new key. A record with an absent value passes on with an
// absent key; an absent key is K's zero value for f. The key change means that a grouping
// downstream repartitions.
func (s Stream[K, V]) SelectKey[K2 any](f func(k K, v V) K2, opts ...Option) Stream[K2, V] {
	live(s.b, s.n, "SelectKey").given("SelectKey", f != nil)
	return derive[K2, V](s, selectKeyNode(f), opts)
}

// SelectKeyOpt is SelectKey that is called for every record, sees absence and may return it.
func (s Stream[K, V]) SelectKeyOpt[K2 any](f func(k Opt[K], v Opt[V]) Opt[K2], opts ...Option) Stream[K2, V] {
	live(s.b, s.n, "SelectKeyOpt").given("SelectKeyOpt", f != nil)
	return derive[K2, V](s, &graph.Node{Op: graph.SelectKey, Form: graph.Opt, Exec: graph.Exec{Map: func(r graph.Rec) (graph.Rec, error) {
		return withKey(r, f(optKey[K](r), optValue[V](r))), nil
	}}}, opts)
}

func selectKeyNode[K, V, K2 any](f func(k K, v V) K2) *graph.Node {
	return &graph.Node{Op: graph.SelectKey, Exec: graph.Exec{Map: func(r graph.Rec) (graph.Rec, error) {
		if r.NoValue {
			return absent[K2, V](r), nil
		}
		r.Key, r.NoKey = f(as[K](r.Key), as[V](r.Value)), false
		return r, nil
	}}}
}
