package build

import (
	"go/ast"
	"go/types"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/purity"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

// checkInPlace reports functions that change their record's value in place while another
// operator reads the same value, and joiners that change a row of a table.
func (r *reader) checkInPlace() {
	readers := map[int][]int{}
	for _, n := range r.t.Graph.Nodes {
		for _, in := range n.In {
			readers[in] = append(readers[in], n.ID)
		}
	}
	for _, n := range r.t.Nodes {
		switch n.Graph.Op {
		case graph.JoinGlobal, graph.LeftGlobal:
			if w, ok := r.changesParam(n.Join, -1); ok {
				d := r.diags.Report(diag.ChangedInPlace, r.span(w.At), "the joiner changes the row of the global table in place")
				d.Note(r.nodeSpan(n.Graph.Global), "the table is here: every task of the process reads the same row").
					Note(diag.Span{}, "copy the value before changing it: %s", copyAdvice)
			}
		}
		if len(n.Graph.In) != 1 || n.Fn == nil {
			continue
		}
		w, ok := r.changesParam(n.Fn, 0)
		if !ok {
			continue
		}
		if other := r.otherReader(n.Graph.ID, readers); other >= 0 {
			d := r.diags.Report(diag.ChangedInPlace, r.span(w.At), "%s changes its record in place, and %s reads the same record", topo.CallName(n.Call).(*ast.Ident).Name, topo.CallName(r.t.Nodes[other].Call).(*ast.Ident).Name)
			d.Note(r.nodeSpan(other), "the other reader is here: whether it sees the change depends on the order of the two statements").
				Note(diag.Span{}, "copy the value before changing it: %s", copyAdvice)
		}
	}
}

const copyAdvice = "maps.Clone, slices.Clone, or c := *v for what a pointer leads to"

// otherReader finds an operator beside step that gets the same records, there or before
// operators that pass them on as they are. -1: there is none.
func (r *reader) otherReader(step int, readers map[int][]int) int {
	for {
		in := r.t.Graph.Nodes[step].In
		if len(in) != 1 {
			return -1
		}
		for _, other := range readers[in[0]] {
			if other != step {
				return other
			}
		}
		switch step = in[0]; r.t.Graph.Nodes[step].Op {
		case graph.Filter, graph.Peek, graph.Present, graph.SelectKey:
		default:
			return -1
		}
	}
}

// source is the code of a function, nil where it cannot be read.
func (r *reader) source(fn *topo.Func) (*topo.Package, ast.Node) {
	if fn == nil {
		return nil, nil
	}
	switch fn.Kind {
	case topo.Literal:
		return fn.Pkg, fn.Node
	case topo.Named, topo.Method, topo.Express:
		if obj, ok := fn.Obj.(*types.Func); ok {
			if decl, pkg := r.declaration(obj); decl != nil {
				return pkg, decl
			}
		}
	}
	return nil, nil
}

// changesParam finds a change of what parameters of fn lead to: of all from the given one
// on, or with -1 of the last alone.
func (r *reader) changesParam(fn *topo.Func, from int) (purity.Write, bool) {
	pkg, node := r.source(fn)
	var sig *types.Signature
	switch n := node.(type) {
	case *ast.FuncLit:
		sig, _ = pkg.Info.TypeOf(n).(*types.Signature)
	case *ast.FuncDecl:
		if obj, ok := pkg.Info.Defs[n.Name].(*types.Func); ok {
			sig = obj.Signature()
		}
	}
	if sig == nil {
		return purity.Write{}, false
	}
	if from < 0 {
		from = sig.Params().Len() - 1
	}
	e := r.analysis().Effects(pkg, node)
	for i := max(from, 0); i < sig.Params().Len(); i++ {
		if w, ok := e.Param(sig.Params().At(i)); ok && !r.analysis().Acknowledged(w.Pkg, w.At) {
			return w, true
		}
	}
	return purity.Write{}, false
}
