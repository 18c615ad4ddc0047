package operator

import (
	"github.com/streamgen/streamgen/internal/oracle/form"
)

var flatMapValues = Operator{Name: "flat-map-values", Weight: 3, Inputs: []form.Kind{form.Stream},
	Type: func(l *form.Line, in []*form.Line) (form.Type, error) {
		f, err := function(l, "fn", Values, in[0].Type.Key, in[0].Type.Val, "")
		t := in[0].Type
		t.Val, t.Coded = f.OutVal, false
		return t, err
	},
	Go: func(l *form.Line, in []*form.Line) string {
		return in[0].ID + ".FlatMapValues(" + goFunc(l, "fn", Values).Go + then(options(l)) + ")"
	},
	Draw: func(d *Drawing) bool { return drawOver(d, "flat-map-values", "fn", Values, "fan") },
}
