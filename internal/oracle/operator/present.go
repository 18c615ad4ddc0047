package operator

import (
	"github.com/streamgen/streamgen/internal/oracle/form"
)

var present = Operator{Name: "present", Weight: 1, Inputs: []form.Kind{form.Stream},
	Type: func(_ *form.Line, in []*form.Line) (form.Type, error) { return in[0].Type, nil },
	Go:   func(_ *form.Line, in []*form.Line) string { return in[0].ID + ".Present()" },
	Draw: func(d *Drawing) bool { return drawAfter(d, "present") },
}

// drawAfter adds a line without options over a random stream.
func drawAfter(d *Drawing, op string) bool {
	s := d.Pick(form.Stream, nil)
	return s != nil && d.Add(op, []*form.Line{s}) != nil
}
