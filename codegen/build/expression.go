package build

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/topo"
)

// eval reads an expression. What is not followed becomes data: syntax to compute later.
func (f *frame) eval(x ast.Expr) value {
	v := f.read(ast.Unparen(x))
	if isBad(v) {
		f.r.miss(x)
	}
	return v
}

func (f *frame) read(x ast.Expr) value {
	if tv, ok := f.pkg.Info.Types[x]; ok && tv.Value != nil {
		return f.data(x)
	}
	if f.invalid(x) {
		return bad{}
	}
	switch x := x.(type) {
	case *ast.Ident:
		return f.ident(x)
	case *ast.CallExpr:
		return f.call(x)
	case *ast.FuncLit:
		return funcValue{lit: x, frame: f}
	case *ast.SelectorExpr:
		return f.selector(x)
	case *ast.IndexExpr:
		if fv, ok := f.instance(x, x.X); ok {
			return fv
		}
	case *ast.IndexListExpr:
		if fv, ok := f.instance(x, x.X); ok {
			return fv
		}
	case *ast.CompositeLit:
		if v, ok := f.optionSlice(x); ok {
			return v
		}
		if v, ok := f.bundle(x); ok {
			return v
		}
	case *ast.UnaryExpr:
		if v, ok := f.bundle(x); ok {
			return v
		}
	case *ast.StarExpr:
		if bundled(f.typeOf(x)) != nil {
			if b, ok := f.eval(x.X).(bundle); ok {
				return b
			}
		}
	}
	if f.refuseHidden(x) {
		return bad{}
	}
	return f.data(x)
}

// invalid reports whether the type checker gave an expression no type: the problem is
// reported with the code that was visited.
func (f *frame) invalid(x ast.Expr) bool {
	t := f.pkg.Info.TypeOf(x)
	return t == nil || t == types.Typ[types.Invalid]
}

func (f *frame) ident(x *ast.Ident) value {
	switch obj := f.pkg.Info.Uses[x].(type) {
	case *types.Nil:
		return null{}
	case *types.Func:
		return f.named(x, obj, x)
	case *types.Var:
		if v := f.lookup(obj); v != nil {
			return v.val
		}
		return f.global(x, obj)
	}
	return f.data(x)
}

// global is a variable of a package: a handle in one outlives its builder.
func (f *frame) global(x ast.Expr, obj *types.Var) value {
	if mentions(obj.Type()) {
		f.r.lost = true
		if isOption(obj.Type()) {
			f.r.diags.Report(diag.OpaqueOption, f.r.span(x), "%s is a variable of the package: the compiler cannot see what it holds by then", obj.Name()).
				Note(f.r.at(obj.Pos()), "declared here; make it a variable of the topology function, or a function that returns it")
			return bad{}
		}
		f.r.diags.Report(diag.ForeignHandle, f.r.span(x), "%s is a variable of the package: the compiler cannot see which builder made its handle", obj.Name()).
			Note(f.r.at(obj.Pos()), "declared here; make the handle inside of the topology function, or pass it as a parameter")
		return bad{}
	}
	if _, ok := obj.Type().Underlying().(*types.Signature); ok {
		return funcValue{fn: f.namedFunc(obj, nil, x, f.typeOf(x))}
	}
	return f.data(x)
}

func (f *frame) selector(x *ast.SelectorExpr) value {
	if sel := f.pkg.Info.Selections[x]; sel != nil {
		switch sel.Kind() {
		case types.MethodVal:
			return f.methodValue(x, sel)
		case types.MethodExpr:
			return f.methodExpression(x, sel)
		}
		if v, ok := f.field(x, sel); ok {
			return v
		}
		if f.refuseHidden(x) {
			return bad{}
		}
		return f.data(x)
	}
	switch obj := f.pkg.Info.Uses[x.Sel].(type) {
	case *types.Func:
		return f.named(x, obj, x.Sel)
	case *types.Var:
		return f.global(x, obj)
	}
	return f.data(x)
}

// isOption reports whether t is an option, a slice of options or an error policy.
func isOption(t types.Type) bool {
	if s, ok := t.Underlying().(*types.Slice); ok {
		t = s.Elem()
	}
	_, name, _ := dslType(t)
	return name == typeOption || name == typeErrorPolicy
}

// refuseHidden reports an expression whose value holds handles where they cannot be
// followed.
func (f *frame) refuseHidden(x ast.Expr) bool {
	t := f.typeOf(x)
	if !mentions(t) {
		return false
	}
	r := f.r
	r.lost = true
	if isOption(t) {
		r.diags.Report(diag.OpaqueOption, r.span(x), "the compiler cannot see which option %s is", types.ExprString(x)).
			Note(diag.Span{}, "call the option's function here or in a variable: dsl.Name(\"…\")")
		return true
	}
	switch y := x.(type) {
	case *ast.SelectorExpr:
		r.diags.Report(diag.HandleInStruct, r.span(y.Sel), "the field %s holds a handle, where the compiler cannot follow it", y.Sel.Name).
			Note(diag.Span{}, "the compiler follows fields of structs that are made by a literal in a topology function or its helpers: w := wiring{orders: orders}")
	case *ast.IndexExpr:
		r.diags.Report(diag.HandleInCollection, r.span(y), "%s is a handle taken from a collection, where the compiler cannot follow it", types.ExprString(y)).
			Note(diag.Span{}, "keep each handle in a variable of its own")
	case *ast.CompositeLit:
		f.refuseLiteral(y, t)
	case *ast.UnaryExpr:
		r.diags.Report(diag.HandleInStruct, r.span(y), "%s points at a handle, where the compiler cannot follow it", types.ExprString(y)).
			Note(diag.Span{}, "handles are small values: pass them as they are")
	default:
		r.diags.Report(diag.OpaqueCall, r.span(x), "the compiler cannot see which handle %s is", types.ExprString(x)).
			Note(diag.Span{}, "use the handle that the operator returned, in a variable or in a chain of calls")
	}
	return true
}

func (f *frame) refuseLiteral(lit *ast.CompositeLit, t types.Type) {
	r, name := f.r, types.TypeString(t, types.RelativeTo(f.pkg.Types))
	r.diags.Report(diag.HandleInCollection, r.span(lit), "a handle in a %s cannot be followed", name).
		Note(diag.Span{}, "keep each handle in a variable of its own")
}

// data keeps an expression as it is written, with what its names stand for.
func (f *frame) data(x ast.Expr) value {
	tv := f.pkg.Info.Types[x]
	d := data{typ: f.typeOf(x), konst: f.constant(x), x: x, frame: f}
	if tv.Value == nil {
		caps, ok := f.captures(x, false)
		if !ok {
			return bad{}
		}
		d.expr = &topo.Syntax{Pkg: f.pkg, Node: x, Captures: caps, Types: f.subst}
		return d
	}
	d.expr = &topo.Syntax{Pkg: f.pkg, Node: x, Types: f.subst}
	return d
}

// keep gives a variable its value: data that is not kept yet is computed into a Value.
func (f *frame) keep(id *ast.Ident, v value) value {
	if d, ok := v.(data); ok {
		return f.kept(id, d)
	}
	return v
}

func (f *frame) kept(id *ast.Ident, d data) data {
	if d.ref != nil || d.expr == nil {
		return d
	}
	typ := d.typ
	if obj := f.objectOf(id); obj != nil {
		typ = substitute(obj.Type(), f.subst)
	}
	d.ref = f.r.hoist(id.Name, typ, id.Pos(), d.expr, 0, 1)
	return d
}

// hoist appends a Value.
func (r *reader) hoist(name string, typ types.Type, pos token.Pos, expr *topo.Syntax, result, tuple int) *topo.Ref {
	r.t.Values = append(r.t.Values, &topo.Value{Name: name, Type: typ, Pos: pos, Expr: expr, Result: result, Tuple: tuple})
	return &topo.Ref{Kind: topo.RefValue, Index: len(r.t.Values) - 1}
}
