// Package purity reads the functions that operators call for each record and says what
// they depend on beside the record, and what they change beside their result. It follows
// calls into the loaded packages. What it cannot see (methods of interfaces, code of other
// modules) it takes to be innocent: a false alarm costs more than a miss.
package purity

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/streamgen/streamgen/codegen/topo"
)

// Analysis reads functions. It belongs to one goroutine.
type Analysis struct {
	// Decl finds the source of a function; nil when it is not among the loaded packages.
	Decl    func(*types.Func) (*ast.FuncDecl, *topo.Package)
	effects map[ast.Node]*Effects
	marks   map[*topo.Package]marks
	calm    map[ast.Node]bool // functions that NoPanic has looked at
}

// Kind classifies a dependency.
type Kind string

// The kinds of dependencies.
const (
	Call      Kind = "call"      // of something that answers differently each time
	MapOrder  Kind = "map-order" // the order of a map's iteration reaches the result
	Channel   Kind = "channel"   // what arrives on a channel is decided elsewhere
	Goroutine Kind = "goroutine" // started and not waited for
)

// Dependency is something that a function's result depends on beside its record.
type Dependency struct {
	Kind   Kind
	At     ast.Node
	Text   string   // what is wrong, as a sentence without its end
	Advice string   // what to do
	Via    ast.Node // the call in the operator's function that leads here; nil in itself
}

// function is the code of one function while it is looked at.
type function struct {
	*Analysis
	pkg  *topo.Package
	node ast.Node // *ast.FuncLit or *ast.FuncDecl
	body *ast.BlockStmt
}

func (a *Analysis) function(pkg *topo.Package, node ast.Node) *function {
	f := &function{Analysis: a, pkg: pkg, node: node}
	switch n := node.(type) {
	case *ast.FuncLit:
		f.body = n.Body
	case *ast.FuncDecl:
		f.body = n.Body
	}
	return f
}

// Dependencies lists what fn, an *ast.FuncLit or *ast.FuncDecl of pkg, depends on, and what
// the functions of the loaded packages do that it calls. Acknowledged ones are left out.
func (a *Analysis) Dependencies(pkg *topo.Package, fn ast.Node) []Dependency {
	w := walk{Analysis: a, seen: map[ast.Node]bool{}}
	w.function(a.function(pkg, fn), nil)
	return w.out
}

// walk goes through a function and what it calls, each once.
type walk struct {
	*Analysis
	seen map[ast.Node]bool
	out  []Dependency
}

func (w *walk) function(f *function, via ast.Node) {
	if f.body == nil || w.seen[f.node] || w.acknowledged(f.pkg, f.node) {
		return
	}
	w.seen[f.node] = true
	report := func(kind Kind, at ast.Node, text, advice string) {
		if !w.acknowledged(f.pkg, at) {
			w.out = append(w.out, Dependency{kind, at, text, advice, via})
		}
	}
	var above []ast.Node
	ast.Inspect(f.body, func(n ast.Node) bool {
		if n == nil {
			above = above[:len(above)-1]
			return true
		}
		if lit, ok := n.(*ast.FuncLit); ok && w.acknowledged(f.pkg, lit) {
			return false
		}
		above = append(above, n)
		switch n := n.(type) {
		case *ast.GoStmt:
			if !f.waits() {
				report(Goroutine, n, "an operator's function starts a goroutine",
					"the record counts as processed when the function returns: work that goes on is lost in a crash and races with the task; do it in place, or send it to a topic with To")
			}
		case *ast.UnaryExpr:
			if n.Op == token.ARROW && f.foreign(n.X) {
				report(Channel, n, "receiving from "+types.ExprString(n.X)+" gives another result when a record is processed again", adviceChannel)
			}
		case *ast.RangeStmt:
			f.rangeOver(n, above, report)
		case *ast.CallExpr:
			f.collected(n, above, report)
			f.counted(n, above, report)
		case *ast.Ident:
			w.use(f, n, above, via, report)
		}
		return true
	})
}

const adviceChannel = "what arrives there, and when, is decided by other goroutines; read it as a topic of its own and join it"

type reporter func(kind Kind, at ast.Node, text, advice string)

// use looks at a name: one that answers differently each time, or a function to follow.
func (w *walk) use(f *function, id *ast.Ident, above []ast.Node, via ast.Node, report reporter) {
	obj := f.pkg.Info.Uses[id]
	if obj == nil || obj.Pkg() == nil {
		return
	}
	if advice := nonDeterministic(obj); advice != "" {
		if f.answers(obj, id, above) {
			report(Call, id, objName(obj)+" gives another result when a record is processed again", advice)
		}
		return
	}
	fn, ok := obj.(*types.Func)
	if !ok {
		return
	}
	if decl, pkg := w.Decl(fn); decl != nil {
		if via == nil {
			via = id
		}
		w.function(w.Analysis.function(pkg, decl), via)
	}
}

// objName is package.name, or (package.Type).name of a method.
func objName(obj types.Object) string {
	if fn, ok := obj.(*types.Func); ok {
		if recv := fn.Signature().Recv(); recv != nil {
			t := recv.Type()
			if p, ok := t.(*types.Pointer); ok {
				t = p.Elem()
			}
			return types.TypeString(t, func(p *types.Package) string { return p.Name() }) + "." + fn.Name()
		}
	}
	return obj.Pkg().Name() + "." + obj.Name()
}

// waits reports whether the function waits for goroutines: it calls Wait, or receives from
// a channel of its own. Work that is over when the function returns is nobody's business.
func (f *function) waits() bool {
	found := false
	ast.Inspect(f.body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if fn, ok := f.pkg.Info.Uses[n.Sel].(*types.Func); ok && fn.Name() == "Wait" && fn.Signature().Recv() != nil {
				found = true
			}
		case *ast.UnaryExpr:
			found = found || n.Op == token.ARROW && !f.foreign(n.X)
		case *ast.RangeStmt:
			if _, ok := f.pkg.Info.TypeOf(n.X).Underlying().(*types.Chan); ok && !f.foreign(n.X) {
				found = true
			}
		}
		return !found
	})
	return found
}

// foreign reports whether a value does not come from the function's own code: it is, or is
// reached through, a variable declared outside of it or a parameter.
func (f *function) foreign(x ast.Expr) bool {
	p := f.path(x, false)
	return p.obj != nil
}

// typeOf is the type of an expression, nil where the checker gave up.
func (f *function) typeOf(x ast.Expr) types.Type {
	if t := f.pkg.Info.TypeOf(x); t != nil && t != types.Typ[types.Invalid] {
		return t.Underlying()
	}
	return nil
}
