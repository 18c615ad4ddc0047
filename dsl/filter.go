package dsl

import "github.com/streamgen/streamgen/internal/graph"

// Filter keeps the records for which keep returns true. Records with an absent value pass
// without being asked; Present drops them. An absent key is K's zero value.
func (s Stream[K, V]) Filter(keep func(k K, v V) bool, opts ...Option) Stream[K, V] {
	live(s.b, s.n, "Filter").given("Filter", keep != nil)
	return derive[K, V](s, &graph.Node{Op: graph.Filter, Exec: graph.Exec{Pred: func(r graph.Rec) (bool, error) {
		return r.NoValue || keep(as[K](r.Key), as[V](r.Value)), nil
	}}}, opts)
}

// FilterNot keeps the records for which drop returns false. Records with an absent value
// pass without being asked; Present drops them. An absent key is K's zero value.
func (s Stream[K, V]) FilterNot(drop func(k K, v V) bool, opts ...Option) Stream[K, V] {
	live(s.b, s.n, "FilterNot").given("FilterNot", drop != nil)
	return derive[K, V](s, &graph.Node{Op: graph.Filter, Not: true, Exec: graph.Exec{Pred: func(r graph.Rec) (bool, error) {
		return !r.NoValue && drop(as[K](r.Key), as[V](r.Value)), nil
	}}}, opts)
}

// FilterOpt is Filter that is asked for every record and sees absent keys and values.
func (s Stream[K, V]) FilterOpt(keep func(k Opt[K], v Opt[V]) bool, opts ...Option) Stream[K, V] {
	live(s.b, s.n, "FilterOpt").given("FilterOpt", keep != nil)
	return derive[K, V](s, &graph.Node{Op: graph.Filter, Form: graph.Opt, Exec: graph.Exec{Pred: func(r graph.Rec) (bool, error) {
		return keep(optKey[K](r), optValue[V](r)), nil
	}}}, opts)
}

// FilterRecord is Filter that is asked for every record and sees all of it, timestamp,
// headers and absence included.
func (s Stream[K, V]) FilterRecord(keep func(r Rec[K, V]) bool, opts ...Option) Stream[K, V] {
	live(s.b, s.n, "FilterRecord").given("FilterRecord", keep != nil)
	return derive[K, V](s, &graph.Node{Op: graph.Filter, Form: graph.Record, Exec: graph.Exec{Pred: func(r graph.Rec) (bool, error) {
		return keep(typed[K, V](r)), nil
	}}}, opts)
}

// TryFilter is Filter with a predicate that may fail; OnError says what happens then.
// Records with an absent value pass without being asked.
func (s Stream[K, V]) TryFilter(keep func(k K, v V) (bool, error), opts ...Option) Stream[K, V] {
	live(s.b, s.n, "TryFilter").given("TryFilter", keep != nil)
	return derive[K, V](s, &graph.Node{Op: graph.Filter, Form: graph.Try, Exec: graph.Exec{Pred: func(r graph.Rec) (bool, error) {
		if r.NoValue {
			return true, nil
		}
		return keep(as[K](r.Key), as[V](r.Value))
	}}}, opts)
}
