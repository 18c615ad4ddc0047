package operator

import "github.com/streamgen/streamgen/internal/oracle/form"

var sessions = Operator{Name: "sessions", Weight: 1, Inputs: []form.Kind{form.Grouped},
	Type: windowed(form.SessionGrouped, "gap"),
	Go: func(l *form.Line, in []*form.Line) string {
		return in[0].ID + ".SessionsBy(dsl.Sessions(" + millis(l.Get("gap")) + ")" + grace(l) + ")"
	},
	Draw: drawCut("sessions"),
}
