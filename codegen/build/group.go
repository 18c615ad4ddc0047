package build

import (
	"go/ast"
	"go/types"

	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

func groupByKey(f *frame, k *call) value {
	in := k.recv.(handle)
	o := k.opts.read()
	f.checkCodecs(o, in.key, in.val)
	f.r.groups[k.x] = false
	return grouped{handle: in, name: o.name, keyCodec: o.keyCodec, valCodec: o.valCodec, call: k.x}
}

func groupBy(f *frame, k *call) value {
	in := k.recv.(handle)
	n := f.node(k)
	n.Graph = &graph.Node{Op: graph.SelectKey}
	n.Fn = f.funcArg(k.args[0])
	key, val := f.codecArg(k.args[1]), f.codecArg(k.args[2])
	o := k.opts.read()
	n.Key, n.Val = in.key, in.val
	if len(k.result) == 2 {
		n.Key = k.result[0]
	}
	f.r.said[n] = o
	f.r.add(n, &options{name: o.name, nameAt: o.nameAt}, in.node)
	f.r.groups[k.x] = false
	out := handle{kind: typeStream, node: n, key: n.Key, val: n.Val}
	return grouped{handle: out, name: o.name, keyCodec: key, valCodec: val, call: k.x}
}

func windowedBy(f *frame, k *call) value {
	g := k.recv.(grouped)
	if g.window = f.windowArg(k.args[0]); g.window == nil {
		f.r.lost = true
		return bad{}
	}
	return g
}

func sessionsBy(f *frame, k *call) value {
	v := windowedBy(f, k)
	if g, ok := v.(grouped); ok {
		g.window.Session = true
	}
	return v
}

func count(f *frame, k *call) value {
	return f.stateful(k, &topo.Node{Graph: &graph.Node{Op: graph.Count}}, int64Codec(f), types.Typ[types.Int64])
}

func reduce(f *frame, k *call) value {
	g, ok := k.recv.(grouped)
	if !ok {
		return bad{}
	}
	n := &topo.Node{Graph: &graph.Node{Op: graph.Reduce}, Add: f.funcArg(k.args[0])}
	return f.stateful(k, n, f.codecArg(k.args[1]), g.val)
}

func aggregate(f *frame, k *call) value {
	n := &topo.Node{Graph: &graph.Node{Op: graph.Aggregate}}
	n.Init, n.Add = f.funcArg(k.args[0]), f.funcArg(k.args[1])
	codec := k.args[2]
	if g, ok := k.recv.(grouped); ok && g.window != nil && g.window.Session {
		n.Merge, codec = f.funcArg(k.args[2]), k.args[3]
	}
	var val types.Type
	if len(k.result) == 2 {
		val = k.result[1]
	}
	return f.stateful(k, n, f.codecArg(codec), val)
}

// stateful adds an aggregation and its store.
func (f *frame) stateful(k *call, n *topo.Node, codec *topo.Codec, val types.Type) value {
	r := f.r
	g, ok := k.recv.(grouped)
	if !ok || val == nil {
		return bad{}
	}
	r.groups[g.call], r.groupOf[n] = true, g.call
	o := k.opts.read()
	n.Pkg, n.Pos, n.Call = f.pkg, topo.CallName(k.x).Pos(), k.x
	n.Key, n.Val, n.ValCodec = g.key, val, codec
	n.GroupKeyCodec, n.GroupValCodec, n.Window = g.keyCodec, g.valCodec, g.window
	n.Graph.GroupName, n.Graph.GroupKey, n.Graph.GroupVal = g.name, codecText(g.keyCodec), codecText(g.valCodec)
	st := &graph.Store{Name: o.storeName(), Kind: graph.KV, Timestamped: true, Val: codecText(codec)}
	kind := typeTable
	if w := g.window; w != nil {
		n.Graph.Windowed, kind = true, typeWindowTable
		st.Kind, st.Size, st.Advance, st.Grace, st.Retention = graph.Window, w.Size, w.Advance, w.Grace, w.Retention
		if w.Session {
			n.Graph.Sessions, kind = true, typeSessionTable
			st.Kind, st.Timestamped, st.Gap, st.Size, st.Advance = graph.Session, false, w.Size, 0, 0
		}
	}
	r.said[n] = o
	r.add(n, o, g.node)
	pos := n.Pos
	if at := o.storeNameAt(); at != nil {
		pos = at.Pos()
	}
	n.Graph.Store = r.addStore(&topo.Store{Graph: o.keep(st), Pkg: f.pkg, Pos: pos, Key: n.Key, Val: val, ValCodec: codec,
		Node: n.Graph.ID, Window: g.window, Call: k.x})
	return resultHandle(kind, n, n.Key, n.Val)
}

func (o *options) storeNameAt() *ast.CallExpr {
	if o.store != "" {
		return o.storeAt
	}
	return o.nameAt
}

// int64Codec is the codec that Count's store has without being told.
func int64Codec(f *frame) *topo.Codec {
	t := f.r.serdeType("Int64Codec")
	if t == nil {
		return nil
	}
	return &topo.Codec{Kind: topo.Int64, Type: t, Of: types.Typ[types.Int64]}
}

// serdeType finds a type of the serde package among what dsl imports.
func (r *reader) serdeType(name string) types.Type {
	for _, p := range r.target.Types.Imports() {
		if t := serdeTypeIn(p, name); t != nil {
			return t
		}
	}
	return nil
}

func serdeTypeIn(p *types.Package, name string) types.Type {
	if p.Path() == serdePath {
		if obj := p.Scope().Lookup(name); obj != nil {
			return obj.Type()
		}
		return nil
	}
	if p.Path() == dslPath {
		// dsl.Int64 returns the codec's type.
		if fn, ok := p.Scope().Lookup("Int64").(*types.Func); ok && name == "Int64Codec" {
			return fn.Signature().Results().At(0).Type()
		}
	}
	return nil
}

func toStream(f *frame, k *call) value {
	in := k.recv.(handle)
	n := f.node(k)
	n.Graph = in.cut(&graph.Node{Op: graph.ToStream})
	if n.Graph.Windowed {
		n.Fn = f.funcArg(k.args[0])
	}
	return f.derive(k, n, in)
}
