package operator

import (
	"errors"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

var tableMapValues = Operator{Name: "table-map-values", Weight: 3, Inputs: []form.Kind{Any},
	Type: func(l *form.Line, in []*form.Line) (form.Type, error) {
		f, err := overTable(l, in[0], "fn", Value)
		t := in[0].Type
		t.Val, t.Bare = f.OutVal, t.Bare && l.Get("store") == ""
		return t, errors.Join(tabular(l, in[0]), err)
	},
	Go: func(l *form.Line, in []*form.Line) string {
		return in[0].ID + ".MapValues(" + goOverTable(l, in[0], "fn", Value) + ownStore(l) + ")"
	},
	Draw: func(d *Drawing) bool { return drawOverTable(d, "table-map-values", "fn", Value) },
}
