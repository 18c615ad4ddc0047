package build

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/topo"
)

// follow reads the body of a called function as if it stood at the call.
func (f *frame) follow(x *ast.CallExpr, c callee) value {
	r := f.r
	g, params, ok := f.enter(x, c)
	if !ok {
		return bad{}
	}
	if g.fn != nil {
		if slices.Contains(r.stack, g.fn) {
			r.diags.Report(diag.Recursion, r.span(topo.CallName(x)), "%s calls itself, so its operators would have no end", g.fn.Name()).
				Note(r.at(g.fn.Pos()), "declared here; write the repeated calls out one by one")
			r.lost = true
			return bad{}
		}
	}
	f.bindArgs(g, params, x) // before the push: h(h(s)) is no recursion
	if g.fn != nil {
		r.stack = append(r.stack, g.fn)
		defer func() { r.stack = r.stack[:len(r.stack)-1] }()
	}
	g.block(g.body.List)
	results := g.results
	if results == nil && g.returned {
		results = g.namedResults(params)
	}
	switch len(results) {
	case 0:
		if t := f.typeOf(x); t == nil || isEmptyTuple(t) {
			return tuple{}
		}
		return bad{}
	case 1:
		return results[0]
	}
	return tuple(results)
}

func isEmptyTuple(t types.Type) bool {
	tup, ok := t.(*types.Tuple)
	return ok && tup.Len() == 0
}

// enter prepares the frame of a called function and returns its parameters.
func (f *frame) enter(x *ast.CallExpr, c callee) (*frame, *types.Signature, bool) {
	r := f.r
	if c.fn == nil {
		fv, ok := f.eval(x.Fun).(funcValue)
		if !ok {
			if !f.invalid(x.Fun) {
				f.refuseOpaque(x, "the function is known at run time only")
			}
			return nil, nil, false
		}
		if fv.lit != nil {
			g := &frame{r: r, pkg: fv.frame.pkg, outer: fv.frame, vars: map[types.Object]*variable{}, subst: fv.frame.subst, body: fv.lit.Body}
			sig, ok := g.pkg.Info.TypeOf(fv.lit).(*types.Signature)
			g.bindResults(fv.lit.Type)
			return g, sig, ok
		}
		fn, ok := fv.fn.Obj.(*types.Func)
		if !ok || fv.fn.Kind != topo.Named {
			f.refuseOpaque(x, "the function is known at run time only")
			return nil, nil, false
		}
		return f.enterDecl(x, fn, fv.fn.TypeArgs, c)
	}
	var args []types.Type
	if inst, ok := f.pkg.Info.Instances[c.id]; ok {
		for i := range inst.TypeArgs.Len() {
			args = append(args, substitute(inst.TypeArgs.At(i), f.subst))
		}
	}
	return f.enterDecl(x, c.fn.Origin(), args, c)
}

func (f *frame) enterDecl(x *ast.CallExpr, fn *types.Func, args []types.Type, c callee) (*frame, *types.Signature, bool) {
	r := f.r
	decl, pkg := r.declaration(fn)
	if decl == nil {
		why := "its body cannot be read"
		if recv := fn.Signature().Recv(); recv != nil && types.IsInterface(recv.Type()) {
			why = "it is a method of an interface"
		}
		f.refuseOpaque(x, why)
		return nil, nil, false
	}
	g := r.newFrame(pkg, fn, decl.Body)
	r.visited = append(r.visited, span{decl.Pos(), decl.End()})
	sig := fn.Signature()
	g.subst = map[*types.TypeParam]types.Type{}
	for i := range min(sig.TypeParams().Len(), len(args)) {
		g.subst[sig.TypeParams().At(i)] = args[i]
	}
	if recv := sig.Recv(); recv != nil && c.sel != nil {
		t := c.recv
		if p, ok := types.Unalias(t).(*types.Pointer); ok {
			t = p.Elem()
		}
		if n, ok := types.Unalias(t).(*types.Named); ok {
			for i := range min(sig.RecvTypeParams().Len(), n.TypeArgs().Len()) {
				g.subst[sig.RecvTypeParams().At(i)] = n.TypeArgs().At(i)
			}
		}
		v := f.eval(c.sel.X)
		if b, ok := v.(bundle); ok { // of a method that is promoted, what is embedded
			path := f.pkg.Info.Selections[c.sel].Index()
			v = b.at(path[:len(path)-1])
		}
		if d, ok := v.(data); ok && d.ref == nil {
			d.ref = r.hoist(recv.Name(), d.typ, c.sel.X.Pos(), d.expr, 0, 1)
			v = d
		}
		g.bind(recv, decl, v)
	}
	g.bindResults(decl.Type)
	return g, sig, true
}

// bindResults gives named results their zero values.
func (f *frame) bindResults(typ *ast.FuncType) {
	if typ.Results == nil {
		return
	}
	for _, field := range typ.Results.List {
		for _, n := range field.Names {
			f.bind(f.pkg.Info.Defs[n], n, f.zero(n))
		}
	}
}

func (f *frame) refuseOpaque(x *ast.CallExpr, why string) {
	f.r.lost = true
	f.r.diags.Report(diag.OpaqueCall, f.r.span(topo.CallName(x)), "%s takes or returns handles, but cannot be followed: %s", types.ExprString(x.Fun), why).
		Note(diag.Span{}, "call a declared function whose source is in this module, or write its operators here")
}

// bindArgs gives parameters the values of the arguments, evaluated in order.
func (f *frame) bindArgs(g *frame, sig *types.Signature, x *ast.CallExpr) {
	params := sig.Params()
	if f.isSpread(x) {
		if t, ok := f.eval(x.Args[0]).(tuple); ok && len(t) == params.Len() && !sig.Variadic() {
			for i, v := range t {
				f.bindParam(g, params.At(i), x.Args[0], v)
			}
			return
		}
		f.refuseSpread(x)
		for i := range params.Len() {
			g.bind(params.At(i), x, bad{})
		}
		return
	}
	for i := range params.Len() {
		p := params.At(i)
		if sig.Variadic() && i == params.Len()-1 && !x.Ellipsis.IsValid() {
			f.bindVariadic(g, p, x, i)
			return
		}
		if i >= len(x.Args) {
			return
		}
		f.bindParam(g, p, x.Args[i], f.eval(x.Args[i]))
	}
}

func (f *frame) bindParam(g *frame, p *types.Var, arg ast.Expr, v value) {
	if d, ok := v.(data); ok && d.ref == nil && d.expr != nil {
		typ := substitute(p.Type(), g.subst)
		d.ref = f.r.hoist(p.Name(), typ, arg.Pos(), d.expr, 0, 1)
		v = d
	}
	g.bind(p, arg, v)
}

// bindVariadic binds `opts ...dsl.Option`; other variadic parameters are data that has no
// expression of its own.
func (f *frame) bindVariadic(g *frame, p *types.Var, x *ast.CallExpr, from int) {
	_, name, _ := dslType(p.Type().(*types.Slice).Elem())
	if name != typeOption {
		if len(x.Args) > from || f.usesParam(g, p) {
			f.r.lost = true
			f.r.diags.Report(diag.OpaqueCall, f.r.span(topo.CallName(x)), "%s takes or returns handles, but cannot be followed: its parameter %s is variadic", types.ExprString(x.Fun), p.Name()).
				Note(diag.Span{}, "only ...dsl.Option is followed: declare parameters of their own, or call the function once for each")
			g.bind(p, x, bad{})
		}
		return
	}
	list := optionList{}
	for _, a := range x.Args[min(from, len(x.Args)):] {
		list = append(list, f.optionsOf(a)...)
	}
	g.bind(p, x, list)
}

func (f *frame) usesParam(g *frame, p *types.Var) bool {
	used := false
	ast.Inspect(g.body, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && g.pkg.Info.Uses[id] == p {
			used = true
		}
		return !used
	})
	return used
}

// namedResults are the values of named results at a bare return, f being the frame of the
// function that returned.
func (f *frame) namedResults(sig *types.Signature) []value {
	var out []value
	for res := range sig.Results().Variables() {
		if v := f.lookup(res); v != nil {
			out = append(out, v.val)
		}
	}
	return out
}

// declaration finds the source of a function among the loaded packages.
func (r *reader) declaration(fn *types.Func) (*ast.FuncDecl, *topo.Package) {
	fn = fn.Origin()
	if fn.Pkg() == nil {
		return nil, nil
	}
	pkg := r.loaded.Packages[fn.Pkg().Path()]
	if pkg == nil {
		return nil, nil
	}
	for _, file := range pkg.Files {
		if fn.Pos() < file.FileStart || fn.Pos() >= file.FileEnd {
			continue
		}
		for _, d := range file.Decls {
			if d, ok := d.(*ast.FuncDecl); ok && pkg.Info.Defs[d.Name] == fn && d.Body != nil {
				return d, pkg
			}
		}
	}
	return nil, nil
}
