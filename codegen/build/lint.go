package build

import (
	"go/ast"
	"go/types"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/purity"
	"github.com/streamgen/streamgen/codegen/topo"
)

// analysis reads the functions that operators call; see package purity.
func (r *reader) analysis() *purity.Analysis {
	if r.purity == nil {
		r.purity = &purity.Analysis{Decl: r.declaration}
	}
	return r.purity
}

// lint looks at a function that an operator calls for each record, *ast.FuncLit or
// *ast.FuncDecl of pkg: it may depend on its record alone, and change nothing but its
// result. at is where the operator is given it.
func (r *reader) lint(pkg *topo.Package, fn, at ast.Node) {
	if r.acknowledged(at) || r.linted[fn] {
		return
	}
	if r.linted == nil {
		r.linted = map[ast.Node]bool{}
	}
	r.linted[fn] = true
	a := r.analysis()
	for _, d := range a.Dependencies(pkg, fn) {
		code := diag.NonDeterministic
		if d.Kind == purity.Goroutine {
			code = diag.Goroutine
		}
		m := r.diags.Report(code, r.span(d.At), "%s", d.Text)
		if d.Via != nil {
			m.Note(r.span(d.Via), "an operator's function calls it here")
		}
		m.Note(diag.Span{}, "%s", d.Advice).
			Note(diag.Span{}, "if it is meant so, say why in a comment on the line above: %s reason", purity.Acknowledgement)
	}
	if a.Acknowledged(pkg, fn) {
		return
	}
	e := a.Effects(pkg, fn)
	for _, w := range e.Globals {
		r.sharedState(w, "the package variable "+w.Var.Name())
	}
	for _, w := range e.Outer {
		r.sharedState(w, "what "+w.Var.Name()+" refers to")
	}
}

// lintReceiver looks at a method value x.f: the receiver is computed once and lives as long
// as the topology.
func (r *reader) lintReceiver(fn *topo.Func, method *types.Func, pkg *topo.Package, decl *ast.FuncDecl, at ast.Node) {
	x, ok := fn.Node.(ast.Expr)
	recv := method.Origin().Signature().Recv()
	if !ok || recv == nil || r.acknowledged(at) {
		return
	}
	if w, ok := r.analysis().Effects(pkg, decl).Param(recv); ok {
		if w.Via == nil {
			w.Via = at
		}
		r.sharedState(w, "what "+types.ExprString(x)+" refers to")
	}
}

// sharedState reports a change of something that outlives the record.
func (r *reader) sharedState(w purity.Write, what string) {
	if r.analysis().Acknowledged(w.Pkg, w.At) || w.Via != nil && r.acknowledged(w.Via) {
		return
	}
	d := r.diags.Report(diag.SharedState, r.span(w.At), "an operator's function changes %s", what)
	if w.Via != nil {
		d.Note(r.span(w.Via), "an operator's function calls it here")
	}
	d.Note(r.at(w.Var.Pos()), "declared here: all tasks of the process share it, and they run at the same time").
		Note(diag.Span{}, "after a failure records are processed again, but the variable is not set back; state per key belongs to Count, Reduce, Aggregate or a store of a processor, counters for metrics to sync/atomic").
		Note(diag.Span{}, "if it is meant so, say why in a comment on the line above: %s reason", purity.Acknowledgement)
}

func (r *reader) acknowledged(n ast.Node) bool {
	for _, pkg := range r.loaded.Packages {
		for _, f := range pkg.Files {
			if f.FileStart <= n.Pos() && n.Pos() < f.FileEnd {
				return r.analysis().Acknowledged(pkg, n)
			}
		}
	}
	return false
}

// lintMade looks at the literals that a called function returns: x is an expression whose
// value, a function, an operator calls. What such a literal captures lives as long as the
// topology.
func (f *frame) lintMade(x ast.Expr) {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return
	}
	c := f.callee(call)
	if c.fn == nil {
		return
	}
	decl, pkg := f.r.declaration(c.fn)
	if decl == nil {
		return
	}
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			for _, res := range n.Results {
				if lit, ok := ast.Unparen(res).(*ast.FuncLit); ok {
					f.r.lint(pkg, lit, x)
				}
			}
		}
		return true
	})
}

// lintProcessors looks at the methods of processors. Their own fields are theirs.
func (r *reader) lintProcessors() {
	for _, n := range r.t.Nodes {
		if n.Proc == nil {
			continue
		}
		for _, name := range []string{"Init", "Process", "Close"} {
			obj, _, _ := types.LookupFieldOrMethod(n.Proc, true, r.target.Types, name)
			fn, ok := obj.(*types.Func)
			if !ok {
				continue
			}
			if decl, pkg := r.declaration(fn); decl != nil {
				r.lint(pkg, decl, topo.CallName(n.Call))
			}
		}
	}
}
