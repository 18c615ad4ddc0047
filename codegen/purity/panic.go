package purity

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/streamgen/streamgen/codegen/topo"
)

// NoPanic reports whether fn, an *ast.FuncLit or *ast.FuncDecl of pkg, can be seen not to panic:
// generated code then need not note beforehand which operator a panic would belong to. Here
// what cannot be seen counts as guilty, since a wrong answer would blame another operator: an
// index, a dereference, a division by a variable, and calls but those of functions of the same
// package that do not panic themselves and of a few of the standard library. Which other packages are
// loaded depends on how the tool is called, and what it writes must not. Memory that runs out and
// stacks that overflow end the process and are no panics.
func (a *Analysis) NoPanic(pkg *topo.Package, fn ast.Node) bool {
	if a.calm == nil {
		a.calm = map[ast.Node]bool{}
	}
	if calm, ok := a.calm[fn]; ok {
		return calm // a recursive function asks while it is looked at, and has false for an answer
	}
	a.calm[fn] = false
	f := a.function(pkg, fn)
	if f.body == nil {
		return false
	}
	calm := true
	ast.Inspect(f.body, func(n ast.Node) bool {
		if n == nil || !calm {
			return false
		}
		if x, ok := n.(ast.Expr); ok && pkg.Info.Types[x].IsType() {
			return false
		}
		calm = f.calm(n)
		return calm
	})
	a.calm[fn] = calm
	return calm
}

// calm judges one node; its children come after it.
func (f *function) calm(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.BlockStmt, *ast.ReturnStmt, *ast.ExprStmt, *ast.IfStmt, *ast.ForStmt, *ast.CaseClause, *ast.BranchStmt, *ast.EmptyStmt,
		*ast.LabeledStmt, *ast.DeclStmt, *ast.GenDecl, *ast.ValueSpec, *ast.TypeSpec, *ast.Ident, *ast.BasicLit, *ast.ParenExpr, *ast.KeyValueExpr,
		*ast.Comment, *ast.CommentGroup:
		return true
	case *ast.SwitchStmt:
		return n.Tag == nil || comparable(f.pkg.Info.TypeOf(n.Tag))
	case *ast.IncDecStmt:
		return !element(n.X)
	case *ast.AssignStmt:
		if slices.ContainsFunc(n.Lhs, element) {
			return false
		}
		op, ok := assigned[n.Tok]
		return !ok || f.operator(op, n.Lhs[0], n.Rhs[0])
	case *ast.BinaryExpr:
		return f.operator(n.Op, n.X, n.Y)
	case *ast.UnaryExpr:
		return n.Op != token.ARROW
	case *ast.SelectorExpr:
		if sel := f.pkg.Info.Selections[n]; sel != nil {
			return sel.Kind() == types.FieldVal && !sel.Indirect()
		}
		return true
	case *ast.IndexExpr:
		m, ok := f.typeOf(n.X).(*types.Map)
		return ok && comparable(m.Key())
	case *ast.CompositeLit:
		m, ok := f.typeOf(n).(*types.Map)
		return !param(f.pkg.Info.TypeOf(n)) && (!ok || comparable(m.Key()))
	case *ast.RangeStmt:
		switch t := f.typeOf(n.X).(type) {
		case *types.Basic, *types.Slice, *types.Array, *types.Map:
			return n.Tok != token.ASSIGN && t != types.Typ[types.UntypedNil]
		}
		return false
	case *ast.CallExpr:
		return f.calmCall(n)
	}
	return false
}

// element says that an expression is an element, perhaps of a map that is nil.
func element(x ast.Expr) bool {
	_, ok := ast.Unparen(x).(*ast.IndexExpr)
	return ok
}

// assigned are the operators of assignments that can panic.
var assigned = map[token.Token]token.Token{token.QUO_ASSIGN: token.QUO, token.REM_ASSIGN: token.REM, token.SHL_ASSIGN: token.SHL, token.SHR_ASSIGN: token.SHR}

func (f *function) operator(op token.Token, x, y ast.Expr) bool {
	left, right := f.pkg.Info.Types[x], f.pkg.Info.Types[y]
	switch op {
	case token.QUO, token.REM:
		if b, ok := f.typeOf(x).(*types.Basic); ok && b.Info()&(types.IsFloat|types.IsComplex) != 0 {
			return true
		}
		return right.Value != nil && constant.Sign(right.Value) != 0
	case token.SHL, token.SHR:
		b, ok := f.typeOf(y).(*types.Basic)
		return right.Value != nil || ok && b.Info()&types.IsUnsigned != 0
	case token.EQL, token.NEQ:
		return left.IsNil() || right.IsNil() || comparable(left.Type) && comparable(right.Type)
	}
	return true
}

// comparable says that comparing values of a type cannot panic: no interface is in them.
func comparable(t types.Type) bool {
	if t == nil {
		return false
	}
	if param(t) {
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Basic, *types.Pointer, *types.Chan:
		return true
	case *types.Array:
		return comparable(u.Elem())
	case *types.Struct:
		for v := range u.Fields() {
			if !comparable(v.Type()) {
				return false
			}
		}
		return true
	}
	return false
}

// param says that a type is a parameter, which may stand for slices, maps and interfaces.
func param(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.TypeParam)
	return ok
}

func (f *function) calmCall(call *ast.CallExpr) bool {
	fun := ast.Unparen(call.Fun)
	if f.pkg.Info.Types[fun].IsType() { // a slice that becomes an array may be too short
		_, slice := f.typeOf(call.Args[0]).(*types.Slice)
		_, bytes := f.typeOf(fun).(*types.Basic)
		_, same := f.typeOf(fun).(*types.Slice)
		return !param(f.pkg.Info.TypeOf(fun)) && !param(f.pkg.Info.TypeOf(call.Args[0])) && (!slice || bytes || same)
	}
	var id *ast.Ident
	switch fun := fun.(type) {
	case *ast.Ident:
		id = fun
	case *ast.SelectorExpr:
		if f.pkg.Info.Selections[fun] != nil {
			return false // of a method: its receiver may be nil
		}
		id = fun.Sel
	default:
		return false
	}
	switch obj := f.pkg.Info.Uses[id].(type) {
	case *types.Builtin:
		return slices.Contains([]string{"len", "cap", "append", "copy", "min", "max", "new", "real", "imag", "complex"}, obj.Name())
	case *types.Func:
		if decl, pkg := f.Decl(obj.Origin()); decl != nil && pkg == f.pkg {
			return f.NoPanic(pkg, decl)
		}
		return obj.Pkg() != nil && slices.Contains(calmOf[obj.Pkg().Path()], obj.Name())
	}
	return false
}

// calmOf are functions of the standard library that panic for no argument.
var calmOf = map[string][]string{
	"strings": strings.Fields("Compare Contains ContainsAny ContainsRune Count Cut CutPrefix CutSuffix EqualFold Fields HasPrefix HasSuffix Index IndexByte LastIndex Split ToLower ToUpper Trim TrimLeft TrimPrefix TrimRight TrimSpace TrimSuffix"),
	"bytes":   strings.Fields("Compare Contains Equal EqualFold HasPrefix HasSuffix Index IndexByte"),
	"math":    strings.Fields("Abs Ceil Exp Floor Hypot Inf IsInf IsNaN Log Max Min Mod NaN Pow Round Sqrt Trunc"),
	"strconv": strings.Fields("Atoi FormatBool Itoa ParseFloat ParseInt Quote"),
}
