package operator

import "github.com/streamgen/streamgen/internal/oracle/form"

var tableMapValues = Operator{Name: "table-map-values", Weight: 3, Inputs: []form.Kind{form.Table},
	Type: func(l *form.Line, in []*form.Line) (form.Type, error) {
		f, err := function(l, "fn", Value, in[0].Type.Key, in[0].Type.Val, "")
		t := in[0].Type
		t.Val, t.Bare = f.OutVal, t.Bare && l.Get("store") == ""
		return t, plain(l, f, err)
	},
	Go: func(l *form.Line, in []*form.Line) string {
		return in[0].ID + ".MapValues(" + goFunc(l, "fn", Value).Go + ownStore(l) + ")"
	},
	Draw: func(d *Drawing) bool { return drawOverTable(d, "table-map-values", "fn", Value) },
}
