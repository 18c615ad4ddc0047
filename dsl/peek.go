package dsl

import "github.com/streamgen/streamgen/internal/graph"

// Peek calls f for each record and passes the record on unchanged. It passes records with
// an absent value on without calling f; an absent key is K's zero value.
func (s Stream[K, V]) Peek(f func(k K, v V), opts ...Option) Stream[K, V] {
	live(s.b, s.n, "Peek").given("Peek", f != nil)
	return derive[K, V](s, &graph.Node{Op: graph.Peek, Exec: graph.Exec{Visit: visitPlain(f)}}, opts)
}

// PeekOpt is Peek that is called for every record and sees absent keys and values.
func (s Stream[K, V]) PeekOpt(f func(k Opt[K], v Opt[V]), opts ...Option) Stream[K, V] {
	live(s.b, s.n, "PeekOpt").given("PeekOpt", f != nil)
	return derive[K, V](s, &graph.Node{Op: graph.Peek, Form: graph.Opt, Exec: graph.Exec{Visit: visitOpt(f)}}, opts)
}

// PeekRecord is Peek that is called for every record and sees all of it, timestamp,
// headers and absence included.
func (s Stream[K, V]) PeekRecord(f func(r Rec[K, V]), opts ...Option) Stream[K, V] {
	live(s.b, s.n, "PeekRecord").given("PeekRecord", f != nil)
	return derive[K, V](s, &graph.Node{Op: graph.Peek, Form: graph.Record, Exec: graph.Exec{Visit: visitRecord(f)}}, opts)
}

func visitPlain[K, V any](f func(k K, v V)) func(graph.Rec) error {
	return func(r graph.Rec) error {
		if !r.NoValue {
			f(as[K](r.Key), as[V](r.Value))
		}
		return nil
	}
}

func visitOpt[K, V any](f func(k Opt[K], v Opt[V])) func(graph.Rec) error {
	return func(r graph.Rec) error {
		f(optKey[K](r), optValue[V](r))
		return nil
	}
}

func visitRecord[K, V any](f func(r Rec[K, V])) func(graph.Rec) error {
	return func(r graph.Rec) error {
		f(typed[K, V](r))
		return nil
	}
}
