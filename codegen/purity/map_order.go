package purity

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

const adviceOrder = "the order of a map is another one each time; go through slices.Sorted(maps.Keys(m)), or sort what was collected"

// rangeOver looks at a loop over a map or a channel. Go gives a map's entries in another
// order each time; that matters where the order is kept: entries are appended to a slice
// that is not sorted afterwards, written or forwarded one by one, joined to a string, or
// the first or last one wins. Sums, counts, minima and filling another map do not depend
// on it (floating-point sums do in their last digit, which is left to the author).
func (f *function) rangeOver(s *ast.RangeStmt, above []ast.Node, report reporter) {
	switch f.typeOf(s.X).(type) {
	case *types.Chan:
		if f.foreign(s.X) {
			report(Channel, s.X, "receiving from "+types.ExprString(s.X)+" gives another result when a record is processed again", adviceChannel)
		}
		return
	case *types.Map:
	default:
		if !f.iteratesMap(s.X) {
			return
		}
	}
	l := mapLoop{function: f, s: s, what: types.ExprString(s.X), vars: map[types.Object]bool{}, report: report}
	for _, x := range []ast.Expr{s.Key, s.Value} {
		if id, ok := x.(*ast.Ident); ok && id.Name != "_" {
			if obj := f.object(id); obj != nil {
				l.vars[obj] = true
			}
		}
	}
	if len(l.vars) > 0 {
		l.block(s.Body.List, false)
	}
}

// iteratesMap recognises maps.Keys, maps.Values and maps.All.
func (f *function) iteratesMap(x ast.Expr) bool {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return false
	}
	path, name := f.called(call)
	return path == "maps" && (name == "Keys" || name == "Values" || name == "All")
}

// called is the package and name of the function that a call names; empty for others.
func (f *function) called(call *ast.CallExpr) (path, name string) {
	fun := ast.Unparen(call.Fun)
	switch x := fun.(type) {
	case *ast.IndexExpr:
		fun = x.X
	case *ast.IndexListExpr:
		fun = x.X
	}
	var id *ast.Ident
	switch x := fun.(type) {
	case *ast.Ident:
		id = x
	case *ast.SelectorExpr:
		id = x.Sel
	default:
		return "", ""
	}
	obj := f.pkg.Info.Uses[id]
	if obj == nil {
		return "", ""
	}
	if obj.Pkg() == nil {
		return "", obj.Name() // a builtin
	}
	return obj.Pkg().Path(), obj.Name()
}

// object is what a name declares or uses; nil for no name.
func (f *function) object(id *ast.Ident) types.Object {
	if obj := f.pkg.Info.Defs[id]; obj != nil {
		return obj
	}
	return f.pkg.Info.Uses[id]
}

// mapLoop is a loop over a map.
type mapLoop struct {
	*function
	s      *ast.RangeStmt
	what   string
	vars   map[types.Object]bool // the loop's variables and what is computed from them
	report reporter
}

func (l *mapLoop) block(list []ast.Stmt, guarded bool) {
	for _, s := range list {
		l.statement(s, guarded)
	}
}

// statement looks at a statement of the loop's body; guarded says that a condition decides
// whether it runs: then it may well run for one entry alone.
func (l *mapLoop) statement(s ast.Stmt, guarded bool) {
	switch s := s.(type) {
	case *ast.BlockStmt:
		l.block(s.List, guarded)
	case *ast.IfStmt:
		l.block(s.Body.List, true)
		if s.Else != nil {
			l.statement(s.Else, true)
		}
	case *ast.SwitchStmt:
		for _, c := range s.Body.List {
			l.block(c.(*ast.CaseClause).Body, true)
		}
	case *ast.ForStmt:
		l.block(s.Body.List, guarded)
	case *ast.RangeStmt:
		l.block(s.Body.List, guarded)
	case *ast.ReturnStmt:
		for _, x := range s.Results {
			if !guarded && l.mentions(x) && !isError(l.pkg.Info.TypeOf(x)) {
				l.found(s, "the entry that comes first is returned")
				return
			}
		}
	case *ast.AssignStmt:
		l.assign(s, guarded)
	case *ast.ExprStmt:
		if call, ok := ast.Unparen(s.X).(*ast.CallExpr); ok {
			l.call(call)
		}
	}
}

func (l *mapLoop) found(at ast.Node, how string) {
	l.report(MapOrder, at, "the order of the map "+l.what+" reaches the result: "+how, adviceOrder)
}

func (l *mapLoop) assign(s *ast.AssignStmt, guarded bool) {
	for i, left := range s.Lhs {
		right := s.Rhs[min(i, len(s.Rhs)-1)]
		if !l.mentions(right) {
			continue
		}
		id, ok := ast.Unparen(left).(*ast.Ident)
		var obj types.Object
		if ok {
			obj = l.object(id)
		}
		if obj != nil && l.s.Pos() <= obj.Pos() && obj.Pos() < l.s.End() {
			l.vars[obj] = true // computed from the entry
			continue
		}
		switch {
		case s.Tok == token.ADD_ASSIGN && isString(l.pkg.Info.TypeOf(left)):
			l.found(s, "strings are joined in it")
		case s.Tok != token.ASSIGN:
		case l.appends(right, left):
			if !l.sortedLater(l.object(Root(left))) {
				l.found(s, types.ExprString(left)+" is filled in it")
			}
		case obj != nil && !guarded && !l.uses(right, obj):
			l.found(s, "the entry that comes last stays in "+id.Name)
		case obj != nil && isString(obj.Type()) && l.joins(right, obj):
			l.found(s, "strings are joined in it")
		}
	}
}

// appends recognises x = append(x, …).
func (l *mapLoop) appends(right, left ast.Expr) bool {
	call, ok := ast.Unparen(right).(*ast.CallExpr)
	if !ok || len(call.Args) == 0 {
		return false
	}
	path, name := l.called(call)
	return path == "" && name == "append" && types.ExprString(call.Args[0]) == types.ExprString(left) && l.object(Root(left)) != nil
}

// joins recognises s = s + … and s = fmt.Sprint(s, …).
func (l *mapLoop) joins(right ast.Expr, obj types.Object) bool {
	b, ok := ast.Unparen(right).(*ast.BinaryExpr)
	return ok && b.Op == token.ADD && l.uses(right, obj)
}

// call looks at a call that stands alone: writing to what was declared outside, and
// forwarding.
func (l *mapLoop) call(call *ast.CallExpr) {
	entry := false
	for _, a := range call.Args {
		entry = entry || l.mentions(a)
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || !entry {
		return
	}
	fn, _ := l.pkg.Info.Uses[sel.Sel].(*types.Func)
	if fn == nil || fn.Pkg() == nil {
		return
	}
	switch path := fn.Pkg().Path(); {
	case strings.HasPrefix(fn.Name(), "Write") && fn.Signature().Recv() != nil && l.outside(sel.X):
		l.found(call, types.ExprString(sel.X)+" is written in it")
	case path == "fmt" && strings.HasPrefix(fn.Name(), "Fprint") && l.outside(call.Args[0]):
		l.found(call, types.ExprString(call.Args[0])+" is written in it")
	case fn.Name() == "Forward" && strings.HasSuffix(path, "/runtime/processor"):
		l.found(call, "records are forwarded in it")
	}
}

// outside reports whether a variable was declared before the loop.
func (l *mapLoop) outside(x ast.Expr) bool {
	if u, ok := ast.Unparen(x).(*ast.UnaryExpr); ok && u.Op == token.AND {
		x = u.X
	}
	obj := l.object(Root(x))
	return obj != nil && (obj.Pos() < l.s.Pos() || obj.Pos() >= l.s.End())
}

// mentions reports whether an expression depends on the entry at hand.
func (l *mapLoop) mentions(x ast.Expr) bool {
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && l.vars[l.pkg.Info.Uses[id]] {
			found = true
		}
		return !found
	})
	return found
}

func (l *mapLoop) uses(x ast.Expr, obj types.Object) bool {
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && l.pkg.Info.Uses[id] == obj {
			found = true
		}
		return !found
	})
	return found
}

// sortedLater reports whether obj is given to something that sorts after the loop, or
// only its length is asked for.
func (l *mapLoop) sortedLater(obj types.Object) bool {
	sorted, used := false, false
	lengths := map[*ast.Ident]bool{}
	ast.Inspect(l.body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			path, name := l.called(n)
			sorts := path == "sort" || strings.Contains(strings.ToLower(name), "sort")
			for _, a := range slices.Concat(n.Args, receiver(n)) {
				if n.Pos() > l.s.End() && sorts && l.uses(a, obj) {
					sorted = true
				}
				if id, ok := ast.Unparen(a).(*ast.Ident); ok && path == "" && name == "len" {
					lengths[id] = true
				}
			}
		case *ast.Ident:
			if n.Pos() > l.s.End() && l.pkg.Info.Uses[n] == obj && !lengths[n] {
				used = true
			}
		case *ast.ReturnStmt:
			// A named result leaves through a bare return.
			used = used || len(n.Results) == 0 && n.Pos() > l.s.End()
		}
		return true
	})
	return sorted || !used && obj != nil && obj.Parent() != l.pkg.Types.Scope() && l.node.Pos() <= obj.Pos() && obj.Pos() < l.node.End() && !isNamedResult(l.node, obj)
}

func receiver(call *ast.CallExpr) []ast.Expr {
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		return []ast.Expr{sel.X}
	}
	return nil
}

// isNamedResult reports whether a variable is declared in the head of the function.
func isNamedResult(node ast.Node, obj types.Object) bool {
	switch n := node.(type) {
	case *ast.FuncLit:
		return obj.Pos() < n.Body.Pos()
	case *ast.FuncDecl:
		return obj.Pos() < n.Body.Pos()
	}
	return false
}

// collected reports slices.Collect(maps.Keys(m)) and the like, unless what it gives is
// sorted at once or later.
func (f *function) collected(call *ast.CallExpr, above []ast.Node, report reporter) {
	path, name := f.called(call)
	if path != "slices" || name != "Collect" || len(call.Args) != 1 || !f.iteratesMap(call.Args[0]) {
		return
	}
	for i := len(above) - 2; i >= 0; i-- {
		switch n := above[i].(type) {
		case *ast.CallExpr:
			path, name := f.called(n)
			if path == "sort" || path == "" && name == "len" || strings.Contains(strings.ToLower(name), "sort") {
				return
			}
		case *ast.AssignStmt:
			obj := f.object(Root(n.Lhs[0]))
			if id, ok := n.Lhs[0].(*ast.Ident); ok {
				obj = f.object(id)
			}
			l := mapLoop{function: f, s: &ast.RangeStmt{For: n.Pos(), Body: &ast.BlockStmt{Rbrace: n.End() - 1}}}
			if obj != nil && l.sortedLater(obj) {
				return
			}
		}
	}
	report(MapOrder, call, "the order of the map reaches the result of "+types.ExprString(call), "the order of a map is another one each time; use slices.Sorted in place of slices.Collect")
}

func isError(t types.Type) bool {
	return t != nil && types.Implements(t, types.Universe.Lookup("error").Type().Underlying().(*types.Interface))
}

func isString(t types.Type) bool {
	if t == nil {
		return false
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}
