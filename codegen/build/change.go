package build

import (
	"go/ast"
	"go/token"
	"go/types"
)

// changes collects the variables that are assigned, incremented or have their address
// taken after they were declared, by & or by a method with a pointer receiver that changes
// it. A struct variable changes with its fields.
func (r *reader) changes(info *types.Info, body *ast.BlockStmt) map[types.Object]token.Pos {
	out := map[types.Object]token.Pos{}
	if body == nil {
		return out
	}
	note := func(x ast.Expr, pos token.Pos) {
		if obj := root(info, x); obj != nil {
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
			if n.Op == token.AND {
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

// root is the variable that x is, or is a part of.
func root(info *types.Info, x ast.Expr) types.Object {
	for {
		switch y := ast.Unparen(x).(type) {
		case *ast.SelectorExpr:
			x = y.X
		case *ast.IndexExpr:
			x = y.X
		case *ast.Ident:
			return info.Uses[y]
		default:
			return nil
		}
	}
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
	_, pointer := types.Unalias(fn.Signature().Recv().Type()).(*types.Pointer)
	return pointer
}

// mutates reports whether a method with a pointer receiver may change what it points at. A
// method that only reads fields and calls others of that kind does not; one whose body
// cannot be read is taken to.
func (r *reader) mutates(fn *types.Func, seen map[*types.Func]bool) bool {
	fn = fn.Origin()
	if seen[fn] {
		return false
	}
	decl, pkg := r.declaration(fn)
	if decl == nil {
		return true
	}
	names := decl.Recv.List[0].Names
	if len(names) == 0 {
		return false
	}
	recv := pkg.Info.Defs[names[0]]
	if seen == nil {
		seen = map[*types.Func]bool{}
	}
	seen[fn] = true
	reads := map[*ast.Ident]bool{} // uses of the receiver in x.field and x.method
	found := false
	change := func(x ast.Expr) { found = found || recv != nil && root(pkg.Info, x) == recv }
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				change(l)
			}
		case *ast.IncDecStmt:
			change(n.X)
		case *ast.UnaryExpr:
			if n.Op == token.AND {
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
			if method, ok := sel.Obj().(*types.Func); ok && root(pkg.Info, n.X) == recv {
				_, pointer := types.Unalias(method.Signature().Recv().Type()).(*types.Pointer)
				found = found || pointer && r.mutates(method, seen)
			}
			if direct {
				reads[id] = true
			}
		case *ast.Ident:
			// Anything but x.f hands the pointer on.
			found = found || recv != nil && pkg.Info.Uses[n] == recv && !reads[n]
		}
		return !found
	})
	return found
}
