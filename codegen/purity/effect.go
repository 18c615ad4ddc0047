package purity

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/streamgen/streamgen/codegen/topo"
)

// Write is a change that outlives the call of a function.
type Write struct {
	Var *types.Var
	At  ast.Node
	Pkg *topo.Package // of At
	// Through: not the variable itself changes, but what it leads to.
	Through bool
	Via     ast.Node // the call that leads there, nil when the function itself writes
}

// Effects are the changes of a function that outlive its call, at most one per variable.
type Effects struct {
	Globals []Write // variables of packages
	Outer   []Write // variables of the functions around a literal
	Params  []Write // what parameters and the receiver lead to
}

// Param returns the change of what a parameter (or the receiver) leads to.
func (e *Effects) Param(v *types.Var) (Write, bool) {
	for _, w := range e.Params {
		if w.Var == v {
			return w, true
		}
	}
	return Write{}, false
}

// Effects lists what fn, an *ast.FuncLit or *ast.FuncDecl of pkg, changes. Changes under a
// lock, in sync.Once and in types of sync/atomic are left out: whoever writes those has
// thought of other goroutines, and memory of computed values is kept in that way.
func (a *Analysis) Effects(pkg *topo.Package, fn ast.Node) *Effects {
	if a.effects == nil {
		a.effects = map[ast.Node]*Effects{}
	}
	if e, ok := a.effects[fn]; ok {
		return e // of a recursive function: what is known so far, which is nothing
	}
	e := &Effects{}
	a.effects[fn] = e
	f := a.function(pkg, fn)
	if f.body == nil || f.locks() {
		return e
	}
	w := writer{function: f, e: e, params: f.parameters()}
	ast.Inspect(f.body, w.visit)
	return e
}

// parameters are the function's own parameters and its receiver.
func (f *function) parameters() map[*types.Var]bool {
	out := map[*types.Var]bool{}
	add := func(list *ast.FieldList) {
		if list == nil {
			return
		}
		for _, field := range list.List {
			for _, n := range field.Names {
				if v, ok := f.pkg.Info.Defs[n].(*types.Var); ok {
					out[v] = true
				}
			}
		}
	}
	switch n := f.node.(type) {
	case *ast.FuncLit:
		add(n.Type.Params)
	case *ast.FuncDecl:
		add(n.Type.Params)
		add(n.Recv)
	}
	return out
}

// locks reports whether the function takes a lock.
func (f *function) locks() bool {
	found := false
	ast.Inspect(f.body, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if fn, ok := f.pkg.Info.Uses[sel.Sel].(*types.Func); ok && fn.Pkg() != nil && fn.Pkg().Path() == "sync" && strings.HasSuffix(fn.Name(), "Lock") {
				found = true
			}
		}
		return !found
	})
	return found
}

// writer collects the changes of one function.
type writer struct {
	*function
	e      *Effects
	params map[*types.Var]bool
}

func (w *writer) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.AssignStmt:
		for _, l := range n.Lhs {
			w.write(l, false, n, nil, nil)
		}
	case *ast.IncDecStmt:
		w.write(n.X, false, n, nil, nil)
	case *ast.RangeStmt:
		if n.Tok == token.ASSIGN {
			w.write(n.Key, false, n.Key, nil, nil)
			if n.Value != nil {
				w.write(n.Value, false, n.Value, nil, nil)
			}
		}
	case *ast.CallExpr:
		return w.call(n)
	}
	return true
}

// write notes a change of x; at and pkg name the place in a callee, via the call.
func (w *writer) write(x ast.Expr, through bool, at ast.Node, pkg *topo.Package, via ast.Node) {
	if id, ok := ast.Unparen(x).(*ast.Ident); ok && (id.Name == "_" || w.pkg.Info.Defs[id] != nil) {
		return
	}
	if id, ok := ast.Unparen(x).(*ast.Ident); ok && !through {
		if obj, ok := w.object(id).(*types.Var); ok && w.isLocal(obj) {
			return // a local variable gets another value
		}
	}
	p := w.path(x, through)
	if p.obj == nil {
		return
	}
	if pkg == nil {
		pkg = w.pkg
	}
	out := Write{p.obj, at, pkg, p.through, via}
	switch {
	case p.obj.Pkg() != nil && p.obj.Parent() == p.obj.Pkg().Scope():
		w.e.Globals = keep(w.e.Globals, out)
	case w.params[p.obj]:
		if p.through {
			w.e.Params = keep(w.e.Params, out)
		}
	case p.obj.Pos() < w.node.Pos() || p.obj.Pos() >= w.node.End():
		w.e.Outer = keep(w.e.Outer, out)
	}
}

func keep(list []Write, w Write) []Write {
	if slices.ContainsFunc(list, func(o Write) bool { return o.Var == w.Var }) {
		return list
	}
	return append(list, w)
}

// changers are functions and methods of the standard library that change their first
// argument or their receiver, by package.
var changers = map[string]func(name string, method bool) bool{
	"sort": func(name string, method bool) bool {
		return !method && slices.Contains([]string{"Ints", "Strings", "Float64s", "Slice", "SliceStable", "Sort", "Stable"}, name)
	},
	"slices": func(name string, _ bool) bool {
		return slices.Contains([]string{"Sort", "SortFunc", "SortStableFunc", "Reverse"}, name)
	},
	"maps":    func(name string, _ bool) bool { return slices.Contains([]string{"Copy", "Insert", "DeleteFunc"}, name) },
	"strings": func(name string, method bool) bool { return method && strings.HasPrefix(name, "Write") },
	"bytes":   func(name string, method bool) bool { return method && strings.HasPrefix(name, "Write") },
	"container/list": func(name string, method bool) bool {
		return method && (strings.HasPrefix(name, "Push") || name == "Remove" || name == "Init")
	},
}

// call notes what a call changes. It returns false where the arguments are not to be
// looked at: what sync.Once runs is run once.
func (w *writer) call(call *ast.CallExpr) bool {
	path, name := w.called(call)
	sel, _ := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if path == "" && (name == "delete" || name == "clear" || name == "copy") && len(call.Args) > 0 {
		w.write(call.Args[0], true, call, nil, nil)
		return true
	}
	fn := w.callee(call)
	if fn == nil || fn.Pkg() == nil {
		return true
	}
	if path == "sync" && name == "Do" {
		return false
	}
	method := fn.Signature().Recv() != nil
	if changes := changers[path]; changes != nil && changes(name, method) {
		if method && sel != nil {
			w.write(sel.X, w.isPointer(sel.X), call, nil, nil)
		} else if len(call.Args) > 0 {
			w.write(call.Args[0], true, call, nil, nil)
		}
		return true
	}
	decl, pkg := w.Decl(fn)
	if decl == nil {
		return true
	}
	e := w.Analysis.Effects(pkg, decl)
	for _, g := range e.Globals {
		g.Via = call
		w.e.Globals = keep(w.e.Globals, g)
	}
	sig := fn.Origin().Signature()
	if recv := sig.Recv(); recv != nil && sel != nil {
		if c, ok := e.Param(recv); ok {
			w.write(sel.X, w.isPointer(sel.X), c.At, c.Pkg, call)
		}
	}
	for i := range sig.Params().Len() {
		if c, ok := e.Param(sig.Params().At(i)); ok && i < len(call.Args) {
			w.write(call.Args[i], true, c.At, c.Pkg, call)
		}
	}
	return true
}

func (w *writer) isPointer(x ast.Expr) bool {
	_, ok := w.typeOf(x).(*types.Pointer)
	return ok
}

// callee is the function that a call names, nil for function values.
func (f *function) callee(call *ast.CallExpr) *types.Func {
	fun := ast.Unparen(call.Fun)
	switch x := fun.(type) {
	case *ast.IndexExpr:
		fun = ast.Unparen(x.X)
	case *ast.IndexListExpr:
		fun = ast.Unparen(x.X)
	}
	switch x := fun.(type) {
	case *ast.Ident:
		fn, _ := f.pkg.Info.Uses[x].(*types.Func)
		return fn
	case *ast.SelectorExpr:
		fn, _ := f.pkg.Info.Uses[x.Sel].(*types.Func)
		return fn
	}
	return nil
}
