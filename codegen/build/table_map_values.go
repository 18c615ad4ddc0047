package build

import "github.com/streamgen/streamgen/internal/graph"

func tableMapValues(form graph.Form) func(f *frame, k *call) value {
	return func(f *frame, k *call) value {
		in := k.recv.(handle)
		n := f.node(k)
		n.Graph = in.cut(&graph.Node{Op: graph.TableMapValues, Form: form})
		n.Fn = f.funcArg(k.args[0])
		return f.deriveTable(k, n, in)
	}
}
