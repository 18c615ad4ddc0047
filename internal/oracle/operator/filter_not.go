package operator

import (
	"github.com/streamgen/streamgen/internal/oracle/form"
)

var filterNot = Operator{Name: "filter-not", Weight: 3, Inputs: []form.Kind{form.Stream}, Type: filter.Type,
	Go: func(l *form.Line, in []*form.Line) string {
		return in[0].ID + ".FilterNot(" + goFunc(l, "pred", Predicate).Go + then(options(l)) + ")"
	},
	Draw: func(d *Drawing) bool {
		s := d.Pick(form.Stream, nil)
		if s == nil {
			return false
		}
		f, ok := d.Function(Predicate, s.Type.Key, s.Type.Val, "")
		return ok && !f.Sees() && d.Add("filter-not", []*form.Line{s}, "pred", f.Name, "name", d.Maybe("drop")) != nil
	},
}
