package build

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/streamgen/streamgen/codegen/diag"
)

// refuseNil reports an operator's function that is known to be nil: nil itself, or a variable
// that nothing sets. What configuration holds is known when the topology is constructed only;
// dsl says there what is missing.
func (f *frame) refuseNil(v value, at ast.Expr) bool {
	text, declared := "the function is nil", token.NoPos
	switch v := v.(type) {
	case null:
	case data:
		if !v.unset.IsValid() {
			return false
		}
		text, declared = types.ExprString(at)+" is nil: nothing sets it before it is used here", v.unset
	case funcValue:
		if v.fn == nil {
			return false
		}
		obj, ok := v.fn.Obj.(*types.Var)
		if !ok || !f.r.neverSet(obj, nil) {
			return false
		}
		text, declared = types.ExprString(at)+" is nil: nothing in its package sets it", obj.Pos()
	default:
		return false
	}
	d := f.r.diags.Report(diag.NilFunction, f.r.span(at), "%s", text)
	if declared.IsValid() {
		d.Note(f.r.at(declared), "declared here")
	}
	d.Note(diag.Span{}, "give the operator a function, or remove the operator")
	return true
}

// neverSet reports whether a variable of a package stays nil: no file of the package gives it
// a value or takes its address. Other packages can set what is exported.
func (r *reader) neverSet(obj *types.Var, seen map[*types.Var]bool) bool {
	if obj.Pkg() == nil || seen[obj] {
		return false
	}
	pkg := r.loaded.Packages[obj.Pkg().Path()]
	if pkg == nil || obj.Exported() && pkg.Name != "main" {
		return false
	}
	if seen == nil {
		seen = map[*types.Var]bool{}
	}
	seen[obj] = true
	found, set := false, false
	is := func(x ast.Expr) bool {
		id, ok := ast.Unparen(x).(*ast.Ident)
		return ok && pkg.Info.Uses[id] == obj
	}
	for _, file := range pkg.Files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec:
				for i, id := range n.Names {
					if pkg.Info.Defs[id] != obj {
						continue
					}
					found = true
					set = set || len(n.Values) > 0 && (len(n.Values) != len(n.Names) || !r.isNil(pkg.Info, n.Values[i], seen))
				}
			case *ast.AssignStmt:
				for _, l := range n.Lhs {
					set = set || is(l)
				}
			case *ast.RangeStmt:
				set = set || n.Key != nil && is(n.Key) || n.Value != nil && is(n.Value)
			case *ast.UnaryExpr:
				set = set || n.Op == token.AND && is(n.X)
			}
			return !set
		})
	}
	return found && !set
}

// isNil reports whether the value of a package variable's declaration is known to be nil.
func (r *reader) isNil(info *types.Info, x ast.Expr, seen map[*types.Var]bool) bool {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		switch obj := info.Uses[x].(type) {
		case *types.Nil:
			return true
		case *types.Var:
			return r.neverSet(obj, seen)
		}
	case *ast.CallExpr:
		return info.Types[x.Fun].IsType() && len(x.Args) == 1 && r.isNil(info, x.Args[0], seen)
	}
	return false
}
