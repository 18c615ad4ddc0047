package dsl

import (
	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/serde"
)

// GroupedTable is a table about to be aggregated under other keys, Kafka Streams'
// KGroupedTable.
type GroupedTable[K, V any] struct {
	b     *Builder
	n     *graph.Node
	group graph.Node // GroupName, GroupKey, GroupVal for the aggregation
}

// GroupBy gives each row another key and value. When a row changes, its old contribution is
// taken back from the group it was in and the new one is added to the group it is in, so
// the aggregations need two functions. The changes pass through a repartition topic, which
// is named after Name, or the aggregation's store, and holds old and new value in Kafka
// Streams' layout. f must depend on key and value alone: it is called again for what is
// taken back.
func (t Table[K, V]) GroupBy[K2, V2 any](f func(k K, v V) (K2, V2), key serde.Codec[K2], val serde.Codec[V2], opts ...Option) GroupedTable[K2, V2] {
	live(t.b, t.n, "GroupBy").given("GroupBy", f != nil)
	whole := func(k K, _ Window, v V) (K2, V2) { return f(k, v) }
	return groupCut(t, whole, windowOf, &graph.Node{}, key, val, opts)
}

// GroupBy gives each window another key and value; see Table.GroupBy. What a window was is
// taken back when its value changes. Under EmitOnClose each window has one value, and nothing
// is taken back.
func (t WindowTable[K, V]) GroupBy[K2, V2 any](f func(k K, w Window, v V) (K2, V2), key serde.Codec[K2], val serde.Codec[V2], opts ...Option) GroupedTable[K2, V2] {
	live(t.b, t.n, "GroupBy").given("GroupBy", f != nil)
	return groupCut(Table[K, V](t), f, windowOf, inWindows(&graph.Node{}), key, val, opts)
}

// GroupBy gives each session another key and value; see WindowTable.GroupBy. What a session
// was is taken back when it grows or becomes a part of another.
func (t SessionTable[K, V]) GroupBy[K2, V2 any](f func(k K, w Session, v V) (K2, V2), key serde.Codec[K2], val serde.Codec[V2], opts ...Option) GroupedTable[K2, V2] {
	live(t.b, t.n, "GroupBy").given("GroupBy", f != nil)
	return groupCut(Table[K, V](t), f, sessionOf, inSessions(&graph.Node{}), key, val, opts)
}

// groupCut records a grouping whose function sees a window, or session, of type W.
func groupCut[K, V, K2, V2, W any](t Table[K, V], f func(k K, w W, v V) (K2, V2), of func(graph.Span) W, n *graph.Node,
	key serde.Codec[K2], val serde.Codec[V2], opts []Option) GroupedTable[K2, V2] {
	if key == nil || val == nil {
		t.b.fail("GroupBy: a codec is nil; there is no default codec")
	}
	o := collect(opts)
	n.Op = graph.TableGroupBy
	n.Exec.Pair = func(k any, w graph.Span, v any) (any, any) { return f(as[K](k), of(w), as[V](v)) }
	sel := derive[K2, V2](Stream[K, V](t), n, []Option{Name(o.name), Codecs(key, val)})
	return GroupedTable[K2, V2]{b: t.b, n: sel.n, group: graph.Node{GroupName: o.name, GroupKey: codecName(key), GroupVal: codecName(val),
		Exec: graph.Exec{GroupKey: boxCodec(key), GroupVal: boxCodec(val)}}}
}
