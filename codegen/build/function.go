package build

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/topo"
)

// funcArg reads a function argument of an operator.
func (f *frame) funcArg(x ast.Expr) *topo.Func {
	v := f.eval(x)
	if f.refuseNil(v, x) {
		return nil
	}
	switch v := v.(type) {
	case funcValue:
		return f.function(v, x)
	case data:
		sig, _ := v.typ.Underlying().(*types.Signature)
		if sig == nil || v.expr == nil && v.ref == nil {
			f.r.miss(x)
			return nil
		}
		fn := &topo.Func{Kind: topo.Dynamic, Sig: sig, Pos: x.Pos(), Syntax: topo.Syntax{Pkg: f.pkg, Node: x, Types: f.subst}}
		if v.expr != nil {
			fn.Syntax = *v.expr
			fn.Captures = slices.Clone(fn.Captures) // prune renumbers each piece once
		}
		if v.frame != nil && v.x != nil {
			v.frame.lintMade(v.x)
		}
		if id, ok := ast.Unparen(x).(*ast.Ident); ok {
			fn.Name = id.Name
			caps, ok := f.captures(x, true)
			if !ok {
				return nil
			}
			fn.Syntax = topo.Syntax{Pkg: f.pkg, Node: x, Captures: caps, Types: f.subst}
		}
		return fn
	default:
		f.r.miss(x)
	}
	return nil
}

// function makes a Func of a function value; a literal's captures are looked up here.
func (f *frame) function(v funcValue, at ast.Node) *topo.Func {
	if v.fn != nil {
		if obj, ok := v.fn.Obj.(*types.Func); ok {
			if decl, pkg := f.r.declaration(obj); decl != nil {
				f.r.lint(pkg, decl, at)
				v.fn.NoPanic = v.fn.Kind == topo.Named && pkg.Types == f.r.target.Types && f.r.analysis().NoPanic(pkg, decl)
				if v.fn.Kind == topo.Method {
					f.r.lintReceiver(v.fn, obj, pkg, decl, at)
				}
			}
		}
		return f.visible(v.fn, at)
	}
	g := v.frame
	caps, ok := g.captures(v.lit, true)
	if !ok {
		return nil
	}
	sig, _ := g.typeOf(v.lit).(*types.Signature)
	fn := &topo.Func{Kind: topo.Literal, Sig: sig, Pos: v.lit.Pos(),
		Syntax: topo.Syntax{Pkg: g.pkg, Node: v.lit, Captures: caps, Types: g.subst}}
	if id, ok := at.(*ast.Ident); ok {
		fn.Name = id.Name
	}
	f.r.lint(g.pkg, v.lit, v.lit)
	fn.NoPanic = f.r.analysis().NoPanic(g.pkg, v.lit)
	return fn
}

// visible refuses a named function that the generated file cannot name.
func (f *frame) visible(fn *topo.Func, at ast.Node) *topo.Func {
	r, pkg := f.r, fn.Obj.Pkg()
	if pkg == nil || pkg == r.target.Types || fn.Obj.Exported() {
		return fn
	}
	r.diags.Report(diag.UnexportedInLiteral, r.span(at), "function %s of package %s is not exported: code generated into package %s cannot name it", fn.Obj.Name(), pkg.Name(), r.target.Name).
		Note(r.at(fn.Obj.Pos()), "%s is declared here; export it", fn.Obj.Name())
	return nil
}

// named is a function of a package, with the type arguments of this use.
func (f *frame) named(x ast.Expr, obj *types.Func, id *ast.Ident) value {
	var args []types.Type
	if inst, ok := f.pkg.Info.Instances[id]; ok {
		for i := range inst.TypeArgs.Len() {
			args = append(args, substitute(inst.TypeArgs.At(i), f.subst))
		}
	}
	return funcValue{fn: f.namedFunc(obj.Origin(), args, x, f.typeOf(x))}
}

func (f *frame) namedFunc(obj types.Object, args []types.Type, x ast.Expr, t types.Type) *topo.Func {
	var sig *types.Signature
	if t != nil {
		sig, _ = t.Underlying().(*types.Signature)
	}
	return &topo.Func{Kind: topo.Named, Obj: obj, TypeArgs: args, Sig: sig, Name: obj.Name(), Pos: x.Pos(),
		Syntax: topo.Syntax{Pkg: f.pkg, Node: x, Types: f.subst}}
}

// instance is an explicitly instantiated function: f[int].
func (f *frame) instance(x, fun ast.Expr) (value, bool) {
	switch fun := ast.Unparen(fun).(type) {
	case *ast.Ident:
		if obj, ok := f.pkg.Info.Uses[fun].(*types.Func); ok {
			return f.named(x, obj, fun), true
		}
	case *ast.SelectorExpr:
		if obj, ok := f.pkg.Info.Uses[fun.Sel].(*types.Func); ok && f.pkg.Info.Selections[fun] == nil {
			return f.named(x, obj, fun.Sel), true
		}
	}
	return nil, false
}

// methodValue is x.f, with x computed once.
func (f *frame) methodValue(x *ast.SelectorExpr, sel *types.Selection) value {
	if mentions(substitute(sel.Recv(), f.subst)) {
		f.r.lost = true
		f.r.diags.Report(diag.OpaqueCall, f.r.span(x.Sel), "the method %s of a handle is used as a value, which the compiler cannot follow", x.Sel.Name).
			Note(diag.Span{}, "call it here, or write a helper function that calls it")
		return bad{}
	}
	caps, ok := f.captures(x.X, true)
	if !ok {
		return bad{}
	}
	sig, _ := f.typeOf(x).(*types.Signature)
	return funcValue{fn: &topo.Func{Kind: topo.Method, Obj: sel.Obj(), Recv: substitute(sel.Recv(), f.subst), Sig: sig, Name: x.Sel.Name, Pos: x.Pos(),
		Syntax: topo.Syntax{Pkg: f.pkg, Node: x.X, Captures: caps, Types: f.subst}}}
}

// methodExpression is T.f.
func (f *frame) methodExpression(x *ast.SelectorExpr, sel *types.Selection) value {
	sig, _ := f.typeOf(x).(*types.Signature)
	return funcValue{fn: &topo.Func{Kind: topo.Express, Obj: sel.Obj(), Recv: substitute(sel.Recv(), f.subst), Sig: sig, Name: x.Sel.Name, Pos: x.Pos(),
		Syntax: topo.Syntax{Pkg: f.pkg, Node: x, Types: f.subst}}}
}
