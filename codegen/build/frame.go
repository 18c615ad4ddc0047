package build

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/streamgen/streamgen/codegen/topo"
)

// frame is one function being read: the topology function itself or a helper that it
// calls, with its own package, variables and type arguments. Function literals share the
// variables of the frame around them.
type frame struct {
	r     *reader
	pkg   *topo.Package
	fn    *types.Func // nil for a literal
	outer *frame      // of a literal
	vars  map[types.Object]*variable
	subst map[*types.TypeParam]types.Type
	body  *ast.BlockStmt
	// results is set by the return statement.
	results  []value
	returned bool
	// changed maps variables to the place where they change after their declaration.
	changed map[types.Object]token.Pos
}

func (r *reader) newFrame(pkg *topo.Package, fn *types.Func, body *ast.BlockStmt) *frame {
	return &frame{r: r, pkg: pkg, fn: fn, body: body, vars: map[types.Object]*variable{}, changed: r.changes(pkg.Info, body)}
}

// lookup finds a variable in the frame or in the frames around a literal.
func (f *frame) lookup(obj types.Object) *variable {
	for ; f != nil; f = f.outer {
		if v := f.vars[obj]; v != nil {
			return v
		}
	}
	return nil
}

// changedAt returns where a variable changes after its declaration, if it does.
func (f *frame) changedAt(obj types.Object) token.Pos {
	for ; f != nil; f = f.outer {
		if p, ok := f.changed[obj]; ok {
			return p
		}
	}
	return token.NoPos
}

func (f *frame) bind(obj types.Object, decl ast.Node, v value) {
	if obj != nil {
		f.vars[obj] = &variable{val: v, decl: decl}
	}
}

// typeOf returns the concrete type of an expression, nil when it has none.
func (f *frame) typeOf(x ast.Expr) types.Type {
	t := f.pkg.Info.TypeOf(x)
	if t == nil {
		return nil
	}
	return substitute(t, f.subst)
}
