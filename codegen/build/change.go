package build

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/streamgen/streamgen/codegen/purity"
	"github.com/streamgen/streamgen/codegen/topo"
)

// changes collects the variables that are assigned, incremented or have their address
// taken after they were declared, by & or by a method with a pointer receiver that changes
// it. A struct variable changes with its fields.
func (r *reader) changes(info *types.Info, body *ast.BlockStmt) map[types.Object]token.Pos {
	out := map[types.Object]token.Pos{}
	if body == nil {
		return out
	}
	read := r.read(info, body, nil)
	note := func(x ast.Expr, pos token.Pos) {
		if obj := info.Uses[purity.Root(x)]; obj != nil {
			if _, ok := out[obj]; !ok {
				out[obj] = pos
			}
		}
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				note(l, l.Pos())
			}
		case *ast.IncDecStmt:
			note(n.X, n.Pos())
		case *ast.UnaryExpr:
			if n.Op == token.AND && !read[n] {
				if _, lit := ast.Unparen(n.X).(*ast.CompositeLit); !lit {
					note(n.X, n.Pos())
				}
			}
		case *ast.SelectorExpr:
			if takesAddress(info, n) && r.mutates(info.Selections[n].Obj().(*types.Func), nil) {
				note(n.X, n.Pos())
			}
		case *ast.RangeStmt:
			if n.Tok == token.ASSIGN {
				note(n.Key, n.Pos())
				if n.Value != nil {
					note(n.Value, n.Pos())
				}
			}
		}
		return true
	})
	return out
}

// read lists the addresses &x in code that go to methods and functions which only read what
// they are given: (&x).f and f(&x).
func (r *reader) read(info *types.Info, code ast.Node, seen map[types.Object]bool) map[*ast.UnaryExpr]bool {
	out := map[*ast.UnaryExpr]bool{}
	address := func(x ast.Expr) *ast.UnaryExpr {
		u, ok := ast.Unparen(x).(*ast.UnaryExpr)
		if !ok || u.Op != token.AND {
			return nil
		}
		return u
	}
	ast.Inspect(code, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			sel, u := info.Selections[n], address(n.X)
			if u == nil || sel == nil || sel.Kind() != types.MethodVal {
				break
			}
			fn, ok := sel.Obj().(*types.Func)
			out[u] = ok && (!hasPointerReceiver(fn) || !r.mutates(fn, seen))
		case *ast.CallExpr:
			fn := called(info, n)
			for i, arg := range n.Args {
				if u := address(arg); u != nil && fn != nil && i < fn.Signature().Params().Len() {
					out[u] = !r.mutatesParam(fn, i, seen)
				}
			}
		}
		return true
	})
	return out
}

// called is the function or method that a call names; nil for function values and for
// instances of generic functions.
func called(info *types.Info, call *ast.CallExpr) *types.Func {
	var fn *types.Func
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		fn, _ = info.Uses[fun].(*types.Func)
	case *ast.SelectorExpr:
		fn, _ = info.Uses[fun.Sel].(*types.Func)
	}
	return fn
}

func hasPointerReceiver(fn *types.Func) bool {
	_, pointer := types.Unalias(fn.Signature().Recv().Type()).(*types.Pointer)
	return pointer
}

// takesAddress reports whether x.f stands for (&x).f: a method with a pointer receiver of
// a variable that is no pointer.
func takesAddress(info *types.Info, x *ast.SelectorExpr) bool {
	sel := info.Selections[x]
	if sel == nil || sel.Kind() != types.MethodVal || sel.Indirect() {
		return false
	}
	fn, ok := sel.Obj().(*types.Func)
	if !ok {
		return false
	}
	return hasPointerReceiver(fn)
}

// mutates reports whether a method with a pointer receiver may change what it points at. A
// method that only reads fields and calls others of its kind does not; one whose body
// cannot be read is taken to.
func (r *reader) mutates(fn *types.Func, seen map[types.Object]bool) bool {
	decl, pkg := r.declaration(fn)
	if decl == nil {
		return true
	}
	return r.mutatesVar(decl, pkg, decl.Recv.List[0].Names, 0, seen)
}

// mutatesParam is mutates for a parameter.
func (r *reader) mutatesParam(fn *types.Func, index int, seen map[types.Object]bool) bool {
	decl, pkg := r.declaration(fn)
	if decl == nil || fn.Signature().Variadic() {
		return true
	}
	for _, field := range decl.Type.Params.List {
		if n := max(len(field.Names), 1); index >= n {
			index -= n
			continue
		}
		return r.mutatesVar(decl, pkg, field.Names, index, seen)
	}
	return true
}

// mutatesVar looks for changes of what the index-th of names, a receiver or parameter, points
// at. Without a name nothing can change it.
func (r *reader) mutatesVar(decl *ast.FuncDecl, pkg *topo.Package, names []*ast.Ident, index int, seen map[types.Object]bool) bool {
	if len(names) == 0 {
		return false
	}
	v := pkg.Info.Defs[names[index]]
	if v == nil || seen[v] {
		return false
	}
	if seen == nil {
		seen = map[types.Object]bool{}
	}
	seen[v] = true
	read := r.read(pkg.Info, decl.Body, seen)
	reads := map[*ast.Ident]bool{} // uses of v in v.field, v.method and f(v)
	found := false
	change := func(x ast.Expr) { found = found || pkg.Info.Uses[purity.Root(x)] == v }
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				change(l)
			}
		case *ast.IncDecStmt:
			change(n.X)
		case *ast.UnaryExpr:
			if n.Op == token.AND && !read[n] {
				change(n.X)
			}
		case *ast.RangeStmt:
			if n.Tok == token.ASSIGN {
				change(n.Key)
				if n.Value != nil {
					change(n.Value)
				}
			}
		case *ast.SelectorExpr:
			sel := pkg.Info.Selections[n]
			id, direct := ast.Unparen(n.X).(*ast.Ident)
			if sel == nil {
				break
			}
			if method, ok := sel.Obj().(*types.Func); ok && pkg.Info.Uses[purity.Root(n.X)] == v {
				found = found || hasPointerReceiver(method) && r.mutates(method, seen)
			}
			if direct {
				reads[id] = true
			}
		case *ast.CallExpr:
			for i, arg := range n.Args {
				if id, ok := ast.Unparen(arg).(*ast.Ident); ok && pkg.Info.Uses[id] == v {
					fn := called(pkg.Info, n)
					reads[id] = fn != nil && i < fn.Signature().Params().Len() && !r.mutatesParam(fn, i, seen)
				}
			}
		case *ast.Ident:
			// Anything else hands the pointer on.
			found = found || pkg.Info.Uses[n] == v && !reads[n]
		}
		return !found
	})
	return found
}
