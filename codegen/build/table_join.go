package build

import "github.com/streamgen/streamgen/internal/graph"

func tableJoin(op graph.Op) func(f *frame, k *call) value {
	return func(f *frame, k *call) value {
		other, ok := f.eval(k.args[0]).(handle)
		if !ok {
			f.r.lost = true
			return bad{}
		}
		n := f.node(k)
		n.Graph = &graph.Node{Op: op}
		n.Join = f.funcArg(k.args[1])
		out := f.deriveTable(k, n, k.recv.(handle))
		n.Graph.In = append(n.Graph.In, other.node.Graph.ID)
		return out
	}
}
