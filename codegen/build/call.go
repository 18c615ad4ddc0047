package build

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/topo"
)

// call is one call of a method or function of dsl.
type call struct {
	x      *ast.CallExpr
	method string
	recv   value
	args   []ast.Expr // without options
	opts   *options
	// types holds the type arguments of the method itself, result those of its result.
	types  []types.Type
	result []types.Type
}

// callee is what a call resolves to.
type callee struct {
	fn   *types.Func // nil for a function value
	id   *ast.Ident
	sel  *ast.SelectorExpr // of a method call
	fun  ast.Expr
	recv types.Type // concrete, of a method call
}

func (f *frame) callee(x *ast.CallExpr) callee {
	fun := ast.Unparen(x.Fun)
	switch i := fun.(type) {
	case *ast.IndexExpr:
		fun = ast.Unparen(i.X)
	case *ast.IndexListExpr:
		fun = ast.Unparen(i.X)
	}
	c := callee{fun: fun}
	switch fun := fun.(type) {
	case *ast.Ident:
		c.id = fun
		c.fn, _ = f.pkg.Info.Uses[fun].(*types.Func)
	case *ast.SelectorExpr:
		c.id = fun.Sel
		if sel := f.pkg.Info.Selections[fun]; sel != nil {
			if sel.Kind() != types.MethodVal {
				return c
			}
			c.sel, c.recv = fun, substitute(sel.Recv(), f.subst)
		}
		c.fn, _ = f.pkg.Info.Uses[fun.Sel].(*types.Func)
	}
	return c
}

// follows reports whether a call must be read rather than computed.
func (f *frame) follows(x *ast.CallExpr) bool {
	c := f.callee(x)
	if c.fn != nil && c.fn.Pkg() != nil && c.fn.Pkg().Path() == dslPath {
		return mentions(f.typeOf(x.Fun)) || c.recv != nil && mentions(c.recv)
	}
	return mentions(f.typeOf(x.Fun)) || c.recv != nil && mentions(c.recv)
}

func (f *frame) call(x *ast.CallExpr) value {
	if tv := f.pkg.Info.Types[x.Fun]; tv.IsType() {
		return f.conversion(x)
	}
	c := f.callee(x)
	if c.fn != nil && c.fn.Pkg() != nil {
		if v, ok := f.dslCall(x, c); ok {
			return v
		}
	}
	if !f.follows(x) {
		return f.functionOf(x, c)
	}
	if tv := f.pkg.Info.Types[ast.Unparen(x.Fun)]; tv.IsBuiltin() {
		f.refuseHidden(x)
		return bad{}
	}
	return f.follow(x, c)
}

// conversion reads a conversion of a function literal to a named function type; all other
// conversions are data.
func (f *frame) conversion(x *ast.CallExpr) value {
	if len(x.Args) == 1 {
		if _, ok := f.typeOf(x).Underlying().(*types.Signature); ok {
			switch v := f.eval(x.Args[0]).(type) {
			case funcValue, null:
				return v
			}
		}
	}
	if f.refuseHidden(x) {
		return bad{}
	}
	return f.data(x)
}

// functionOf reads a call that computes a function, as in Filter(longerThan(5)): a maker
// that only declares and returns a literal is followed, so that the operator calls the
// literal directly. Everything else is data.
func (f *frame) functionOf(x *ast.CallExpr, c callee) value {
	t := f.typeOf(x)
	if t == nil {
		return bad{}
	}
	if _, ok := t.Underlying().(*types.Signature); ok && c.fn != nil {
		if decl, pkg := f.r.declaration(c.fn); decl != nil && makesLiteral(decl) && !c.fn.Signature().Variadic() && !f.isSpread(x) && (pkg == f.r.target || c.fn.Exported()) {
			return f.follow(x, c)
		}
	}
	if f.refuseHidden(x) {
		return bad{}
	}
	return f.data(x)
}

// makesLiteral reports whether a function consists of declarations and a returned literal.
func makesLiteral(decl *ast.FuncDecl) bool {
	list := decl.Body.List
	if len(list) == 0 {
		return false
	}
	for _, s := range list[:len(list)-1] {
		switch s := s.(type) {
		case *ast.DeclStmt:
		case *ast.AssignStmt:
			if s.Tok != token.DEFINE {
				return false
			}
		default:
			return false
		}
	}
	ret, ok := list[len(list)-1].(*ast.ReturnStmt)
	if !ok || len(ret.Results) != 1 {
		return false
	}
	_, ok = ast.Unparen(ret.Results[0]).(*ast.FuncLit)
	return ok
}

// dslCall reads calls into the vocabulary; ok is false for other functions.
func (f *frame) dslCall(x *ast.CallExpr, c callee) (value, bool) {
	if c.recv != nil {
		pkg, name, _ := dslType(c.recv)
		if pkg == dslPath && f.vocabulary(c) {
			return f.operator(x, c, name), true
		}
		return nil, false
	}
	if c.fn.Pkg().Path() != dslPath {
		return nil, false
	}
	read, ok := optionFuncs[c.fn.Name()]
	if !ok {
		return nil, false
	}
	if f.refuseSpread(x) || tooFew(c.fn.Signature(), x) {
		return bad{}, true
	}
	return read(f, x), true
}

// refuseSpread reports f(g()) where g returns several values: each argument is read by
// itself.
func (f *frame) refuseSpread(x *ast.CallExpr) bool {
	if !f.isSpread(x) {
		return false
	}
	f.r.lost = true
	f.r.diags.Report(diag.OpaqueCall, f.r.span(x.Args[0]), "the arguments of %s come from one call that returns several values, which the compiler cannot tell apart", topo.CallName(x).(*ast.Ident).Name).
		Note(diag.Span{}, "assign them to variables first, as in a, b := %s, and pass those", types.ExprString(x.Args[0]))
	return true
}

// tooFew reports whether arguments are missing: the type checker says so.
func tooFew(sig *types.Signature, x *ast.CallExpr) bool {
	n := sig.Params().Len()
	if sig.Variadic() {
		n--
	}
	return len(x.Args) < n
}

func (f *frame) isSpread(x *ast.CallExpr) bool {
	if len(x.Args) != 1 {
		return false
	}
	t, ok := f.typeOf(x.Args[0]).(*types.Tuple)
	return ok && t.Len() > 1
}

// vocabulary reports whether a method belongs to dsl itself.
func (f *frame) vocabulary(c callee) bool { return c.fn.Pkg().Path() == dslPath }

// operator reads the receiver, the arguments and then the operator, in the order in which
// they would run.
func (f *frame) operator(x *ast.CallExpr, c callee, recvType string) value {
	recv := f.eval(c.sel.X)
	f.r.diags.Reading(f.r.loaded.Fset.PositionFor(c.id.Pos(), false))
	op := operators[recvType+"."+c.fn.Name()]
	if op == nil {
		f.r.diags.Report(diag.OpaqueCall, f.r.span(c.id), "%s of %s is not known to this compiler", c.fn.Name(), recvType).
			Note(diag.Span{}, "the tool and the dsl package have different versions; run the tool of the module's version: go tool streamgen")
		f.r.lost = true
		return bad{}
	}
	sig, _ := f.typeOf(x.Fun).(*types.Signature)
	if sig == nil || f.refuseSpread(x) || tooFew(sig, x) {
		return bad{}
	}
	k := &call{x: x, method: c.fn.Name(), recv: recv, args: x.Args}
	if sig.Variadic() {
		n := min(sig.Params().Len()-1, len(x.Args))
		k.args = x.Args[:n]
		k.opts = &options{f: f, rest: x.Args[n:]}
	}
	if inst, ok := f.pkg.Info.Instances[c.id]; ok {
		for i := range inst.TypeArgs.Len() {
			k.types = append(k.types, substitute(inst.TypeArgs.At(i), f.subst))
		}
	}
	if t := f.typeOf(x); t != nil {
		_, _, k.result = dslType(t)
	}
	if isBad(recv) {
		f.r.lost = true
		return bad{}
	}
	if _, ok := recv.(null); ok {
		f.r.diags.Report(diag.OpaqueCall, f.r.span(c.id), "%s is called on a handle that was never assigned", c.fn.Name()).
			Note(f.r.span(c.sel.X), "assign it first: the builder's methods make handles")
		f.r.lost = true
		return bad{}
	}
	return op(f, k)
}

// node starts a node for a call.
func (f *frame) node(k *call) *topo.Node {
	return &topo.Node{Pkg: f.pkg, Pos: topo.CallName(k.x).Pos(), Call: k.x}
}
