package operator

import (
	"github.com/streamgen/streamgen/internal/oracle/form"
)

var groupByKey = Operator{Name: "group-by-key", Inputs: []form.Kind{form.Stream},
	Type: func(_ *form.Line, in []*form.Line) (form.Type, error) {
		return form.Type{Kind: form.Grouped, Key: in[0].Type.Key, Val: in[0].Type.Val, Rekeyed: in[0].Type.Rekeyed}, nil
	},
	Go: func(l *form.Line, in []*form.Line) string {
		return in[0].ID + ".GroupByKey(" + options(l, recode(l)) + ")"
	},
}

// drawGroup adds a grouping of a random stream.
func drawGroup(d *Drawing) *form.Line {
	s := d.Pick(form.Stream, nil)
	if s == nil {
		return nil
	}
	if d.Chance(2) {
		return d.Add("group-by-key", []*form.Line{s}, "name", d.Maybe("group"))
	}
	f, ok := d.Function(Key, s.Type.Key, s.Type.Val, "")
	if !ok {
		return nil
	}
	return d.Add("group-by", []*form.Line{s}, "key", f.Name, "name", d.Maybe("group"))
}
