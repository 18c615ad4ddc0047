package operator

import "github.com/streamgen/streamgen/internal/oracle/form"

var hopping = Operator{Name: "hopping", Weight: 1, Inputs: []form.Kind{form.Grouped},
	Type: windowed(form.WindowedGrouped, "size"),
	Go: func(l *form.Line, in []*form.Line) string {
		return in[0].ID + ".WindowedBy(dsl.Hopping(" + millis(l.Get("size")) + ", " + millis(l.Get("advance")) + ")" + grace(l) + ")"
	},
	Draw: drawCut("hopping"),
}
