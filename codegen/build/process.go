package build

import (
	"go/types"
	"slices"

	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

func process(f *frame, k *call) value { return f.process(k, graph.Process) }

func processValues(f *frame, k *call) value { return f.process(k, graph.ProcessValues) }

func (f *frame) process(k *call, op graph.Op) value {
	n := f.node(k)
	n.Graph = &graph.Node{Op: op}
	n.Fn = f.funcArg(k.args[0])
	if n.Fn != nil && n.Fn.Sig != nil && n.Fn.Sig.Results().Len() == 1 {
		n.Proc = n.Fn.Sig.Results().At(0).Type()
	}
	if len(k.types) > 0 {
		n.Proc = k.types[0]
	}
	n.Graph.Stores = storesOf(n.Fn, nil)
	return f.derive(k, n, k.recv.(handle))
}

// storesOf lists the stores that a constructor captures, in the order of declaration.
func storesOf(fn *topo.Func, seen []*topo.Func) []int {
	if fn == nil || slices.Contains(seen, fn) {
		return nil
	}
	var out []int
	for _, c := range fn.Captures {
		switch c.Kind {
		case topo.RefStore:
			out = append(out, c.Index)
		case topo.RefFunc:
			out = append(out, storesOf(c.Func, append(seen, fn))...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// elem removes a pointer.
func elem(t types.Type) types.Type {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}
