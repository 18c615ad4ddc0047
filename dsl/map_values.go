package dsl

import "github.com/streamgen/streamgen/internal/graph"

// MapValues makes a new value of each record and keeps the key. An absent value stays
// absent without f being called; an absent key is K's zero value for f and stays absent.
func (s Stream[K, V]) MapValues[V2 any](f func(k K, v V) V2, opts ...Option) Stream[K, V2] {
	live(s.b, s.n, "MapValues").given("MapValues", f != nil)
	return derive[K, V2](s, &graph.Node{Op: graph.MapValues, Exec: graph.Exec{Map: func(r graph.Rec) (graph.Rec, error) {
		if r.NoValue {
			return withValue(r, None[V2]()), nil
		}
		r.Value = f(as[K](r.Key), as[V](r.Value))
		return r, nil
	}}}, opts)
}

// MapValuesOpt is MapValues that is called for every record, sees absence and may return it.
func (s Stream[K, V]) MapValuesOpt[V2 any](f func(k Opt[K], v Opt[V]) Opt[V2], opts ...Option) Stream[K, V2] {
	live(s.b, s.n, "MapValuesOpt").given("MapValuesOpt", f != nil)
	return derive[K, V2](s, &graph.Node{Op: graph.MapValues, Form: graph.Opt, Exec: graph.Exec{Map: func(r graph.Rec) (graph.Rec, error) {
		return withValue(r, f(optKey[K](r), optValue[V](r))), nil
	}}}, opts)
}

// MapValuesRecord is MapValues that is called for every record and sees all of it,
// timestamp, headers and absence included; it may return an absent value.
func (s Stream[K, V]) MapValuesRecord[V2 any](f func(r Rec[K, V]) Opt[V2], opts ...Option) Stream[K, V2] {
	live(s.b, s.n, "MapValuesRecord").given("MapValuesRecord", f != nil)
	return derive[K, V2](s, &graph.Node{Op: graph.MapValues, Form: graph.Record, Exec: graph.Exec{Map: func(r graph.Rec) (graph.Rec, error) {
		return withValue(r, f(typed[K, V](r))), nil
	}}}, opts)
}

// TryMapValues is MapValues with a function that may fail; OnError says what happens then.
// An absent value stays absent without f being called.
func (s Stream[K, V]) TryMapValues[V2 any](f func(k K, v V) (V2, error), opts ...Option) Stream[K, V2] {
	live(s.b, s.n, "TryMapValues").given("TryMapValues", f != nil)
	return derive[K, V2](s, &graph.Node{Op: graph.MapValues, Form: graph.Try, Exec: graph.Exec{Map: func(r graph.Rec) (graph.Rec, error) {
		if r.NoValue {
			return withValue(r, None[V2]()), nil
		}
		v, err := f(as[K](r.Key), as[V](r.Value))
		r.Value = v
		return r, err
	}}}, opts)
}
