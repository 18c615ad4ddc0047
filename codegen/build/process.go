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
	f.constructor(n, k, 0)
	n.Graph.Stores, n.Graph.ReadOnly = storesOf(n.Fn)
	return f.derive(k, n, k.recv.(handle))
}

// constructor reads the function that makes processors, the argument at.
func (f *frame) constructor(n *topo.Node, k *call, at int) {
	n.Fn = f.funcArg(k.args[at])
	if n.Fn != nil && n.Fn.Sig != nil && n.Fn.Sig.Results().Len() == 1 {
		n.Proc = n.Fn.Sig.Results().At(0).Type()
	}
	if len(k.types) > 0 {
		n.Proc = k.types[0]
	}
}

// storesOf lists the stores that a constructor captures, and the global stores that it captures
// for reading, both in the order of declaration.
func storesOf(fn *topo.Func) (stores, readOnly []int) {
	return captured(fn, topo.RefStore, nil), captured(fn, topo.RefReadOnly, nil)
}

func captured(fn *topo.Func, kind topo.RefKind, seen []*topo.Func) []int {
	if fn == nil || slices.Contains(seen, fn) {
		return nil
	}
	var out []int
	for _, c := range fn.Captures {
		switch c.Kind {
		case kind:
			out = append(out, c.Index)
		case topo.RefFunc:
			out = append(out, captured(c.Func, kind, append(seen, fn))...)
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
