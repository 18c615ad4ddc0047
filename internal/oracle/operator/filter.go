package operator

import (
	"github.com/streamgen/streamgen/internal/oracle/form"
)

var filter = Operator{Name: "filter", Weight: 6, Inputs: []form.Kind{form.Stream},
	Type: func(l *form.Line, in []*form.Line) (form.Type, error) {
		_, err := function(l, "pred", Predicate, in[0].Type.Key, in[0].Type.Val, "")
		return in[0].Type, err
	},
	Go: func(l *form.Line, in []*form.Line) string {
		f := goFunc(l, "pred", Predicate)
		return in[0].ID + "." + method("Filter", f) + "(" + f.Go + then(options(l)) + ")"
	},
	Draw: func(d *Drawing) bool { return drawOver(d, "filter", "pred", Predicate, "keep") },
}

// drawOver adds a line over a random stream with a function that fits.
func drawOver(d *Drawing, op, option string, role Role, name string, more ...string) bool {
	s := d.Pick(form.Stream, nil)
	if s == nil {
		return false
	}
	f, ok := d.Function(role, s.Type.Key, s.Type.Val, "")
	return ok && d.Add(op, []*form.Line{s}, append([]string{option, f.Name, "name", d.Maybe(name)}, more...)...) != nil
}
