package operator

import (
	"fmt"
	"strings"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

// globalStore fills a store, declared with global=yes, from a topic of the same types.
var globalStore = Operator{Name: "global-store", Topic: true, Inputs: []form.Kind{Any},
	Type: func(l *form.Line, in []*form.Line) (form.Type, error) {
		t, kind := in[0].Type, form.GlobalStore
		if t.Kind == form.TimedStore {
			kind = form.GlobalTimed
		}
		if _, err := function(l, "proc", GlobalProc, t.Key, t.Val, ""); err != nil {
			return t, err
		}
		if in[0].Get("global") != "yes" || (l.Get("proc") == "dated") != (kind == form.GlobalTimed) || t.Kind != form.KVStore && t.Kind != form.TimedStore {
			return t, fmt.Errorf("processor %s does not fit the store %s", l.Get("proc"), in[0].ID)
		}
		return form.Type{Kind: kind, Key: t.Key, Val: t.Val}, nil
	},
	Go: func(l *form.Line, in []*form.Line) string {
		method := "GlobalStore"
		if l.Type.Kind == form.GlobalTimed {
			method = "TimestampedGlobalStore"
		}
		return fmt.Sprintf("b.%s(%q, %s, %s, %s)", method, l.Get("topic"), codecs(l), in[0].ID, maker(l, GlobalProc, l.Type, in[0].ID)+then(options(l)))
	},
}

// maker is the function that makes a processor with a store, as Go.
func maker(l *form.Line, role Role, t form.Type, store string) string {
	made := fmt.Sprintf(goFunc(l, "proc", role).Go, goType(t.Key), goType(t.Val), store)
	kind, _, _ := strings.Cut(strings.TrimPrefix(made, "&"), "{")
	return "func() *" + kind + " { return " + made + " }"
}

// ask runs a processor that reads a global store; the key may have changed before it.
var ask = Operator{Name: "ask", Weight: 2, Inputs: []form.Kind{form.Stream, Any},
	Type: func(l *form.Line, in []*form.Line) (form.Type, error) {
		t, g := in[0].Type, in[1].Type
		if _, err := function(l, "proc", Reader, t.Key, t.Val, ""); err != nil {
			return t, err
		}
		want := form.GlobalStore
		if l.Get("proc") == "dating" {
			want = form.GlobalTimed
		}
		if g.Kind != want || g.Key != t.Key || g.Val != t.Val {
			return t, fmt.Errorf("processor %s does not fit the store %s", l.Get("proc"), in[1].ID)
		}
		t.Rekeyed, t.Coded = true, false
		return t, nil
	},
	Go: func(l *form.Line, in []*form.Line) string {
		return in[0].ID + ".Process(" + maker(l, Reader, in[0].Type, in[1].ID) + then(options(l, recode(l))) + ")"
	},
	Draw: func(d *Drawing) bool {
		s := d.Pick(form.Stream, PlainKey)
		if s == nil {
			return false
		}
		f, ok := d.Function(Reader, s.Type.Key, s.Type.Val, "")
		if !ok {
			return false
		}
		kind, op := form.GlobalStore, "kv-store"
		if f.Name == "dating" {
			kind, op = form.GlobalTimed, "timed-store"
		}
		g := d.Pick(kind, func(t form.Type) bool { return t.Key == s.Type.Key && t.Val == s.Type.Val })
		for try := 0; g == nil && try < 10; try++ {
			fill, ok := d.Function(GlobalProc, s.Type.Key, s.Type.Val, "")
			if !ok || (fill.Name == "dated") != (kind == form.GlobalTimed) {
				continue
			}
			types := []string{"key", s.Type.Key, "val", s.Type.Val}
			store := d.Add(op, nil, append(types, "name", d.Name("state"), "global", "yes")...)
			g = d.Add("global-store", []*form.Line{store}, append(types, "topic", d.Name("global"), "proc", fill.Name, "name", d.Maybe("fill"))...)
		}
		return g != nil && d.Add("ask", []*form.Line{s, g}, "proc", f.Name, "name", d.Maybe("proc")) != nil
	},
}
