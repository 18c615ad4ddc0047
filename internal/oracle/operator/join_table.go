package operator

import (
	"fmt"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

var (
	joinTable     = tableJoiner("join-table", "Join", form.Stream, Joiner)
	leftJoinTable = tableJoiner("left-join-table", "LeftJoin", form.Stream, LeftJoiner)
	tableJoin     = tableJoiner("table-join", "Join", form.Table, Joiner)
	tableLeftJoin = tableJoiner("table-left-join", "LeftJoin", form.Table, LeftJoiner)
	tableOuter    = tableJoiner("table-outer-join", "OuterJoin", form.Table, OuterJoiner)
)

// tableJoiner is a join of a stream or a table with a table.
func tableJoiner(op, method string, left form.Kind, role Role) Operator {
	return Operator{Name: op, Weight: 3, Inputs: []form.Kind{left, form.Table},
		Type: func(l *form.Line, in []*form.Line) (form.Type, error) {
			a, b := in[0].Type, in[1].Type
			if a.Key != b.Key || a.Bare || b.Bare || a.Rekeyed {
				return a, fmt.Errorf("%s does not fit (%s, %s)", l.Op, a.Key, b.Key)
			}
			f, err := function(l, "join", role, a.Key, a.Val, b.Val)
			a.Val, a.Coded = f.OutVal, false
			return a, err
		},
		Go: func(l *form.Line, in []*form.Line) string {
			return in[0].ID + "." + method + "(" + in[1].ID + ", " + goFunc(l, "join", role).Go + ownStore(l) + ")"
		},
		Draw: func(d *Drawing) bool {
			fits := func(t form.Type) bool { return lookedUp(t) && PlainKey(t) && !t.Rekeyed }
			a := d.Pick(left, fits)
			if a == nil {
				return false
			}
			b := d.Pick(form.Table, func(t form.Type) bool { return fits(t) && t.Key == a.Type.Key })
			if b == nil || d.Chance(4) {
				b = d.Add("table", nil, "topic", d.Name("table"), "key", a.Type.Key, "val", d.One("string", "int64"), "store", d.Name("store"), "emit", d.One("", "every"))
			}
			f, ok := d.Function(role, a.Type.Key, a.Type.Val, b.Type.Val)
			options := []string{"join", f.Name, "name", d.Maybe("join")}
			if left == form.Table {
				options = append(options, d.storeMaybe()...)
			}
			return ok && d.Add(op, []*form.Line{a, b}, options...) != nil
		},
	}
}
