package operator

import (
	"fmt"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

var merge = Operator{Name: "merge", Weight: 3, Inputs: []form.Kind{form.Stream, form.Stream},
	Type: func(l *form.Line, in []*form.Line) (form.Type, error) {
		if !Alike(in[0].Type, in[1].Type) {
			return form.Type{}, fmt.Errorf("merge of (%s, %s) and (%s, %s)", in[0].Type.Key, in[0].Type.Val, in[1].Type.Key, in[1].Type.Val)
		}
		t := in[0].Type
		t.Coded = t.Coded && in[1].Type.Coded
		t.Rekeyed = t.Rekeyed || in[1].Type.Rekeyed
		return t, nil
	},
	Go: func(l *form.Line, in []*form.Line) string {
		return in[0].ID + ".Merge(" + in[1].ID + then(options(l)) + ")"
	},
	Draw: func(d *Drawing) bool {
		s := d.Pick(form.Stream, nil)
		o := d.Pick(form.Stream, func(t form.Type) bool { return s != nil && Alike(t, s.Type) })
		return o != nil && o != s && d.Add("merge", []*form.Line{s, o}, "name", d.Maybe("merge")) != nil
	},
}

// Alike tells whether two handles carry the same types.
func Alike(a, b form.Type) bool { return a.Kind == b.Kind && a.Key == b.Key && a.Val == b.Val }
