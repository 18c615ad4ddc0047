package dsl

import "github.com/streamgen/streamgen/internal/graph"

// FlatMap makes any number of records of each record, in the order of the slice; they
// share its timestamp and headers. An absent value gives none; an absent key is K's zero
// value. The key change means that a grouping downstream repartitions.
func (s Stream[K, V]) FlatMap[K2, V2 any](f func(k K, v V) []KV[K2, V2], opts ...Option) Stream[K2, V2] {
	live(s.b, s.n, "FlatMap").given("FlatMap", f != nil)
	return derive[K2, V2](s, &graph.Node{Op: graph.FlatMap, Exec: graph.Exec{FlatMap: func(r graph.Rec) ([]graph.Rec, error) {
		if r.NoValue {
			return nil, nil
		}
		return fan(r, f(as[K](r.Key), as[V](r.Value))), nil
	}}}, opts)
}

// TryFlatMap is FlatMap with a function that may fail; OnError says what happens then, and
// nothing is sent on. An absent value gives no records.
func (s Stream[K, V]) TryFlatMap[K2, V2 any](f func(k K, v V) ([]KV[K2, V2], error), opts ...Option) Stream[K2, V2] {
	live(s.b, s.n, "TryFlatMap").given("TryFlatMap", f != nil)
	return derive[K2, V2](s, &graph.Node{Op: graph.FlatMap, Form: graph.Try, Exec: graph.Exec{FlatMap: func(r graph.Rec) ([]graph.Rec, error) {
		if r.NoValue {
			return nil, nil
		}
		kvs, err := f(as[K](r.Key), as[V](r.Value))
		if err != nil {
			return nil, err
		}
		return fan(r, kvs), nil
	}}}, opts)
}

func fan[K, V any](r graph.Rec, kvs []KV[K, V]) []graph.Rec {
	var out []graph.Rec
	for _, kv := range kvs {
		out = append(out, graph.Rec{Key: kv.Key, Value: kv.Value, Timestamp: r.Timestamp, Headers: r.Headers})
	}
	return out
}
