package dsl

import "github.com/streamgen/streamgen/internal/graph"

// FlatMapValues makes any number of records of each record, in the order of the slice;
// they share its key, timestamp and headers. An absent value gives none; an absent key is
// K's zero value for f and stays absent.
func (s Stream[K, V]) FlatMapValues[V2 any](f func(k K, v V) []V2, opts ...Option) Stream[K, V2] {
	live(s.b, s.n, "FlatMapValues").given("FlatMapValues", f != nil)
	return derive[K, V2](s, &graph.Node{Op: graph.FlatMapValues, Exec: graph.Exec{FlatMap: func(r graph.Rec) ([]graph.Rec, error) {
		if r.NoValue {
			return nil, nil
		}
		return fanValues(r, f(as[K](r.Key), as[V](r.Value))), nil
	}}}, opts)
}

// TryFlatMapValues is FlatMapValues with a function that may fail; OnError says what happens
// then, and nothing is sent on. An absent value gives no records.
func (s Stream[K, V]) TryFlatMapValues[V2 any](f func(k K, v V) ([]V2, error), opts ...Option) Stream[K, V2] {
	live(s.b, s.n, "TryFlatMapValues").given("TryFlatMapValues", f != nil)
	return derive[K, V2](s, &graph.Node{Op: graph.FlatMapValues, Form: graph.Try, Exec: graph.Exec{FlatMap: func(r graph.Rec) ([]graph.Rec, error) {
		if r.NoValue {
			return nil, nil
		}
		vs, err := f(as[K](r.Key), as[V](r.Value))
		if err != nil {
			return nil, err
		}
		return fanValues(r, vs), nil
	}}}, opts)
}

func fanValues[V any](r graph.Rec, vs []V) []graph.Rec {
	var out []graph.Rec
	for _, v := range vs {
		r.Value = v
		out = append(out, r)
	}
	return out
}
