package dsl

import (
	"time"

	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/window"
)

// JoinWithin is the window of a stream-stream join: records of both streams with one key join
// when their timestamps differ by at most d. Before, After and Grace refine it.
func JoinWithin(d time.Duration) window.JoinSpec { return window.Within(d) }

// JoinStream joins each record of s with the records of other that have its key and lie within
// the window around it, and the other way round: one result for each pair, when the later one
// is processed. The result has the higher timestamp of the two and the headers of the record
// that came later. Records with an absent key or value are dropped and counted; so are records
// whose window has closed, more than the grace before the highest timestamp that the join has
// seen.
//
// The streams must be partitioned alike: a stream whose key was changed passes through a
// repartition topic first, named <Name>-left or <Name>-right, else after the key change. The
// join keeps the records of both sides in stores named after Store, else Name:
// <name>-this-join-store and <name>-other-join-store. Their codecs are those that the streams
// were read with, or given by Codecs where the records were made.
func (s Stream[K, V]) JoinStream[U, W any](other Stream[K, U], spec window.JoinSpec, join func(k K, v V, u U) W, opts ...Option) Stream[K, W] {
	live(s.b, s.n, "JoinStream").given("JoinStream", join != nil)
	return joinStream[W](s, other, spec, graph.JoinStream, "JoinStream", func(k, v any, _ bool, u any, _ bool) any {
		return join(as[K](k), as[V](v), as[U](u))
	}, opts)
}

// LeftJoinStream is JoinStream that also gives a result for each record of s that found no match,
// with an absent right value, when its window closes; it has the record's own timestamp. A record
// of s with an absent key gives its result at once.
func (s Stream[K, V]) LeftJoinStream[U, W any](other Stream[K, U], spec window.JoinSpec, join func(k K, v V, u Opt[U]) W, opts ...Option) Stream[K, W] {
	live(s.b, s.n, "LeftJoinStream").given("LeftJoinStream", join != nil)
	return joinStream[W](s, other, spec, graph.LeftStream, "LeftJoinStream", func(k, v any, _ bool, u any, uOK bool) any {
		return join(as[K](k), as[V](v), opt[U](u, uOK))
	}, opts)
}

// OuterJoinStream is LeftJoinStream for both sides: each record of either stream that found no
// match gives a result in which the other side is absent.
func (s Stream[K, V]) OuterJoinStream[U, W any](other Stream[K, U], spec window.JoinSpec, join func(k K, v Opt[V], u Opt[U]) W, opts ...Option) Stream[K, W] {
	live(s.b, s.n, "OuterJoinStream").given("OuterJoinStream", join != nil)
	return joinStream[W](s, other, spec, graph.OuterStream, "OuterJoinStream", func(k, v any, vOK bool, u any, uOK bool) any {
		return join(as[K](k), opt[V](v, vOK), opt[U](u, uOK))
	}, opts)
}

func opt[T any](v any, ok bool) Opt[T] {
	if !ok {
		return None[T]()
	}
	return Some(as[T](v))
}

func joinStream[W, K, V, U any](s Stream[K, V], other Stream[K, U], spec window.JoinSpec, op graph.Op, operator string,
	both func(k, v any, vOK bool, u any, uOK bool) any, opts []Option) Stream[K, W] {
	b, o := s.b, collect(opts)
	if err := spec.Validate(); err != nil {
		b.fail("%s: %w", operator, err)
	}
	if o.storeName() == "" {
		b.fail("%s: the stores have no name, which is their identity; add dsl.Name(\"…\") or dsl.Store(\"…\")", operator)
	}
	n := &graph.Node{Op: op, Within: graph.Within{Before: spec.BeforeMs, After: spec.AfterMs, Grace: spec.GracePeriod}, Exec: graph.Exec{Both: both}}
	out := derive[K, W](s, n, opts)
	if !b.same(operator, other.b, other.n) {
		return out
	}
	n.In = append(n.In, other.n.ID)
	for _, st := range graph.NewJoinStores(op, o.storeName(), n.Within, typeName[K](), typeName[V](), typeName[U]()) {
		n.Stores = append(n.Stores, b.g.AddStore(o.keep(st)))
	}
	return out
}
