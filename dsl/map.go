package dsl

import "github.com/streamgen/streamgen/internal/graph"

// Map makes a new key and value of each record. An absent value passes on as a record
// with absent key and value; an absent key is K's zero value, and the new key is present.
// The key change means that a grouping downstream repartitions.
func (s Stream[K, V]) Map[K2, V2 any](f func(k K, v V) (K2, V2), opts ...Option) Stream[K2, V2] {
	live(s.b, s.n, "Map").given("Map", f != nil)
	return derive[K2, V2](s, &graph.Node{Op: graph.Map, Exec: graph.Exec{Map: func(r graph.Rec) (graph.Rec, error) {
		if r.NoValue {
			return absent[K2, V2](r), nil
		}
		r.Key, r.Value = f(as[K](r.Key), as[V](r.Value))
		r.NoKey = false
		return r, nil
	}}}, opts)
}

// MapOpt is Map that is called for every record, sees absence and may return it.
func (s Stream[K, V]) MapOpt[K2, V2 any](f func(k Opt[K], v Opt[V]) (Opt[K2], Opt[V2]), opts ...Option) Stream[K2, V2] {
	live(s.b, s.n, "MapOpt").given("MapOpt", f != nil)
	return derive[K2, V2](s, &graph.Node{Op: graph.Map, Form: graph.Opt, Exec: graph.Exec{Map: func(r graph.Rec) (graph.Rec, error) {
		k, v := f(optKey[K](r), optValue[V](r))
		return withValue(withKey(r, k), v), nil
	}}}, opts)
}

// MapRecord is Map over whole records, absent keys and values included. The record that f
// returns travels on as it is, timestamp and headers included.
func (s Stream[K, V]) MapRecord[K2, V2 any](f func(r Rec[K, V]) Rec[K2, V2], opts ...Option) Stream[K2, V2] {
	live(s.b, s.n, "MapRecord").given("MapRecord", f != nil)
	return derive[K2, V2](s, &graph.Node{Op: graph.Map, Form: graph.Record, Exec: graph.Exec{Map: func(r graph.Rec) (graph.Rec, error) {
		return boxed(f(typed[K, V](r))), nil
	}}}, opts)
}

// TryMap is Map with a function that may fail; OnError says what happens then. An absent
// value passes on as a record with absent key and value.
func (s Stream[K, V]) TryMap[K2, V2 any](f func(k K, v V) (K2, V2, error), opts ...Option) Stream[K2, V2] {
	live(s.b, s.n, "TryMap").given("TryMap", f != nil)
	return derive[K2, V2](s, &graph.Node{Op: graph.Map, Form: graph.Try, Exec: graph.Exec{Map: func(r graph.Rec) (graph.Rec, error) {
		if r.NoValue {
			return absent[K2, V2](r), nil
		}
		k, v, err := f(as[K](r.Key), as[V](r.Value))
		r.Key, r.Value, r.NoKey = k, v, false
		return r, err
	}}}, opts)
}
