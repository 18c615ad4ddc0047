package operator

import (
	"github.com/streamgen/streamgen/internal/oracle/form"
)

var aggregate = Operator{Name: "aggregate", Weight: 4, Inputs: []form.Kind{Any},
	Type: func(l *form.Line, in []*form.Line) (form.Type, error) {
		f, err := function(l, "fn", Aggregator, in[0].Type.Key, in[0].Type.Val, "")
		if err != nil {
			return form.Type{}, err
		}
		return folded(l, in[0], f.OutVal)
	},
	Go: func(l *form.Line, in []*form.Line) string {
		f := goFunc(l, "fn", Aggregator)
		if in[0].Type.Kind == form.SessionGrouped {
			f.Go += ", " + f.Merge
		}
		return in[0].ID + ".Aggregate(" + f.Go + ", " + codec(l.Type.Val) + then(options(l)) + ")"
	},
	Draw: func(d *Drawing) bool { return drawFold(d, drawGrouped(d), "aggregate", Aggregator) },
}
