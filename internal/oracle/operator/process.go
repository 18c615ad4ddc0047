package operator

import (
	"fmt"
	"strings"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

var process = Operator{Name: "process", Weight: 4, Inputs: []form.Kind{form.Stream, Any},
	Type: func(l *form.Line, in []*form.Line) (form.Type, error) {
		f, err := function(l, "proc", Proc, in[0].Type.Key, in[0].Type.Val, "")
		if err != nil {
			return form.Type{}, err
		}
		kind := form.KVStore
		switch f.Name {
		case "recent":
			kind = form.WindowStore
		case "stamped":
			kind = form.TimedStore
		}
		st := in[1].Type
		if in[0].Type.Rekeyed {
			return form.Type{}, fmt.Errorf("a processor with state needs the key that its topic has")
		}
		if st.Kind != kind || st.Key != in[0].Type.Key || st.Val != in[0].Type.Val {
			return form.Type{}, fmt.Errorf("processor %s does not fit the store %s", f.Name, in[1].ID)
		}
		t := in[0].Type
		t.Rekeyed, t.Coded = true, false
		return t, nil
	},
	Go: func(l *form.Line, in []*form.Line) string {
		made := fmt.Sprintf(goFunc(l, "proc", Proc).Go, goType(in[0].Type.Key), goType(in[0].Type.Val), in[1].ID)
		kind, _, _ := strings.Cut(strings.TrimPrefix(made, "&"), "{")
		return in[0].ID + ".Process(func() *" + kind + " { return " + made + " }" + then(options(l, recode(l))) + ")"
	},
	Draw: func(d *Drawing) bool {
		s := d.Pick(form.Stream, func(t form.Type) bool { return PlainKey(t) && !t.Rekeyed })
		if s == nil {
			return false
		}
		f, ok := d.Function(Proc, s.Type.Key, s.Type.Val, "")
		if !ok {
			return false
		}
		options := []string{"name", d.Name("state"), "key", s.Type.Key, "val", s.Type.Val}
		op := "kv-store"
		if f.Name == "stamped" {
			op = "timed-store"
		}
		if f.Name == "recent" {
			op, options = "window-store", append(options, "retention", d.One("100", "200", "1000"), "size", "100")
		}
		return d.Add("process", []*form.Line{s, d.Add(op, nil, options...)}, "proc", f.Name, "name", d.Maybe("proc")) != nil
	},
}
