package operator

import (
	"github.com/streamgen/streamgen/internal/oracle/form"
)

var mapValues = Operator{Name: "map-values", Weight: 6, Inputs: []form.Kind{form.Stream},
	Type: func(l *form.Line, in []*form.Line) (form.Type, error) {
		f, err := function(l, "fn", Value, in[0].Type.Key, in[0].Type.Val, "")
		t := in[0].Type
		t.Val, t.Coded = f.OutVal, l.Get("codecs") == "given"
		return t, err
	},
	Go: func(l *form.Line, in []*form.Line) string {
		f := goFunc(l, "fn", Value)
		return in[0].ID + "." + method("MapValues", f) + "(" + f.Go + then(options(l, recoded(l)...)) + ")"
	},
	Draw: func(d *Drawing) bool {
		return drawOver(d, "map-values", "fn", Value, "value", "codecs", d.One("", "given"))
	},
}
