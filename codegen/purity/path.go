package purity

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/streamgen/streamgen/codegen/topo"
)

// path is where a value is kept: a variable that outlives the call, and whether the way
// there leads through a pointer, a map or a slice. obj is nil for what the function made
// itself.
type path struct {
	obj     *types.Var
	through bool
}

// path follows x down to the variable it is a part of. Local variables lead on to what
// they were initialised with where they share it: p := &cfg.Limits is cfg's.
func (f *function) path(x ast.Expr, through bool) path {
	for range 100 { // longer chains do not occur; a cycle of variables could
		switch y := ast.Unparen(x).(type) {
		case *ast.Ident:
			v, ok := f.object(y).(*types.Var)
			if !ok {
				return path{}
			}
			if !f.isLocal(v) {
				return path{v, through}
			}
			from, ok := f.shares(v)
			if !ok || !through && !refers(v.Type()) {
				return path{}
			}
			x = from
		case *ast.SelectorExpr:
			sel := f.pkg.Info.Selections[y]
			if sel == nil { // a variable of another package
				v, _ := f.pkg.Info.Uses[y.Sel].(*types.Var)
				return path{v, through}
			}
			if sel.Kind() != types.FieldVal {
				return path{}
			}
			through = through || sel.Indirect()
			x = y.X
		case *ast.IndexExpr:
			switch f.typeOf(y.X).(type) {
			case *types.Map, *types.Slice, *types.Pointer:
				through = true
			}
			x = y.X
		case *ast.StarExpr:
			through = true
			x = y.X
		case *ast.SliceExpr:
			x = y.X
		case *ast.TypeAssertExpr:
			x = y.X
		case *ast.UnaryExpr:
			if y.Op != token.AND {
				return path{}
			}
			x = y.X
		case *ast.CallExpr:
			if tv := f.pkg.Info.Types[y.Fun]; !tv.IsType() || len(y.Args) != 1 {
				return path{} // a call makes something new, as far as can be seen
			}
			x = y.Args[0]
		default:
			return path{}
		}
	}
	return path{}
}

// isLocal reports whether a variable is declared inside the function's body.
func (f *function) isLocal(v *types.Var) bool {
	return !v.IsField() && f.body.Pos() <= v.Pos() && v.Pos() < f.body.End()
}

// shares finds what a local variable was initialised with, for variables that are
// declared with a value and for those of loops over slices and maps.
func (f *function) shares(v *types.Var) (from ast.Expr, ok bool) {
	ast.Inspect(f.body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE && len(n.Lhs) >= len(n.Rhs) {
				for i, l := range n.Lhs {
					if id, isID := l.(*ast.Ident); isID && f.pkg.Info.Defs[id] == v && (len(n.Lhs) == len(n.Rhs) || i == 0) {
						from, ok = n.Rhs[min(i, len(n.Rhs)-1)], true
					}
				}
			}
		case *ast.ValueSpec:
			for i, id := range n.Names {
				if f.pkg.Info.Defs[id] == v && len(n.Values) == len(n.Names) {
					from, ok = n.Values[i], true
				}
			}
		case *ast.RangeStmt:
			if id, isID := n.Value.(*ast.Ident); isID && f.pkg.Info.Defs[id] == v {
				from, ok = n.X, true
			}
		}
		return !ok
	})
	return from, ok
}

// refers reports whether a variable of the type shares what it holds with its copies.
func refers(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Map, *types.Slice, *types.Chan, *types.Interface:
		return true
	}
	return false
}

// Root is the name that x begins with: that of the variable which x is, is a part of or is
// reached from by pointers, maps and slices; nil for anything else. Whether the name declares
// the variable or uses it is the caller's to tell.
func Root(x ast.Expr) *ast.Ident {
	for {
		switch y := ast.Unparen(x).(type) {
		case *ast.SelectorExpr:
			x = y.X
		case *ast.IndexExpr:
			x = y.X
		case *ast.StarExpr:
			x = y.X
		case *ast.Ident:
			return y
		default:
			return nil
		}
	}
}

// Returned lists what a function returns by reference and did not make itself: variables
// from outside of it, with the places of the return statements.
func (a *Analysis) Returned(pkg *topo.Package, fn ast.Node) []Write {
	f := a.function(pkg, fn)
	if f.body == nil {
		return nil
	}
	params := f.parameters()
	var out []Write
	ast.Inspect(f.body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			for _, x := range n.Results {
				t := f.pkg.Info.TypeOf(x)
				if t == nil || !refers(t) {
					continue
				}
				if p := f.path(x, true); p.obj != nil && !params[p.obj] {
					out = append(out, Write{Var: p.obj, At: x, Pkg: pkg, Through: true})
				}
			}
		}
		return true
	})
	return out
}
