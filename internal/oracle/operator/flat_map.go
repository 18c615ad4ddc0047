package operator

import (
	"github.com/streamgen/streamgen/internal/oracle/form"
)

var flatMap = Operator{Name: "flat-map", Weight: 4, Inputs: []form.Kind{form.Stream},
	Type: func(l *form.Line, in []*form.Line) (form.Type, error) { return paired(l, in[0], Pairs) },
	Go: func(l *form.Line, in []*form.Line) string {
		return in[0].ID + ".FlatMap(" + goFunc(l, "fn", Pairs).Go + then(options(l, recode(l))) + ")"
	},
	Draw: func(d *Drawing) bool { return drawOver(d, "flat-map", "fn", Pairs, "fan") },
}
