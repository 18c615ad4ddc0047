package operator

import (
	"fmt"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

var count = Operator{Name: "count", Weight: 5, Inputs: []form.Kind{Any},
	Type: func(l *form.Line, in []*form.Line) (form.Type, error) { return folded(l, in[0], "int64") },
	Go:   func(l *form.Line, in []*form.Line) string { return in[0].ID + ".Count(" + options(l) + ")" },
	Draw: func(d *Drawing) bool {
		g := drawGrouped(d)
		return g != nil && d.Add("count", []*form.Line{g}, table(d, g)...) != nil
	},
}

// folded is the type of a table over a group.
func folded(l, g *form.Line, val string) (form.Type, error) {
	t := form.Type{Kind: form.Table, Key: g.Type.Key, Val: val, Size: g.Type.Size}
	if g.Type.Size == "" && l.Get("emit") == "close" {
		return t, fmt.Errorf("%s: only windows close", l.Op)
	}
	if g.Type.Size != "" && l.Get("keep") == "plain" {
		return t, fmt.Errorf("windows have no plain store in the vocabulary")
	}
	switch g.Type.Kind {
	case form.Grouped:
		return t, nil
	case form.WindowedGrouped:
		t.Kind = form.WindowTable
		return t, nil
	case form.SessionGrouped:
		t.Kind = form.SessionTable
		return t, nil
	}
	return t, fmt.Errorf("%s of a %s", l.Op, g.Type.Kind)
}

// table are random options of a table with a store, over the group g.
func table(d *Drawing, g *form.Line, more ...string) []string {
	more = append(more, "name", d.Name("store"))
	if d.Chance(4) {
		more[len(more)-2] = "store"
	}
	if g.Type.Size != "" && d.Chance(2) {
		return append(more, "emit", "close")
	}
	return d.stored(true, more...)
}
