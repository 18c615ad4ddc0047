package operator

import (
	"github.com/streamgen/streamgen/internal/oracle/form"
)

var leftJoinGlobal = Operator{Name: "left-join-global", Weight: 2, Inputs: []form.Kind{form.Stream, form.Global},
	Type: func(l *form.Line, in []*form.Line) (form.Type, error) { return joinedGlobal(l, in, LeftJoiner) },
	Go: func(l *form.Line, in []*form.Line) string {
		return in[0].ID + ".LeftJoinGlobal(" + in[1].ID + ", " + goFunc(l, "key", Key).Go + ", " + goFunc(l, "join", LeftJoiner).Go + then(options(l)) + ")"
	},
	Draw: func(d *Drawing) bool { return drawJoinGlobal(d, "left-join-global", LeftJoiner) },
}
