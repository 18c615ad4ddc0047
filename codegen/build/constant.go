package build

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
)

// constant folds an expression over the values that variables have at this point, nil
// when it is not a constant. A variable that a literal may change never reaches this:
// its capture is refused.
func (f *frame) constant(x ast.Expr) constant.Value {
	x = ast.Unparen(x)
	if tv, ok := f.pkg.Info.Types[x]; ok && tv.Value != nil {
		return tv.Value
	}
	switch x := x.(type) {
	case *ast.Ident:
		if v := f.lookup(f.pkg.Info.Uses[x]); v != nil {
			if d, ok := v.val.(data); ok {
				return d.konst
			}
		}
	case *ast.BinaryExpr:
		return f.binary(x)
	case *ast.CallExpr:
		// A conversion between integers or strings keeps the constant.
		if tv := f.pkg.Info.Types[x.Fun]; tv.IsType() && len(x.Args) == 1 {
			v := f.constant(x.Args[0])
			b, ok := f.typeOf(x).Underlying().(*types.Basic)
			if v != nil && ok && (v.Kind() == constant.Int && b.Info()&types.IsInteger != 0 || v.Kind() == constant.String && b.Info()&types.IsString != 0) {
				return v
			}
		}
	}
	return nil
}

func (f *frame) binary(x *ast.BinaryExpr) constant.Value {
	a, b := f.constant(x.X), f.constant(x.Y)
	if a == nil || b == nil || a.Kind() != b.Kind() {
		return nil
	}
	op := x.Op
	switch {
	case a.Kind() == constant.String && op == token.ADD:
	case a.Kind() == constant.Int && (op == token.ADD || op == token.SUB || op == token.MUL):
	case a.Kind() == constant.Int && op == token.QUO && constant.Sign(b) != 0:
		op = token.QUO_ASSIGN // integer division
	default:
		return nil
	}
	v := constant.BinaryOp(a, op, b)
	if v.Kind() == constant.Int {
		if _, exact := constant.Int64Val(v); !exact {
			return nil // would wrap around at run time
		}
	}
	return v
}

// text is a constant string; ok is false when x is not constant.
func text(v constant.Value) (string, bool) {
	if v == nil || v.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(v), true
}
