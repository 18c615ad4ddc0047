package operator

import (
	"github.com/streamgen/streamgen/internal/oracle/form"
)

var reduce = Operator{Name: "reduce", Weight: 4, Inputs: []form.Kind{Any},
	Type: func(l *form.Line, in []*form.Line) (form.Type, error) {
		if _, err := function(l, "fn", Reducer, in[0].Type.Key, in[0].Type.Val, ""); err != nil {
			return form.Type{}, err
		}
		return folded(l, in[0], in[0].Type.Val)
	},
	Go: func(l *form.Line, in []*form.Line) string {
		return in[0].ID + ".Reduce(" + goFunc(l, "fn", Reducer).Go + ", " + codec(l.Type.Val) + then(options(l)) + ")"
	},
	Draw: func(d *Drawing) bool { return drawFold(d, drawGrouped(d), "reduce", Reducer) },
}

// drawFold adds a table over a group; false without one.
func drawFold(d *Drawing, g *form.Line, op string, role Role) bool {
	if g == nil {
		return false
	}
	f, ok := d.Function(role, g.Type.Key, g.Type.Val, "")
	return ok && d.Add(op, []*form.Line{g}, table(d, g, "fn", f.Name)...) != nil
}
