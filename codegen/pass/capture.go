package pass

import (
	"go/types"
	"strings"

	"github.com/streamgen/streamgen/codegen/plan"
	"github.com/streamgen/streamgen/codegen/topo"
)

// lowerCaptures names the constructor's parameters; fields follow when something uses them. A parameter must not hide
// the app's type, and packages step aside for it: it keeps its name, which callers read.
func (l *lowering) lowerCaptures() {
	for _, t := range l.topos {
		local := newNames(l.prog.Types.Scope().Names()...)
		t.appVar = local.unique("d")
		t.plan.AppVar = t.appVar
		local.unique("t")
		local[t.plan.App] = true
		for _, p := range t.Params {
			name := p.Name
			if name == "" || name == "_" {
				name = "arg"
			}
			name = local.unique(name)
			l.plan.Foreign[name] = true
			t.params = append(t.params, name)
			t.plan.Params = append(t.plan.Params, plan.Param{Name: name, Type: l.typeText(p.Type)})
		}
		t.plan.Builder = local.unique("b")
		t.fields = make([]string, len(t.Params))
		t.values = make([]string, len(t.Values))
	}
}

// param returns the app's field for a parameter.
func (l *lowering) param(t *topology, i int) string {
	if t.fields[i] == "" {
		t.fields[i] = t.app.unique(t.params[i])
		t.plan.Fields = append(t.plan.Fields, plan.Field{Name: t.fields[i], Type: t.plan.Params[i].Type, Init: t.params[i]})
	}
	return t.fields[i]
}

// value returns the app's field for a value, which the constructor then computes.
func (l *lowering) value(t *topology, i int) string {
	if t.values[i] != "" {
		return t.values[i]
	}
	v := t.Values[i]
	name := v.Name
	if name == "" || name == "_" {
		name = "value"
	}
	t.values[i] = t.app.unique(name)
	t.plan.Fields = append(t.plan.Fields, plan.Field{Name: t.values[i], Type: l.typeText(v.Type)})
	for _, c := range v.Expr.Captures {
		l.use(t, c)
	}
	return t.values[i]
}

// use makes sure that what a capture refers to will exist.
func (l *lowering) use(t *topology, c topo.Capture) {
	switch c.Kind {
	case topo.RefValue:
		if !isConst(c) {
			l.value(t, c.Index)
		}
	case topo.RefFunc:
		l.function(t, c.Func, "function")
	}
}

// isConst reports whether a capture is a constant, which is written in place (constText).
func isConst(c topo.Capture) bool {
	_, ok := c.Obj.(*types.Const)
	return ok
}

// reference is the text for a captured name. Inside the constructor parameters are local;
// elsewhere app is the expression for the app and task the one for the task.
func (l *lowering) reference(t *topology, c topo.Capture, app, task string, constructor bool) string {
	switch c.Kind {
	case topo.RefParam:
		if constructor {
			return t.params[c.Index]
		}
		return app + "." + l.param(t, c.Index)
	case topo.RefValue:
		return app + "." + l.value(t, c.Index)
	case topo.RefStore:
		if field := t.handles[c.Index]; field != "" {
			return app + "." + field
		}
		return task + "." + t.task.handle(c.Index)
	case topo.RefReadOnly:
		if t.task == nil {
			return app + "." + t.readers[c.Index]
		}
		return task + "." + t.task.readers[c.Index]
	default: // topo.RefFunc
		f := l.function(t, c.Func, "function")
		return scoped(f.Scope, f.Name, app, task)
	}
}

func scoped(s plan.Scope, name, app, task string) string {
	switch s {
	case plan.App:
		return app + "." + name
	case plan.OfTask:
		return task + "." + name
	}
	return name
}

// expr is the text of an expression that the constructor computes.
func (l *lowering) expr(t *topology, s *topo.Syntax) string {
	return l.print(s, s.Node, func(c topo.Capture) string { return l.reference(t, c, t.appVar, "t", true) })
}

// doc writes the constructor's comment.
func (l *lowering) doc(t *topology) {
	var reads, writes, stores, repartitions []string
	for _, g := range t.plan.Globals {
		reads = append(reads, g.Label+" (global)")
		if g.Processor != nil {
			stores = append(stores, g.Store+" (global)")
		}
	}
	for _, k := range t.plan.Tasks {
		for _, s := range k.Sources {
			if s.Repartition {
				repartitions = append(repartitions, s.Label)
			} else {
				reads = append(reads, s.Label)
			}
		}
		for _, s := range k.Sinks {
			switch {
			case s.Routed:
				writes = append(writes, "topics that records choose")
			case s.DeadLetter:
				writes = append(writes, s.Label+" (dead letters)")
			case !s.Repartition:
				writes = append(writes, s.Label)
			}
		}
		for _, s := range k.Stores {
			stores = append(stores, s.Name)
		}
	}
	add := func(head string, list []string) {
		if len(list) > 0 {
			t.plan.Doc = append(t.plan.Doc, head+": "+strings.Join(list, ", ")+".")
		}
	}
	add("Reads", reads)
	add("Writes", writes)
	add("Stores", stores)
	add("Repartition topics", repartitions)
}
