package build

import "github.com/streamgen/streamgen/internal/graph"

func joinTable(op graph.Op) func(f *frame, k *call) value {
	return func(f *frame, k *call) value {
		table, ok := f.eval(k.args[0]).(handle)
		if !ok {
			f.r.lost = true
			return bad{}
		}
		n := f.node(k)
		n.Graph = &graph.Node{Op: op, Global: table.node.Graph.ID}
		n.Join = f.funcArg(k.args[1])
		return f.derive(k, n, k.recv.(handle))
	}
}
