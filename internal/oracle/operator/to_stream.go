package operator

import (
	"fmt"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

var toStream = Operator{Name: "to-stream", Weight: 3, Inputs: []form.Kind{Any},
	Type: func(l *form.Line, in []*form.Line) (form.Type, error) {
		t := form.Type{Kind: form.Stream, Key: in[0].Type.Key, Val: in[0].Type.Val}
		switch in[0].Type.Kind {
		case form.Table:
			return t, nil
		case form.WindowTable:
			f, err := function(l, "key", WindowKey, t.Key, t.Val, "")
			t.Key, _ = f.Makes(t.Key, t.Val)
			t.Rekeyed = f.Name != "windowed"
			if f.Name == "windowed" {
				t.Key = "window(" + t.Key + "," + in[0].Type.Size + ")"
			}
			return t, err
		case form.SessionTable:
			f, err := function(l, "key", SessionKey, t.Key, t.Val, "")
			t.Key, _ = f.Makes(t.Key, t.Val)
			t.Rekeyed = f.Name != "windowed"
			if f.Name == "windowed" {
				t.Key = "session(" + t.Key + ")"
			}
			return t, err
		}
		return t, fmt.Errorf("to-stream of a %s", in[0].Type.Kind)
	},
	Go: func(l *form.Line, in []*form.Line) string {
		if in[0].Type.Kind == form.Table {
			return in[0].ID + ".ToStream(" + options(l) + ")"
		}
		role := WindowKey
		if in[0].Type.Kind == form.SessionTable {
			role = SessionKey
		}
		return in[0].ID + ".ToStream(" + goFunc(l, "key", role).Go + then(options(l)) + ")"
	},
	Draw: func(d *Drawing) bool {
		if t := d.Pick(form.Table, nil); t != nil && d.Chance(2) {
			return d.Add("to-stream", []*form.Line{t}, "name", d.Maybe("changes")) != nil
		}
		t := d.Pick(form.WindowTable, nil)
		if s := d.Pick(form.SessionTable, nil); t == nil || s != nil && d.Chance(2) {
			t = s
		}
		return t != nil && d.Add("to-stream", []*form.Line{t}, "key", d.One("windowed", "inner", "start"), "name", d.Maybe("changes")) != nil
	},
}
