package build

import (
	"go/ast"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

// removeOption reports an option that its operator ignores.
func (r *reader) removeOption(code diag.Code, n *topo.Node, at *ast.CallExpr, p graph.Problem) {
	if at == nil {
		return
	}
	d := r.diags.Report(code, r.span(at), "%s", p.Text)
	for i, a := range n.Call.Args {
		if ast.Unparen(a) == at {
			e := r.replace(a, "")
			if i > 0 {
				e.Start = r.loaded.Fset.PositionFor(n.Call.Args[i-1].End(), false).Offset
			} else if len(n.Call.Args) > 1 {
				e.End = r.loaded.Fset.PositionFor(n.Call.Args[1].Pos(), false).Offset
			}
			d.Suggest("remove the option", e)
			return
		}
	}
	d.Note(diag.Span{}, "%s", p.Fix)
}

func (r *reader) unusedStore(p graph.Problem) {
	s := r.t.Stores[p.Store]
	d := r.diags.Report(diag.UnusedStore, r.span(topo.CallName(s.Call)), "the store %q is declared but no processor holds it", s.Graph.Name)
	d.Note(diag.Span{}, "it would get a changelog topic and nothing to write there; use the handle in the constructor given to Process")
	if stmt := r.statementOf(s.Call); stmt != nil {
		d.Suggest("remove the declaration", r.removeStatement(stmt)...)
	}
}

// checkUnused reports streams that nothing consumes and groupings that nothing aggregates.
func (r *reader) checkUnused() {
	consumed := map[int]bool{}
	for _, n := range r.t.Graph.Nodes {
		for _, in := range n.In {
			consumed[in] = true
		}
		if n.Global >= 0 {
			consumed[n.Global] = true
		}
	}
	for _, n := range r.t.Nodes {
		switch n.Graph.Op {
		case graph.Sink, graph.ForEach, graph.Print, graph.Peek, graph.Process, graph.ProcessValues, graph.Branch, graph.Count, graph.Reduce, graph.Aggregate, graph.GlobalTable, graph.GlobalStore:
			continue
		}
		if st := n.Graph.Store; st >= 0 && !r.t.Stores[st].Graph.Optional {
			continue // its state is what it is for
		}
		name := topo.CallName(n.Call).(*ast.Ident).Name
		if consumed[n.Graph.ID] || name == "GroupBy" && !r.groups[n.Call] {
			continue
		}
		d := r.diags.Report(diag.UnusedStream, r.nodeSpan(n.Graph.ID), "nothing consumes the stream that %s returns", name).
			Note(diag.Span{}, "handles are values: s.Filter(f) returns a new stream and leaves s as it is; use the result, end it with To or ForEach, or remove it")
		if stmt := r.statementOf(n.Call); stmt != nil && n.Pkg == r.target {
			d.Suggest("remove the statement", r.removeStatement(stmt)...)
		}
	}
	for c, used := range r.groups {
		if used {
			continue
		}
		d := r.diags.Report(diag.Discarded, r.span(topo.CallName(c)), "nothing aggregates the groups that %s returns", topo.CallName(c).(*ast.Ident).Name).
			Note(diag.Span{}, "call Count, Reduce or Aggregate on them, or remove the grouping")
		if stmt := r.statementOf(c); stmt != nil {
			d.Suggest("remove the statement", r.removeStatement(stmt)...)
		}
	}
}

// checkEffects reports options that their operator ignores and that the graph does not show.
func (r *reader) checkEffects() {
	for _, n := range r.t.Nodes {
		o := r.said[n]
		if o == nil {
			continue
		}
		name := topo.CallName(n.Call).(*ast.Ident).Name
		ignored := func(at *ast.CallExpr, option, why string) {
			if at != nil {
				r.removeOption(diag.NoEffect, n, at, graph.Problem{Text: "dsl." + option + " on " + name + " has no effect: " + why, Fix: "remove it"})
			}
		}
		if n.Graph.Op != graph.Repartition {
			ignored(o.partitionsAt, "Partitions", "it says how Repartition divides its topic")
		}
		if n.Graph.Op != graph.Repartition && n.Graph.Op != graph.Sink {
			ignored(o.placedAt, "Partitioner", "it applies to To, ToDynamic and Repartition")
		}
		if n.Graph.Op == graph.Sink && n.Graph.OnError != "" && !n.Graph.Routed && !n.Graph.Placed && writesAll(n.KeyCodec) && writesAll(n.ValCodec) {
			r.removeOption(diag.CannotFail, n, o.onErrorAt, graph.Problem{Text: "OnError on " + name + " has no effect: its codecs can write every key and value", Fix: "remove OnError"})
		}
		if n.Graph.Op != graph.Source && n.Graph.Op != graph.Table && o.timesAt != nil {
			ignored(o.timesAt, topo.CallName(o.timesAt).(*ast.Ident).Name, "timestamps are chosen where a topic is read: by Stream, Streams and Table")
		}
		kept := n.Graph.Store >= 0 && !graph.IsGlobal(n.Graph.Op)
		if !kept && n.Within == nil {
			ignored(o.inMemory, "InMemory", "the operator has no store; tables have one that dsl.Store names, and what is global is in memory anyway")
		}
		switch {
		case !kept || n.Graph.Sessions && graph.IsAggregation(n.Graph.Op):
			ignored(o.untimed, "WithoutTimestamps", "the operator has no store that keeps timestamps")
		case o.onClose != nil:
			ignored(o.untimed, "WithoutTimestamps", "dsl.EmitOnClose emits windows with the timestamps that the store keeps")
		}
		if n.Graph.Op == graph.GlobalStore {
			ignored(o.storeAt, "Store", "the store has the name that it was declared with")
		}
		if o.storeAt != nil && n.Graph.Store < 0 && n.Within == nil {
			r.removeOption(diag.NoEffect, n, o.storeAt, graph.Problem{Text: "dsl.Store on " + name + " has no effect: the operator has no store", Fix: "remove it"})
		}
	}
}

// writesAll reports whether no value is too odd for a codec.
func writesAll(c *topo.Codec) bool {
	if c == nil {
		return true // reported where it was read
	}
	switch c.Kind {
	case topo.Custom, topo.JSON, topo.Avro, topo.AvroRecord, topo.Protobuf:
		return false
	case topo.TimeWindowed, topo.SessionWindowed:
		return writesAll(c.Inner)
	}
	return true
}
