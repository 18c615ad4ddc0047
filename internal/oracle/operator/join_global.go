package operator

import (
	"fmt"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

var joinGlobal = Operator{Name: "join-global", Weight: 3, Inputs: []form.Kind{form.Stream, form.Global},
	Type: func(l *form.Line, in []*form.Line) (form.Type, error) { return joinedGlobal(l, in, Joiner) },
	Go: func(l *form.Line, in []*form.Line) string {
		return in[0].ID + ".JoinGlobal(" + in[1].ID + ", " + goFunc(l, "key", Key).Go + ", " + goFunc(l, "join", Joiner).Go + then(options(l)) + ")"
	},
	Draw: func(d *Drawing) bool { return drawJoinGlobal(d, "join-global", Joiner) },
}

func joinedGlobal(l *form.Line, in []*form.Line, role Role) (form.Type, error) {
	s, g := in[0].Type, in[1].Type
	key, err := function(l, "key", Key, s.Key, s.Val, "")
	if err != nil {
		return s, err
	}
	if k, _ := key.Makes(s.Key, s.Val); k != g.Key || key.Sees() {
		return s, fmt.Errorf("%s: key %s does not fit a table by %s", l.Op, key.Name, g.Key)
	}
	f, err := function(l, "join", role, s.Key, s.Val, g.Val)
	s.Val, s.Coded = f.OutVal, false
	return s, err
}

func drawJoinGlobal(d *Drawing, op string, role Role) bool {
	s := d.Pick(form.Stream, nil)
	if s == nil {
		return false
	}
	key, ok := d.Function(Key, s.Type.Key, s.Type.Val, "")
	if !ok || key.Sees() {
		return false
	}
	want, _ := key.Makes(s.Type.Key, s.Type.Val)
	if codec(want) == "nil" || !PlainKey(form.Type{Key: want}) {
		return false
	}
	g := d.Pick(form.Global, func(t form.Type) bool { return t.Key == want })
	if g == nil {
		g = d.Add("global-table", nil, "topic", d.Name("global"), "key", want, "val", d.One("string", "int64"))
	}
	f, ok := d.Function(role, s.Type.Key, s.Type.Val, g.Type.Val)
	return ok && d.Add(op, []*form.Line{s, g}, "key", key.Name, "join", f.Name, "name", d.Maybe("join")) != nil
}
