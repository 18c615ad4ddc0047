package build

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/topo"
)

// block reads statements in order until one returns.
func (f *frame) block(list []ast.Stmt) {
	for _, s := range list {
		if f.returned {
			return
		}
		f.statement(s)
	}
}

func (f *frame) statement(s ast.Stmt) {
	f.r.diags.Reading(f.r.loaded.Fset.PositionFor(s.Pos(), false))
	switch s := s.(type) {
	case *ast.ExprStmt:
		f.exprStatement(s)
	case *ast.AssignStmt:
		f.assign(s)
	case *ast.DeclStmt:
		f.declare(s.Decl.(*ast.GenDecl))
	case *ast.ReturnStmt:
		f.returned = true
		if len(s.Results) == 1 {
			v := f.eval(s.Results[0])
			if t, ok := v.(tuple); ok {
				f.results = t
				return
			}
			f.results = []value{v}
			return
		}
		for _, x := range s.Results {
			f.results = append(f.results, f.eval(x))
		}
	case *ast.BlockStmt:
		f.block(s.List)
	case *ast.EmptyStmt:
	case *ast.IfStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
		f.refuseControl(s, diag.Branch)
	case *ast.ForStmt, *ast.RangeStmt:
		f.refuseControl(s, diag.Loop)
	case *ast.IncDecStmt:
		f.refuseChange(s, s.X)
	default:
		f.r.diags.Report(diag.Statement, f.r.span(s), "%s cannot be compiled: a topology function holds declarations and calls on handles", statementName(s)).
			Note(diag.Span{}, "the compiler reads the function and never runs it; move this work to a function that main calls first, and pass its result as a parameter")
		f.poison(s)
	}
}

// refuseControl reports a branch or a loop; handles assigned inside are poisoned, so that
// what follows is read without further complaints.
func (f *frame) refuseControl(s ast.Stmt, code diag.Code) {
	r := f.r
	switch {
	case !f.touchesHandles(s):
		r.diags.Report(diag.Statement, r.span(keywordOf(s)), "%s cannot be compiled: a topology function holds declarations and calls on handles", statementName(s)).
			Note(diag.Span{}, "the compiler reads the function and never runs it; move this computation to a function of its own and use its result: x := compute(cfg)")
	case code == diag.Branch:
		r.diags.Report(code, r.span(keywordOf(s)), "%s decides at run time which operators there are", statementName(s)).
			Note(diag.Span{}, "the shape of a topology is fixed when it is compiled; decide per record instead, as in Filter(func(k K, v V) bool { return !enabled || … }), or write two topology functions")
	default:
		r.diags.Report(code, r.span(keywordOf(s)), "%s makes operators: their number must be known when the topology is compiled", statementName(s)).
			Note(diag.Span{}, "write the calls out one by one, or put them into a helper function that is called for each")
	}
	f.poison(s)
}

func (f *frame) refuseChange(s ast.Stmt, x ast.Expr) {
	f.r.diags.Report(diag.MutatedCapture, f.r.span(s), "%s is changed after its declaration", types.ExprString(x)).
		Note(diag.Span{}, "values of a topology function are computed once, when the topology is constructed; declare a new variable for the new value")
	f.poison(s)
}

// poison marks every variable that a statement assigns or declares as unknown.
func (f *frame) poison(s ast.Node) {
	f.r.lost = f.r.lost || f.touchesHandles(s)
	ast.Inspect(s, func(n ast.Node) bool {
		a, ok := n.(*ast.AssignStmt)
		if !ok {
			return true
		}
		for _, l := range a.Lhs {
			if id, ok := ast.Unparen(l).(*ast.Ident); ok {
				if obj := f.objectOf(id); obj != nil {
					f.assignTo(obj, a, bad{})
				}
			}
		}
		return true
	})
}

// touchesHandles reports whether a statement uses or makes values that are followed.
func (f *frame) touchesHandles(s ast.Node) bool {
	found := false
	ast.Inspect(s, func(n ast.Node) bool {
		if x, ok := n.(ast.Expr); ok && !found {
			if tv, ok := f.pkg.Info.Types[x]; ok && tv.IsValue() && mentions(substitute(tv.Type, f.subst)) {
				found = true
			}
		}
		return !found
	})
	return found
}

func (f *frame) exprStatement(s *ast.ExprStmt) {
	call, ok := ast.Unparen(s.X).(*ast.CallExpr)
	if ok && f.follows(call) {
		f.eval(call)
		return
	}
	what := types.ExprString(s.X)
	if !ok && f.invalid(s.X) || ok && f.invalid(call.Fun) {
		return // the type checker's message says more
	}
	if ok {
		what = "calling " + types.ExprString(call.Fun)
		for _, a := range call.Args {
			if mentions(f.typeOf(a)) {
				f.r.lost = true
				f.r.diags.Report(diag.OpaqueCall, f.r.span(a), "%s takes the handle %s as a value of another type, where the compiler cannot follow it", types.ExprString(call.Fun), types.ExprString(a)).
					Note(diag.Span{}, "give the function's parameter the handle's own type")
				return
			}
		}
	}
	f.r.diags.Report(diag.Statement, f.r.span(s), "%s does nothing for the topology", what).
		Note(diag.Span{}, "the compiler reads the function and never runs it, so the call would be lost; make it in main, before the topology is constructed")
}

func (f *frame) objectOf(id *ast.Ident) types.Object {
	if obj := f.pkg.Info.Defs[id]; obj != nil {
		return obj
	}
	return f.pkg.Info.Uses[id]
}

func (f *frame) assign(s *ast.AssignStmt) {
	if s.Tok != token.ASSIGN && s.Tok != token.DEFINE {
		f.refuseChange(s, s.Lhs[0])
		return
	}
	if len(s.Rhs) == 1 && len(s.Lhs) > 1 {
		f.assignTuple(s, s.Lhs, s.Rhs[0])
		return
	}
	vals := make([]value, len(s.Rhs))
	for i, x := range s.Rhs {
		vals[i] = f.eval(x)
	}
	for i, l := range s.Lhs {
		f.store(s, l, vals[i])
	}
}

// store assigns one value to a variable; other targets are refused.
func (f *frame) store(s ast.Stmt, l ast.Expr, v value) {
	id, ok := ast.Unparen(l).(*ast.Ident)
	if !ok {
		if sel, ok := ast.Unparen(l).(*ast.SelectorExpr); isBad(v) || ok && f.setField(s, sel, v) {
			return
		}
		f.refuseTarget(s, ast.Unparen(l), v)
		return
	}
	if id.Name == "_" {
		return
	}
	obj := f.objectOf(id)
	if obj == nil {
		return
	}
	if obj.Parent() == f.pkg.Types.Scope() {
		f.r.diags.Report(diag.OpaqueCall, f.r.span(s), "%s is a variable of the package", id.Name).
			Note(f.r.at(obj.Pos()), "a topology function changes its own variables only; declare a local one: %s := …", id.Name)
		return
	}
	f.assignTo(obj, s, f.keep(id, v))
}

func (f *frame) refuseTarget(s ast.Stmt, l ast.Expr, v value) {
	r := f.r
	switch l := l.(type) {
	case *ast.IndexExpr:
		if isFollowed(v) {
			r.diags.Report(diag.HandleInCollection, r.span(l), "a handle is put into %s, where the compiler cannot follow it", types.ExprString(l.X)).
				Note(diag.Span{}, "keep each handle in a variable of its own")
			return
		}
	case *ast.SelectorExpr:
		if isFollowed(v) {
			r.diags.Report(diag.HandleInStruct, r.span(l), "a handle is put into the field %s, where the compiler cannot follow it", types.ExprString(l)).
				Note(diag.Span{}, "set fields in the literal that makes the struct, or assign to them where it is a local variable that is no pointer; or keep each handle in a variable of its own")
			return
		}
	}
	f.refuseChange(s, l)
}

// assignTo changes a variable wherever it was declared.
func (f *frame) assignTo(obj types.Object, decl ast.Node, v value) {
	for g := f; g != nil; g = g.outer {
		if old := g.vars[obj]; old != nil {
			g.vars[obj] = &variable{val: v, decl: decl}
			return
		}
	}
	f.bind(obj, decl, v)
}

func (f *frame) assignTuple(s ast.Stmt, lhs []ast.Expr, rhs ast.Expr) {
	v := f.eval(rhs)
	if t, ok := v.(tuple); ok && len(t) == len(lhs) {
		for i, l := range lhs {
			f.store(s, l, t[i])
		}
		return
	}
	d, ok := v.(data)
	if !ok {
		for _, l := range lhs {
			f.store(s, l, bad{})
		}
		return
	}
	// One call with several results: its values stand together.
	for i, l := range lhs {
		name, typ := "_", types.Type(nil)
		id, _ := ast.Unparen(l).(*ast.Ident)
		if id != nil {
			name = id.Name
		}
		if t, ok := d.typ.(*types.Tuple); ok && i < t.Len() {
			typ = t.At(i).Type()
		} else if t := f.typeOf(l); t != nil {
			typ = t
		} else if i < 2 {
			typ = []types.Type{d.typ, types.Typ[types.Bool]}[i]
		}
		index := f.r.hoist(name, typ, l.Pos(), d.expr, i, len(lhs))
		f.store(s, l, data{ref: index, typ: typ, x: ast.Unparen(l), frame: f})
	}
}

func (f *frame) declare(d *ast.GenDecl) {
	if d.Tok != token.VAR {
		return // constants and types are looked up where they are used
	}
	for _, s := range d.Specs {
		spec := s.(*ast.ValueSpec)
		switch {
		case len(spec.Values) == 0:
			for _, n := range spec.Names {
				f.bind(f.pkg.Info.Defs[n], spec, f.zero(n))
			}
		case len(spec.Values) == 1 && len(spec.Names) > 1:
			lhs := make([]ast.Expr, len(spec.Names))
			for i, n := range spec.Names {
				lhs[i] = n
			}
			f.assignTuple(&ast.DeclStmt{Decl: d}, lhs, spec.Values[0])
		default:
			for i, n := range spec.Names {
				v := f.keep(n, f.eval(spec.Values[i]))
				if n.Name != "_" {
					f.bind(f.pkg.Info.Defs[n], spec, v)
				}
			}
		}
	}
}

// zero is the value of a variable declared without one: unset for what is followed.
func (f *frame) zero(n *ast.Ident) value {
	t := f.typeOf(n)
	if s := bundled(t); s != nil && !isPointer(t) {
		return bundle{typ: s, fields: make([]value, s.NumFields())}
	}
	if mentions(t) {
		return null{}
	}
	// The zero value has no expression of its own; its declaration stands for it.
	d := data{expr: &topo.Syntax{Pkg: f.pkg, Node: n, Types: f.subst}, typ: t}
	if _, ok := t.Underlying().(*types.Signature); ok {
		d.unset = n.Pos()
	}
	return f.kept(n, d)
}

func keywordOf(s ast.Stmt) ast.Node {
	end := s.Pos()
	switch s := s.(type) {
	case *ast.IfStmt:
		end = s.Body.Lbrace
	case *ast.ForStmt:
		end = s.Body.Lbrace
	case *ast.RangeStmt:
		end = s.Body.Lbrace
	case *ast.SwitchStmt:
		end = s.Body.Lbrace
	case *ast.TypeSwitchStmt:
		end = s.Body.Lbrace
	case *ast.SelectStmt:
		end = s.Body.Lbrace
	}
	return placed{s.Pos(), end}
}

// placed is a range that is not a whole node.
type placed struct{ pos, end token.Pos }

func (p placed) Pos() token.Pos { return p.pos }
func (p placed) End() token.Pos { return p.end }

func statementName(s ast.Stmt) string {
	switch s := s.(type) {
	case *ast.IfStmt:
		return "an if statement"
	case *ast.SwitchStmt, *ast.TypeSwitchStmt:
		return "a switch statement"
	case *ast.SelectStmt:
		return "a select statement"
	case *ast.ForStmt, *ast.RangeStmt:
		return "a loop"
	case *ast.GoStmt:
		return "a go statement"
	case *ast.DeferStmt:
		return "a defer statement"
	case *ast.SendStmt:
		return "a channel send"
	case *ast.BranchStmt:
		return "a " + s.Tok.String() + " statement"
	case *ast.LabeledStmt:
		return "a label"
	}
	return "this statement"
}
