package build

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

func stream(f *frame, k *call) value {
	n := f.endpoint(k, graph.Source, 0)
	f.addSource(n, k)
	return resultHandle(typeStream, n, n.Key, n.Val)
}

// streams reads a list of topics, which must be known: the code has a place for each.
func streams(f *frame, k *call) value {
	n := f.node(k)
	n.Graph = &graph.Node{Op: graph.Source}
	list := f.topics(k.args[0])
	if len(list) == 0 {
		f.r.lost = true
		return bad{}
	}
	n.Graph.Topic, n.Graph.More = list[0], list[1:]
	f.endpointCodecs(n, k, 1)
	f.addSource(n, k)
	return resultHandle(typeStream, n, n.Key, n.Val)
}

// streamPattern reads the topics that match a pattern, a constant.
func streamPattern(f *frame, k *call) value {
	n := f.node(k)
	n.Graph = &graph.Node{Op: graph.Source}
	pattern, ok := text(f.constant(k.args[0]))
	switch {
	case !ok:
		f.r.diags.Report(diag.OpaqueCall, f.r.span(k.args[0]), "the pattern %s is computed at run time", types.ExprString(k.args[0])).
			Note(diag.Span{}, "write a constant: what it matches is compared with the topics that others read")
	case pattern == "":
		f.refuseTopic(k.args[0], "StreamPattern")
	}
	if pattern == "" {
		f.r.lost = true
		return bad{}
	}
	n.Graph.Pattern = pattern
	f.endpointCodecs(n, k, 1)
	f.addSource(n, k)
	return resultHandle(typeStream, n, n.Key, n.Val)
}

// topics reads a []string literal of constants.
func (f *frame) topics(x ast.Expr) (out []string) {
	lit, ok := ast.Unparen(x).(*ast.CompositeLit)
	if !ok || len(lit.Elts) == 0 {
		f.r.diags.Report(diag.OpaqueCall, f.r.span(x), "the compiler cannot see which topics %s are", types.ExprString(x)).
			Note(diag.Span{}, "write them in place: []string{\"orders-eu\", \"orders-us\"}; generated code has a place for each of them")
		return nil
	}
	for _, e := range lit.Elts {
		topic, ok := text(f.constant(e))
		if !ok {
			f.r.diags.Report(diag.OpaqueCall, f.r.span(e), "the topic %s is computed at run time", types.ExprString(e)).
				Note(diag.Span{}, "lists hold constants; read a topic whose name is computed with Stream, and join the streams with Merge")
			return nil
		}
		f.checkTopic(e, topic, "Streams")
		if !slices.Contains(out, topic) {
			out = append(out, topic)
		}
	}
	return out
}

func globalTable(f *frame, k *call) value {
	n := f.endpoint(k, graph.GlobalTable, 0)
	n.Key, n.Val = k.result[0], k.result[1]
	o := k.opts.read()
	f.r.said[n] = o
	f.r.add(n, o)
	n.Graph.Store = f.r.addStore(&topo.Store{Pkg: f.pkg, Pos: n.Pos, Key: n.Key, Val: n.Val, KeyCodec: n.KeyCodec, ValCodec: n.ValCodec,
		Node: n.Graph.ID, Call: k.x, Graph: &graph.Store{Name: o.storeName(), Kind: graph.KV, Global: true, NoChangelog: true, Timestamped: true,
			Key: n.Graph.Key, Val: n.Graph.Val}})
	return resultHandle(typeGlobalTable, n, n.Key, n.Val)
}

// endpoint reads topic and codecs of a source, table or sink.
func (f *frame) endpoint(k *call, op graph.Op, at int) *topo.Node {
	n := f.node(k)
	n.Graph = &graph.Node{Op: op}
	f.topic(k.args[at], n)
	f.endpointCodecs(n, k, at+1)
	return n
}

// endpointCodecs reads the codecs of key and value from the arguments at and behind.
func (f *frame) endpointCodecs(n *topo.Node, k *call, at int) {
	n.KeyCodec, n.ValCodec = f.codecArg(k.args[at]), f.codecArg(k.args[at+1])
	n.Graph.Key, n.Graph.Val = codecText(n.KeyCodec), codecText(n.ValCodec)
}

// addSource adds what reads topics for tasks, with its types and options.
func (f *frame) addSource(n *topo.Node, k *call) *options {
	n.Key, n.Val = k.result[0], k.result[1]
	o := k.opts.read()
	f.timed(n, o)
	f.r.said[n] = o
	f.r.add(n, o)
	return o
}

// addSink adds what writes the records of in to topics.
func (f *frame) addSink(n *topo.Node, k *call, in handle) value {
	n.Key, n.Val = in.key, in.val
	o := k.opts.read()
	f.place(n, o, in)
	f.r.said[n] = o
	f.r.add(n, o, in.node)
	return tuple{}
}

func to(f *frame, k *call) value {
	in := k.recv.(handle)
	n := f.endpoint(k, graph.Sink, 0)
	return f.addSink(n, k, in)
}

func toDynamic(f *frame, k *call) value {
	in := k.recv.(handle)
	n := f.node(k)
	n.Graph = &graph.Node{Op: graph.Sink, Routed: true}
	n.Fn = f.funcArg(k.args[0])
	f.endpointCodecs(n, k, 1)
	return f.addSink(n, k, in)
}
