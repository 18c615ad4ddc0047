package pass

import (
	"go/ast"
	"go/types"
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
		p.Windowed = f.Obj.Name() == "WindowedKey" && f.Obj.Pkg() != nil && strings.HasSuffix(f.Obj.Pkg().Path(), "streamgen/dsl")
	case topo.Method:
		recv := l.field(t, hint+"Receiver", l.typeText(l.typeOf(&f.Syntax, f.Node)), l.expr(t, &f.Syntax))
		p = &plan.Func{Scope: plan.App, Name: recv + "." + f.Obj.Name()}
	case topo.Express:
		p = &plan.Func{Name: "(" + l.typeText(f.Recv) + ")." + f.Obj.Name()}
	default:
		p = &plan.Func{Scope: plan.App, Name: l.field(t, first(f.Name, hint), l.typeText(f.Sig), l.expr(t, &f.Syntax))}
	}
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

func (l *lowering) typeOf(s *topo.Syntax, n ast.Node) types.Type {
	if e, ok := n.(ast.Expr); ok {
		if t := s.Pkg.Info.TypeOf(e); t != nil {
			return t
		}
	}
	return types.Typ[types.Invalid]
}

// hoist turns a literal into a function of the package, or into a method of the app or
// the task when it captures something of theirs.
func (l *lowering) hoist(t *topology, f *topo.Func, hint string) *plan.Func {
	lit := f.Node.(*ast.FuncLit)
	if f.Types == nil && f.Kind == topo.Literal {
		if p := t.lits[lit]; p != nil {
			return p
		}
	}
	scope := plan.Package
	for _, c := range f.Captures {
		switch c.Kind {
		case topo.RefStore:
			scope = plan.OfTask
		case topo.RefFunc:
			scope = widest(scope, l.function(t, c.Func, "function").Scope)
		case topo.RefCodec:
			scope = widest(scope, l.codec(t, c.Codec).Scope)
		case topo.RefValue:
			v := t.Values[c.Index]
			if v.Const != nil {
				if _, ok := l.constText(v.Const, v.Type); ok {
					continue
				}
			}
			scope = widest(scope, plan.App)
		default:
			scope = widest(scope, plan.App)
		}
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
	if f.Types == nil {
		t.lits[lit] = p
	}
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
