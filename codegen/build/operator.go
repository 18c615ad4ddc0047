package build

import (
	"go/types"

	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

// operators reads the methods of dsl's types, one file per family.
var operators map[string]func(f *frame, k *call) value

func init() {
	operators = map[string]func(f *frame, k *call) value{
		"Builder.Stream":                   stream,
		"Builder.Streams":                  streams,
		"Builder.StreamPattern":            streamPattern,
		"Builder.Table":                    table,
		"Builder.GlobalTable":              globalTable,
		"Builder.KeyValueStore":            keyValueStore,
		"Builder.TimestampedKeyValueStore": timestampedStore,
		"Builder.WindowStore":              windowStore,
		"Builder.GlobalStore":              globalStore,
		"Builder.TimestampedGlobalStore":   globalStore,

		"Stream.Filter":       unary(graph.Filter, graph.Plain),
		"Stream.FilterOpt":    unary(graph.Filter, graph.Opt),
		"Stream.FilterRecord": unary(graph.Filter, graph.Record),
		"Stream.TryFilter":    unary(graph.Filter, graph.Try),

		"Stream.Map":             unary(graph.Map, graph.Plain),
		"Stream.MapOpt":          unary(graph.Map, graph.Opt),
		"Stream.MapRecord":       unary(graph.Map, graph.Record),
		"Stream.TryMap":          unary(graph.Map, graph.Try),
		"Stream.MapValues":       unary(graph.MapValues, graph.Plain),
		"Stream.MapValuesOpt":    unary(graph.MapValues, graph.Opt),
		"Stream.MapValuesRecord": unary(graph.MapValues, graph.Record),
		"Stream.TryMapValues":    unary(graph.MapValues, graph.Try),
		"Stream.FlatMap":         unary(graph.FlatMap, graph.Plain),
		"Stream.TryFlatMap":      unary(graph.FlatMap, graph.Try),
		"Stream.SelectKey":       unary(graph.SelectKey, graph.Plain),
		"Stream.SelectKeyOpt":    unary(graph.SelectKey, graph.Opt),

		"Stream.FilterNot":        filterNot,
		"Stream.FlatMapValues":    unary(graph.FlatMapValues, graph.Plain),
		"Stream.TryFlatMapValues": unary(graph.FlatMapValues, graph.Try),
		"Stream.Print":            printTo,
		"Stream.Split":            split,
		"Branches.Branch":         branch(graph.Plain),
		"Branches.BranchOpt":      branch(graph.Opt),
		"Branches.BranchRecord":   branch(graph.Record),
		"Branches.Default":        defaultBranch,
		"Branches.Drop":           dropRest,
		"Stream.ProcessValues":    processValues,

		"Stream.Peek":          unary(graph.Peek, graph.Plain),
		"Stream.PeekOpt":       unary(graph.Peek, graph.Opt),
		"Stream.PeekRecord":    unary(graph.Peek, graph.Record),
		"Stream.ForEach":       unary(graph.ForEach, graph.Plain),
		"Stream.ForEachOpt":    unary(graph.ForEach, graph.Opt),
		"Stream.ForEachRecord": unary(graph.ForEach, graph.Record),
		"Stream.Present":       present,
		"Stream.Merge":         merge,
		"Stream.To":            to,
		"Stream.ToDynamic":     toDynamic,
		"Stream.Repartition":   repartition,

		"Stream.JoinGlobal":     joinGlobal(graph.JoinGlobal),
		"Stream.LeftJoinGlobal": joinGlobal(graph.LeftGlobal),
		"Stream.Join":           joinTable(graph.JoinTable),
		"Stream.LeftJoin":       joinTable(graph.LeftTable),
		"Stream.Process":        process,

		"Stream.JoinStream":      joinStream(graph.JoinStream),
		"Stream.LeftJoinStream":  joinStream(graph.LeftStream),
		"Stream.OuterJoinStream": joinStream(graph.OuterStream),

		"Stream.GroupByKey":         groupByKey,
		"Stream.GroupBy":            groupBy,
		"Grouped.WindowedBy":        windowedBy,
		"Grouped.Count":             count,
		"Grouped.Reduce":            reduce,
		"Grouped.Aggregate":         aggregate,
		"WindowedGrouped.Count":     count,
		"WindowedGrouped.Reduce":    reduce,
		"WindowedGrouped.Aggregate": aggregate,
		"Grouped.SessionsBy":        sessionsBy,
		"SessionGrouped.Count":      count,
		"SessionGrouped.Reduce":     reduce,
		"SessionGrouped.Aggregate":  aggregate,
		"SessionTable.ToStream":     toStream,
		"Table.ToStream":            toStream,
		"Table.Filter":              tableFilter(false),
		"Table.FilterNot":           tableFilter(true),
		"Table.MapValues":           tableMapValues(graph.Plain),
		"Table.MapValuesOpt":        tableMapValues(graph.Opt),
		"Table.GroupBy":             tableGroupBy,
		"GroupedTable.Count":        tableCount,
		"GroupedTable.Reduce":       tableReduce,
		"GroupedTable.Aggregate":    tableAggregate,
		"Table.Join":                tableJoin(graph.TableJoin),
		"Table.LeftJoin":            tableJoin(graph.TableLeftJoin),
		"Table.OuterJoin":           tableJoin(graph.TableOuterJoin),
		"Stream.ToTable":            toTable,
		"WindowTable.ToStream":      toStream,
		"WindowTable.Filter":        tableFilter(false),
		"WindowTable.FilterNot":     tableFilter(true),
		"WindowTable.MapValues":     tableMapValues(graph.Plain),
		"WindowTable.MapValuesOpt":  tableMapValues(graph.Opt),
		"WindowTable.GroupBy":       tableGroupBy,
		"SessionTable.Filter":       tableFilter(false),
		"SessionTable.FilterNot":    tableFilter(true),
		"SessionTable.MapValues":    tableMapValues(graph.Plain),
		"SessionTable.MapValuesOpt": tableMapValues(graph.Opt),
		"SessionTable.GroupBy":      tableGroupBy,
	}
}

// unary reads an operator with one user function whose result is a stream (for-each:
// nothing) of the types that the method's result has.
func unary(op graph.Op, form graph.Form) func(f *frame, k *call) value {
	return func(f *frame, k *call) value {
		in := k.recv.(handle)
		n := f.node(k)
		n.Graph = &graph.Node{Op: op, Form: form}
		n.Fn = f.funcArg(k.args[0])
		return f.derive(k, n, in)
	}
}

func present(f *frame, k *call) value {
	n := f.node(k)
	n.Graph = &graph.Node{Op: graph.Present}
	return f.derive(k, n, k.recv.(handle))
}

// derive adds a node after in and returns its output; as dsl's function of that name.
func (f *frame) derive(k *call, n *topo.Node, in handle) value {
	o := k.opts.read()
	n.Key, n.Val = in.key, in.val
	if len(k.result) == 2 {
		n.Key, n.Val = k.result[0], k.result[1]
	}
	n.KeyCodec, n.ValCodec = o.keyCodec, o.valCodec
	n.Graph.Key, n.Graph.Val = codecText(o.keyCodec), codecText(o.valCodec)
	f.checkCodecs(o, n.Key, n.Val)
	f.r.said[n] = o
	f.r.add(n, o, in.node)
	return handle{kind: typeStream, node: n, key: n.Key, val: n.Val}
}

// resultHandle is the handle that a call returns, by the name of its type.
func resultHandle(kind string, n *topo.Node, key, val types.Type) handle {
	return handle{kind: kind, node: n, key: key, val: val}
}
