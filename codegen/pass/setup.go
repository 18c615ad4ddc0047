package pass

import (
	"go/ast"
	"go/token"
	"slices"

	"github.com/streamgen/streamgen/codegen/plan"
	"github.com/streamgen/streamgen/codegen/topo"
)

// setup is a field that the constructor computes for something else than a value: the
// receiver of a method value, a function value, a codec, a window specification.
type setup struct {
	name, expr string
	pos        token.Pos
	after      int // index of the last value that expr uses, -1 without
}

// field adds a field to the app that the constructor computes from a piece of syntax.
func (l *lowering) field(t *topology, name, typ, expr string, s *topo.Syntax) string {
	name = t.app.unique(name)
	f := setup{name: name, expr: expr, pos: token.NoPos, after: -1}
	if s != nil {
		f.pos, f.after = s.Node.Pos(), t.lastValue(s.Captures)
	}
	t.plan.Fields = append(t.plan.Fields, plan.Field{Name: name, Type: typ})
	t.setup = append(t.setup, f)
	return name
}

// lastValue is the index of the last value that captures need, -1 when they need none.
func (t *topology) lastValue(captures []topo.Capture) int {
	last := -1
	for _, c := range captures {
		switch {
		case c.Kind == topo.RefValue && !isConst(c):
			last = max(last, c.Index)
		case c.Kind == topo.RefFunc:
			last = max(last, t.lastValue(c.Func.Captures))
		}
	}
	return last
}

// lowerSetup writes the constructor's computations in the order in which the topology
// function makes them. Values stand in that order; a field joins them by its place in the
// topology function. Of a field in a helper, whose place says nothing about the call, it
// is known only that it follows the values which it uses.
func (l *lowering) lowerSetup() {
	for _, t := range l.topos {
		needed := t.neededBy()
		before := make([][]plan.Assign, len(t.Values)+1) // what is computed before each value
		first := 0
		for _, f := range t.setup { // in the order of their needs among themselves
			at := f.after + 1
			if t.inside(f.pos) {
				for at < len(t.Values) && (!t.inside(t.Values[at].Pos) || t.Values[at].Pos < f.pos) {
					at++
				}
			}
			if n, ok := needed[f.name]; ok {
				at = min(at, n)
			}
			before[at] = append(before[at], plan.Assign{Names: []string{f.name}, Expr: f.expr})
		}
		for i := 0; i < len(t.Values); i += max(t.Values[i].Tuple, 1) {
			for ; first <= i; first++ {
				t.plan.Setup = append(t.plan.Setup, before[first]...)
			}
			l.computeValue(t, i)
		}
		for ; first < len(before); first++ {
			t.plan.Setup = append(t.plan.Setup, before[first]...)
		}
		l.doc(t)
	}
	for name := range l.scope {
		l.plan.Taken[name] = true
	}
	for _, name := range plan.Locals {
		l.plan.Taken[name] = l.prog.Types.Scope().Lookup(name) != nil
	}
}

// inside reports whether a position is in the topology function itself.
func (t *topology) inside(p token.Pos) bool { return t.Decl.Pos() <= p && p < t.Decl.End() }

// neededBy is the first value that uses each of the fields of setup.
func (t *topology) neededBy() map[string]int {
	out := map[string]int{}
	var need func(captures []topo.Capture, value int)
	need = func(captures []topo.Capture, value int) {
		for _, c := range captures {
			if c.Kind != topo.RefFunc {
				continue
			}
			if p := t.funcs[c.Func]; p != nil && p.Field != "" {
				if _, ok := out[p.Field]; !ok {
					out[p.Field] = value
				}
			}
			need(c.Func.Captures, value)
		}
	}
	for i, v := range t.Values {
		if t.values[i] != "" {
			need(v.Expr.Captures, i)
		}
	}
	return out
}

// computeValue writes the computation of a value, or of all results of one call. The zero
// value of a variable declared without one is what its field holds already.
func (l *lowering) computeValue(t *topology, i int) {
	v := t.Values[i]
	if id, ok := v.Expr.Node.(*ast.Ident); ok && v.Expr.Pkg.Info.Defs[id] != nil {
		return
	}
	fields := t.values[i:min(i+max(v.Tuple, 1), len(t.values))]
	if !slices.ContainsFunc(fields, func(name string) bool { return name != "" }) {
		return
	}
	names := slices.Clone(fields)
	for j := range names {
		if names[j] == "" {
			names[j] = "_"
		}
	}
	t.plan.Setup = append(t.plan.Setup, plan.Assign{Names: names, Expr: l.expr(t, v.Expr)})
}
