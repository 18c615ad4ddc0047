package codegen_test

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// call is a method of the notation called in a statement of a topology or of a helper.
type call struct {
	fn   *ast.FuncDecl
	stmt ast.Stmt
	x    *ast.CallExpr
	sel  *ast.SelectorExpr
	recv types.Type
}

// argument is an argument of a call.
type argument struct {
	call
	x ast.Expr
}

// calls lists the calls outside of function literals, last of a chain first.
func (s *source) calls() (out []call) {
	for _, d := range s.file.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		for _, stmt := range fn.Body.List {
			ast.Inspect(stmt, func(n ast.Node) bool {
				if _, ok := n.(*ast.FuncLit); ok {
					return false
				}
				x, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				sel, ok := ast.Unparen(x.Fun).(*ast.SelectorExpr)
				if !ok {
					return true
				}
				if m := s.info.Selections[sel]; m != nil && m.Obj().Pkg() != nil && strings.HasSuffix(m.Obj().Pkg().Path(), "streamgen/dsl") {
					out = append(out, call{fn, stmt, x, sel, m.Recv()})
				}
				return true
			})
		}
	}
	return out
}

// arguments lists the arguments of calls that keep accepts.
func (s *source) arguments(keep func(argument) bool) (out []argument) {
	for _, c := range s.calls() {
		for _, x := range c.x.Args {
			if a := (argument{c, x}); keep(a) && !c.x.Ellipsis.IsValid() {
				out = append(out, a)
			}
		}
	}
	return out
}

func (s *source) literals() []argument {
	return s.arguments(func(a argument) bool {
		_, ok := ast.Unparen(a.x).(*ast.FuncLit)
		return ok && a.sel.Sel.Name != "Process"
	})
}

func (s *source) isOption(x ast.Expr) bool {
	t := s.info.TypeOf(x)
	return t != nil && strings.HasSuffix(t.String(), "streamgen/dsl.Option")
}

func (s *source) isHandle(x ast.Expr) bool {
	t := s.info.TypeOf(x)
	n, ok := t.(*types.Named)
	return ok && n.Obj().Pkg() != nil && strings.HasSuffix(n.Obj().Pkg().Path(), "streamgen/dsl")
}

func pickOf[T any](r *rewriter, from []T) (x T, ok bool) {
	if len(from) == 0 {
		return x, false
	}
	return from[r.rng.IntN(len(from))], true
}

// chained are the calls whose receiver is a call itself.
func (r *rewriter) chained() (out []call) {
	for _, c := range r.calls() {
		if _, ok := ast.Unparen(c.sel.X).(*ast.CallExpr); ok && r.isHandle(c.sel.X) {
			out = append(out, c)
		}
	}
	return out
}

// rewriteChain puts the beginning of a chain into a variable.
func rewriteChain(r *rewriter) bool {
	c, ok := pickOf(r, r.chained())
	if ok {
		v := r.fresh("chain")
		r.before(c.stmt, v+" := "+r.raw(c.sel.X))
		r.put(c.sel.X, v)
	}
	return ok && first(c)
}

// first says that nothing of the statement runs before the beginning of this chain.
func first(c call) bool {
	var x ast.Expr
	switch s := c.stmt.(type) {
	case *ast.ExprStmt:
		x = s.X
	case *ast.AssignStmt:
		x = s.Rhs[0]
	case *ast.ReturnStmt:
		x = s.Results[0]
	default:
		return false
	}
	return x.Pos() == c.x.Pos()
}

// rewriteParentheses puts parentheses around a receiver.
func rewriteParentheses(r *rewriter) bool {
	c, ok := pickOf(r, r.calls())
	if ok {
		r.put(c.sel.X, "("+r.raw(c.sel.X)+")")
	}
	return ok
}

// rewriteGeneric sends a handle through a generic function.
func rewriteGeneric(r *rewriter) bool {
	c, ok := pickOf(r, r.chained())
	if ok {
		f := r.fresh("generic")
		r.tail.WriteString("\nfunc " + f + "[S any](s S) S {\n\tresult := s\n\treturn result\n}\n")
		r.put(c.sel.X, f+"("+r.raw(c.sel.X)+")")
	}
	return ok
}

// rewriteBody moves the statements of a topology into a helper function.
func rewriteBody(r *rewriter) bool {
	var tops []*ast.FuncDecl
	for _, d := range r.file.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Doc != nil && strings.Contains(r.raw(fn.Doc), "//streamgen:topology") {
			tops = append(tops, fn)
		}
	}
	fn, ok := pickOf(r, tops)
	if !ok {
		return false
	}
	var args []string
	for _, f := range fn.Type.Params.List {
		for _, n := range f.Names {
			args = append(args, n.Name)
		}
	}
	name := r.fresh("body")
	r.tail.WriteString("\nfunc " + name + r.raw(fn.Type.Params) + " " + r.raw(fn.Body) + "\n")
	r.put(fn.Body, "{ "+name+"("+strings.Join(args, ", ")+") }")
	return !slices.Contains(args, "_")
}

// rewriteCodec puts a codec into a variable.
func rewriteCodec(r *rewriter) bool {
	a, ok := pickOf(r, r.arguments(func(a argument) bool {
		t := r.info.TypeOf(a.x)
		return t != nil && strings.HasSuffix(strings.SplitN(t.String(), "[", 2)[0], "Codec")
	}))
	return ok && r.hoist(a, "codec")
}

// rewriteOption puts an option into a variable.
func rewriteOption(r *rewriter) bool {
	a, ok := pickOf(r, r.arguments(func(a argument) bool { return r.isOption(a.x) }))
	return ok && r.hoist(a, "option")
}

func (r *rewriter) hoist(a argument, kind string) bool {
	v := r.fresh(kind)
	r.before(a.stmt, v+" := "+r.raw(a.x))
	r.put(a.x, v)
	return true
}

// withOptions lists the calls with at least n options, and the options.
func (r *rewriter) withOptions(n int) (out []call, opts [][]ast.Expr) {
	for _, c := range r.calls() {
		var of []ast.Expr
		for _, x := range c.x.Args {
			if r.isOption(x) {
				of = append(of, x)
			}
		}
		if len(of) >= n && !c.x.Ellipsis.IsValid() {
			out, opts = append(out, c), append(opts, of)
		}
	}
	return out, opts
}

// rewriteOrder turns the order of options around.
func rewriteOrder(r *rewriter) bool {
	cs, opts := r.withOptions(2)
	if len(cs) == 0 {
		return false
	}
	of := opts[r.rng.IntN(len(opts))]
	for i, x := range of {
		r.put(x, r.raw(of[len(of)-1-i]))
	}
	return true
}

// rewriteOptions passes the options of a call as a slice in a variable.
func rewriteOptions(r *rewriter) bool {
	cs, opts := r.withOptions(1)
	if len(cs) == 0 {
		return false
	}
	i := r.rng.IntN(len(cs))
	v, of := r.fresh("options"), opts[i]
	var texts []string
	for j, x := range of {
		texts = append(texts, r.raw(x))
		if j > 0 {
			r.put(x, "")
		}
	}
	if len(of) > 1 { // the commas between them
		from, to := r.offset(of[0].Pos()), r.offset(of[len(of)-1].End())
		r.changes = []change{{from, to, func() string { return v + "..." }}}
	} else {
		r.put(of[0], v+"...")
	}
	r.before(cs[i].stmt, v+" := []dsl.Option{"+strings.Join(texts, ", ")+"}")
	return true
}

// rewriteStep moves one call into a function: of the package, or a closure.
func rewriteStep(r *rewriter) bool {
	c, ok := pickOf(r, r.calls())
	if !ok || !first(c) {
		return false
	}
	in, ok1 := r.typeText(c.recv)
	out, ok2 := "", true
	if t := r.info.TypeOf(c.x); t != nil && !isVoid(t) {
		out, ok2 = r.typeText(t)
	}
	if !ok1 || !ok2 {
		return false
	}
	for _, x := range c.x.Args {
		if r.isHandle(x) && !r.isOption(x) {
			return false // two sources in one call: their order would change
		}
	}
	f := r.fresh("step")
	ret := "return "
	if out == "" {
		ret = ""
	}
	rest := strings.TrimPrefix(r.raw(c.x), r.raw(c.sel.X))
	body := "(s " + in + ") " + out + " {\n" + ret + "s" + rest + "\n}\n"
	outside := true
	for _, x := range c.x.Args {
		outside = outside && !r.local(x)
	}
	if outside && r.rng.IntN(2) == 0 {
		r.tail.WriteString("\nfunc " + f + body)
	} else {
		r.before(c.stmt, f+" := func"+body)
	}
	r.put(c.x, f+"("+r.raw(c.sel.X)+")")
	return true
}

func isVoid(t types.Type) bool {
	tuple, ok := t.(*types.Tuple)
	return ok && tuple.Len() == 0
}
