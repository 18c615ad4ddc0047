package kernel

import (
	"go/ast"
	"go/constant"
	"go/token"
)

// list goes through statements up to a condition over constants whose body stays and returns:
// what follows it is unreachable.
func (s *specializer) list(statements []ast.Stmt) {
	for i, statement := range statements {
		s.body(statement)
		n, ok := statement.(*ast.IfStmt)
		if !ok || i == len(statements)-1 || n.Init != nil || n.Else != nil || len(n.Body.List) == 0 {
			continue
		}
		v, ok := s.eval(n.Cond)
		if _, returns := n.Body.List[len(n.Body.List)-1].(*ast.ReturnStmt); ok && returns && constant.BoolVal(v) {
			s.replace(statements[i+1].Pos(), s.line(statements[len(statements)-1].End()), "")
			return
		}
	}
}

// fold decides a condition over constants: the statement goes, or its body stays.
func (s *specializer) fold(n *ast.IfStmt) bool {
	v, ok := s.eval(n.Cond)
	other, isBlock := n.Else.(*ast.BlockStmt)
	if !ok || n.Init != nil || n.Else != nil && !isBlock {
		return true
	}
	stays := n.Body
	if !constant.BoolVal(v) {
		if stays = other; other == nil {
			s.replace(n.Pos(), s.line(n.End()), "")
			return false
		}
	}
	s.replace(n.Pos(), s.line(stays.Lbrace+1), "")
	s.replace(stays.Rbrace, s.line(n.End()), "")
	s.body(stays)
	return false
}

func (s *specializer) eval(e ast.Expr) (constant.Value, bool) {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		v, ok := s.in.Values[e.Sel.Name]
		return v, ok
	case *ast.BinaryExpr:
		x, ok := s.eval(e.X)
		y, ok2 := s.eval(e.Y)
		switch {
		case e.Op == token.LAND && ok && !constant.BoolVal(x), e.Op == token.LAND && ok2 && !constant.BoolVal(y):
			return constant.MakeBool(false), true
		case !ok || !ok2:
		case e.Op == token.LSS:
			return constant.MakeBool(constant.Compare(x, e.Op, y)), true
		case e.Op == token.LAND:
			return constant.MakeBool(true), true
		}
	}
	return nil, false
}
