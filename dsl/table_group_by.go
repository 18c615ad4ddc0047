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
	b := live(t.b, t.n, "GroupBy")
	b.given("GroupBy", f != nil)
	if key == nil || val == nil {
		b.fail("GroupBy: a codec is nil; there is no default codec")
	}
	o := collect(opts)
	sel := derive[K2, V2](Stream[K, V](t), &graph.Node{Op: graph.TableGroupBy, Exec: graph.Exec{
		Pair: func(k, v any) (any, any) { return f(as[K](k), as[V](v)) },
	}}, []Option{Name(o.name), Codecs(key, val)})
	return GroupedTable[K2, V2]{b: t.b, n: sel.n, group: graph.Node{GroupName: o.name, GroupKey: codecName(key), GroupVal: codecName(val),
		Exec: graph.Exec{GroupKey: boxCodec(key), GroupVal: boxCodec(val)}}}
}
