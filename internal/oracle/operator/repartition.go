package operator

import (
	"github.com/streamgen/streamgen/internal/oracle/form"
)

var repartition = Operator{Name: "repartition", Weight: 2, Inputs: []form.Kind{form.Stream},
	Type: func(l *form.Line, in []*form.Line) (form.Type, error) {
		t := in[0].Type
		t.Rekeyed, t.Coded = false, false // two of one record would meet at one time in a join (S13)
		return t, nil
	},
	Go: func(l *form.Line, in []*form.Line) string {
		return in[0].ID + ".Repartition(" + options(l, recode(l)) + ")"
	},
	Draw: func(d *Drawing) bool {
		s := d.Pick(form.Stream, PlainKey)
		return s != nil && d.Add("repartition", []*form.Line{s}, "name", d.Name("through")) != nil
	},
}
