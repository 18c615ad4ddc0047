package build

import "github.com/streamgen/streamgen/internal/graph"

func toTable(f *frame, k *call) value {
	n := f.node(k)
	n.Graph = &graph.Node{Op: graph.ToTable}
	out := f.derive(k, n, k.recv.(handle)).(handle)
	f.tableStore(k, n, f.r.said[n])
	out.kind = typeTable
	return out
}
