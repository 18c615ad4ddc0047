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
			return fitting(f.constant(x.Args[0]), f.typeOf(x))
		}
	}
	return nil
}

func (f *frame) binary(x *ast.BinaryExpr) constant.Value {
	t := f.typeOf(x)
	a, b := fitting(f.constant(x.X), t), fitting(f.constant(x.Y), t)
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
	return fitting(constant.BinaryOp(a, op, b), t)
}

// fitting is v where a string or an integer of type t holds it; otherwise Go would wrap it
// around or round it at run time, and it is left to run time.
func fitting(v constant.Value, t types.Type) constant.Value {
	if v == nil || t == nil {
		return nil
	}
	b, ok := t.Underlying().(*types.Basic)
	if !ok {
		return nil
	}
	switch {
	case b.Info()&types.IsString != 0 && v.Kind() == constant.String:
		return v
	case b.Info()&types.IsInteger == 0 || v.Kind() != constant.Int:
		return nil
	case b.Info()&types.IsUnsigned != 0:
		if constant.Sign(v) < 0 || constant.BitLen(v) > bits(b) {
			return nil
		}
	case constant.BitLen(v) > bits(b)-1: // without the smallest value of the type
		return nil
	}
	return v
}

// bits is the size of an integer type; those that depend on the platform count as 32 bits, so
// that what is folded is the same on all.
func bits(b *types.Basic) int {
	switch b.Kind() {
	case types.Int8, types.Uint8:
		return 8
	case types.Int16, types.Uint16:
		return 16
	case types.Int32, types.Uint32, types.Int, types.Uint, types.Uintptr, types.UntypedRune:
		return 32
	}
	return 64
}

// text is a constant string; ok is false when x is not constant.
func text(v constant.Value) (string, bool) {
	if v == nil || v.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(v), true
}
