package build

import (
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

func stream(f *frame, k *call) value {
	n := f.endpoint(k, graph.Source, 0)
	n.Key, n.Val = k.result[0], k.result[1]
	o := k.opts.read()
	f.r.said[n] = o
	f.r.add(n, o)
	return resultHandle(typeStream, n, n.Key, n.Val)
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
	n.KeyCodec, n.ValCodec = f.codecArg(k.args[at+1]), f.codecArg(k.args[at+2])
	n.Graph.Key, n.Graph.Val = codecText(n.KeyCodec), codecText(n.ValCodec)
	return n
}

func to(f *frame, k *call) value {
	in := k.recv.(handle)
	n := f.endpoint(k, graph.Sink, 0)
	n.Key, n.Val = in.key, in.val
	o := k.opts.read()
	f.place(n, o, in)
	f.r.said[n] = o
	f.r.add(n, o, in.node)
	return tuple{}
}

func toDynamic(f *frame, k *call) value {
	in := k.recv.(handle)
	n := f.node(k)
	n.Graph = &graph.Node{Op: graph.Sink, Routed: true}
	n.Fn = f.funcArg(k.args[0])
	n.KeyCodec, n.ValCodec = f.codecArg(k.args[1]), f.codecArg(k.args[2])
	n.Graph.Key, n.Graph.Val = codecText(n.KeyCodec), codecText(n.ValCodec)
	n.Key, n.Val = in.key, in.val
	o := k.opts.read()
	f.place(n, o, in)
	f.r.said[n] = o
	f.r.add(n, o, in.node)
	return tuple{}
}
