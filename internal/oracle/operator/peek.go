package operator

import (
	"github.com/streamgen/streamgen/internal/oracle/form"
)

var peek = Operator{Name: "peek", Weight: 1, Inputs: []form.Kind{form.Stream},
	Type: func(_ *form.Line, in []*form.Line) (form.Type, error) { return in[0].Type, nil },
	Go: func(_ *form.Line, in []*form.Line) string {
		t := in[0].Type
		return in[0].ID + ".Peek(func(" + goType(t.Key) + ", " + goType(t.Val) + ") {})"
	},
	Draw: func(d *Drawing) bool { return drawAfter(d, "peek") },
}
