package pass

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/streamgen/streamgen/codegen/plan"
	"github.com/streamgen/streamgen/codegen/topo"
)

// function makes a function callable from generated code: literals are hoisted, named ones
// called as they are, values computed once. hint names a literal without a name.
func (l *lowering) function(t *topology, f *topo.Func, hint string) *plan.Func {
	if f == nil {
		return nil
	}
	if p := t.funcs[f]; p != nil {
		return p
	}
	var p *plan.Func
	switch f.Kind {
	case topo.Literal:
		p = l.hoist(t, f, hint)
	case topo.Named:
		name := l.qualified(f.Obj.Pkg(), f.Obj.Name())
		p = &plan.Func{Name: name + l.typeArgs(f.TypeArgs)}
		p.Windowed = (f.Obj.Name() == "WindowedKey" || f.Obj.Name() == "SessionKey") && f.Obj.Pkg() != nil && strings.HasSuffix(f.Obj.Pkg().Path(), "streamgen/dsl")
	case topo.Method:
		recv := l.field(t, hint+"Receiver", l.typeText(f.Recv), l.expr(t, &f.Syntax), &f.Syntax)
		p = &plan.Func{Scope: plan.App, Name: recv + "." + f.Obj.Name(), Field: recv}
	case topo.Express:
		p = &plan.Func{Name: "(" + l.typeText(f.Recv) + ")." + f.Obj.Name()}
	default:
		name := l.field(t, first(f.Name, hint), l.typeText(f.Sig), l.expr(t, &f.Syntax), &f.Syntax)
		p = &plan.Func{Scope: plan.App, Name: name, Field: name}
	}
	p.NoPanic = f.NoPanic
	t.funcs[f] = p
	return p
}

func first(a, b string) string {
	if a != "" && a != "_" {
		return a
	}
	return b
}

func (l *lowering) typeArgs(args []types.Type) string {
	if len(args) == 0 {
		return ""
	}
	var list []string
	for _, a := range args {
		list = append(list, l.typeText(a))
	}
	return "[" + strings.Join(list, ", ") + "]"
}

// literalKey tells the uses of a literal apart: a helper that is called twice gives its
// literals other captures, and in generic code other types.
type literalKey struct {
	lit   *ast.FuncLit
	frame string
}

func (l *lowering) literalKey(t *topology, f *topo.Func, scope plan.Scope) literalKey {
	var b strings.Builder
	if scope == plan.OfTask {
		fmt.Fprintf(&b, "task %d", t.task.sub.ID)
	}
	for _, c := range f.Captures {
		switch c.Kind {
		case topo.RefFunc:
			fmt.Fprintf(&b, " %s %p", c.Kind, l.function(t, c.Func, "function"))
		default:
			if !isConst(c) {
				fmt.Fprintf(&b, " %s %d", c.Kind, c.Index)
			}
		}
	}
	var types []string
	for p, a := range f.Types {
		types = append(types, fmt.Sprintf(" %s%d=%s", p.Obj().Name(), p.Index(), l.typeText(a)))
	}
	slices.Sort(types)
	return literalKey{f.Node.(*ast.FuncLit), b.String() + strings.Join(types, "")}
}

// hoist turns a literal into a function of the package, or into a method of the app or
// the task when it captures something of theirs.
func (l *lowering) hoist(t *topology, f *topo.Func, hint string) *plan.Func {
	lit := f.Node.(*ast.FuncLit)
	scope := plan.Package
	for _, c := range f.Captures {
		switch c.Kind {
		case topo.RefStore:
			own := plan.OfTask
			if t.handles[c.Index] != "" {
				own = plan.App
			}
			scope = widest(scope, own)
		case topo.RefReadOnly:
			own := plan.OfTask
			if t.task == nil { // the processor of a global store
				own = plan.App
			}
			scope = widest(scope, own)
		case topo.RefFunc:
			scope = widest(scope, l.function(t, c.Func, "function").Scope)
		case topo.RefValue:
			if !isConst(c) {
				scope = widest(scope, plan.App)
			}
		default:
			scope = widest(scope, plan.App)
		}
	}
	key := l.literalKey(t, f, scope)
	if p := t.lits[key]; p != nil {
		return p
	}
	own := locals(&f.Syntax, lit)
	for name := range own {
		l.plan.Foreign[name] = true
	}
	receiver := ""
	if scope != plan.Package {
		free := newNames(l.prog.Types.Scope().Names()...)
		for name := range own {
			free[name] = true
		}
		receiver = free.unique(map[plan.Scope]string{plan.App: "d", plan.OfTask: "t"}[scope])
	}
	app := receiver
	if scope == plan.OfTask {
		app = receiver + ".app"
	}
	text := l.print(&f.Syntax, lit, func(c topo.Capture) string { return l.reference(t, c, app, receiver, false) })
	h := &plan.Function{Scope: scope, Receiver: receiver, Node: hint, Text: strings.TrimPrefix(text, "func")}
	switch scope {
	case plan.Package:
		h.Name = l.scope.unique(first(f.Name, t.plan.App+title(hint)))
		t.plan.Functions = append(t.plan.Functions, h)
	case plan.App:
		h.Name = t.app.unique(first(f.Name, hint))
		t.plan.Functions = append(t.plan.Functions, h)
	default:
		h.Name = t.task.names.unique(first(f.Name, hint))
		t.task.plan.Functions = append(t.task.plan.Functions, h)
	}
	p := &plan.Func{Scope: scope, Name: h.Name}
	t.lits[key] = p
	return p
}

func widest(a, b plan.Scope) plan.Scope {
	if a == plan.OfTask || b == plan.OfTask {
		return plan.OfTask
	}
	if a == plan.App || b == plan.App {
		return plan.App
	}
	return plan.Package
}
