package operator

import (
	"fmt"
	"strings"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

var processValues = Operator{Name: "process-values", Weight: 3, Inputs: []form.Kind{form.Stream, form.KVStore},
	Type: func(l *form.Line, in []*form.Line) (form.Type, error) {
		if _, err := function(l, "proc", ValueProc, in[0].Type.Key, in[0].Type.Val, ""); err != nil {
			return form.Type{}, err
		}
		st := in[1].Type
		if in[0].Type.Rekeyed || st.Key != in[0].Type.Key || st.Val != in[0].Type.Val {
			return form.Type{}, fmt.Errorf("the store %s does not fit", in[1].ID)
		}
		t := in[0].Type
		t.Coded = true
		return t, nil
	},
	Go: func(l *form.Line, in []*form.Line) string {
		made := fmt.Sprintf(goFunc(l, "proc", ValueProc).Go, goType(in[0].Type.Key), goType(in[0].Type.Val), in[1].ID)
		kind, _, _ := strings.Cut(strings.TrimPrefix(made, "&"), "{")
		return in[0].ID + ".ProcessValues(func() *" + kind + " { return " + made + " }" + then(options(l, recode(l))) + ")"
	},
	Draw: func(d *Drawing) bool {
		s := d.Pick(form.Stream, func(t form.Type) bool { return PlainKey(t) && !t.Rekeyed })
		if s == nil {
			return false
		}
		f, ok := d.Function(ValueProc, s.Type.Key, s.Type.Val, "")
		return ok && d.Add("process-values", []*form.Line{s, d.Add("kv-store", nil, "name", d.Name("state"), "key", s.Type.Key, "val", s.Type.Val)},
			"proc", f.Name, "name", d.Maybe("proc")) != nil
	},
}
