package pass

import (
	"strings"

	"github.com/streamgen/streamgen/codegen/plan"
	"github.com/streamgen/streamgen/codegen/topo"
)

// lowerCaptures names the constructor's parameters; fields follow when something uses them.
func (l *lowering) lowerCaptures() {
	for _, t := range l.topos {
		local := newNames(l.prog.Types.Scope().Names()...)
		t.appVar = local.unique("d")
		t.plan.AppVar = t.appVar
		local.unique("t")
		for _, p := range t.Params {
			name := p.Name
			if name == "" || name == "_" {
				name = "arg"
			}
			name = local.unique(name)
			t.params = append(t.params, name)
			t.plan.Params = append(t.plan.Params, plan.Param{Name: name, Type: l.typeText(p.Type)})
		}
		t.plan.Builder = local.unique("b")
		t.paramUse = make([]bool, len(t.Params))
		t.values = make([]string, len(t.Values))
	}
}

// param returns the app's field for a parameter.
func (l *lowering) param(t *topology, i int) string {
	if !t.paramUse[i] {
		t.paramUse[i] = true
		name := t.app.unique(t.params[i])
		t.plan.Fields = append(t.plan.Fields, plan.Field{Name: name, Type: t.plan.Params[i].Type, Init: t.params[i]})
		t.lits[paramField(i)] = &plan.Func{Name: name}
	}
	return t.lits[paramField(i)].Name
}

type paramField int

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
		l.use(t, c.Ref)
	}
	return t.values[i]
}

// use makes sure that what a capture refers to will exist.
func (l *lowering) use(t *topology, r topo.Ref) {
	switch r.Kind {
	case topo.RefValue:
		l.value(t, r.Index)
	case topo.RefFunc:
		l.function(t, r.Func, "function")
	case topo.RefCodec:
		l.codec(t, r.Codec)
	}
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
		v := t.Values[c.Index]
		if v.Const != nil {
			if text, ok := l.constText(v.Const, v.Type); ok {
				return text
			}
		}
		return app + "." + l.value(t, c.Index)
	case topo.RefStore:
		return task + "." + t.task.handle(c.Index)
	case topo.RefFunc:
		f := l.function(t, c.Func, "function")
		return scoped(f.Scope, f.Name, app, task)
	default:
		k := l.codec(t, c.Codec)
		return scoped(k.Scope, k.Value, app, task)
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

// field adds a field to the app that the constructor sets.
func (l *lowering) field(t *topology, name, typ, init string) string {
	name = t.app.unique(name)
	t.plan.Fields = append(t.plan.Fields, plan.Field{Name: name, Type: typ})
	t.plan.Setup = append(t.plan.Setup, plan.Assign{Names: []string{name}, Expr: init})
	return name
}

// lowerSetup puts the computation of the values before all else that is set up: whatever
// it is, it uses values only.
func (l *lowering) lowerSetup() {
	for _, t := range l.topos {
		var setup []plan.Assign
		for i := 0; i < len(t.Values); i++ {
			v := t.Values[i]
			n := max(v.Tuple, 1)
			used := false
			var fields []string
			for j := i; j < i+n && j < len(t.Values); j++ {
				name := "_"
				if t.values[j] != "" {
					name, used = t.values[j], true
				}
				fields = append(fields, name)
			}
			i += n - 1
			if used {
				setup = append(setup, plan.Assign{Names: fields, Expr: l.expr(t, v.Expr)})
			}
		}
		t.plan.Setup = append(setup, t.plan.Setup...)
		l.doc(t)
	}
	for name := range l.scope {
		l.plan.Taken[name] = true
	}
	for _, name := range plan.Locals {
		l.plan.Taken[name] = l.prog.Types.Scope().Lookup(name) != nil
	}
}

// doc writes the constructor's comment.
func (l *lowering) doc(t *topology) {
	var reads, writes, stores, repartitions []string
	for _, g := range t.plan.Globals {
		reads = append(reads, g.Store+" (global)")
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
