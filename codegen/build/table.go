package build

import (
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

func table(f *frame, k *call) value {
	n := f.endpoint(k, graph.Table, 0)
	f.tableStore(k, n, f.addSource(n, k))
	return resultHandle(typeTable, n, n.Key, n.Val)
}

// tableStore adds the store of a table, as dsl's function of that name.
func (f *frame) tableStore(k *call, n *topo.Node, o *options) {
	pos := n.Pos
	if o.storeAt != nil {
		pos = o.storeAt.Pos()
	}
	st := &graph.Store{Name: o.store, Kind: graph.KV, Timestamped: true, Optional: o.store == "", Key: n.Graph.Key, Val: n.Graph.Val}
	n.Graph.Store = f.r.addStore(&topo.Store{Pkg: f.pkg, Pos: pos, Key: n.Key, Val: n.Val, KeyCodec: n.KeyCodec, ValCodec: n.ValCodec,
		Node: n.Graph.ID, Call: k.x, Graph: o.keep(st)})
	if n.Graph.Windowed {
		st.KeyType, st.Key = n.Graph.CutKey(), ""
	}
}

// deriveTable adds a node after in whose output is a table, as dsl's function of that name.
func (f *frame) deriveTable(k *call, n *topo.Node, in handle) value {
	out := f.derive(k, n, in).(handle)
	if o := f.r.said[n]; o.store != "" {
		f.tableStore(k, n, o)
	}
	out.kind = in.kind
	return out
}

// cut marks a node that takes the rows of a windowed table, as dsl's functions inWindows and
// inSessions.
func (h handle) cut(n *graph.Node) *graph.Node {
	n.Sessions = h.kind == typeSessionTable
	n.Windowed = n.Sessions || h.kind == typeWindowTable
	return n
}
