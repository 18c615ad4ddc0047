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
		return g != nil && d.Add("count", []*form.Line{g}, table(d)...) != nil
	},
}

// folded is the type of a table over a group.
func folded(l, g *form.Line, val string) (form.Type, error) {
	t := form.Type{Kind: form.Table, Key: g.Type.Key, Val: val, Size: g.Type.Size}
	switch g.Type.Kind {
	case form.Grouped:
		return t, nil
	case form.WindowedGrouped:
		if l.Get("keep") == "plain" {
			return t, fmt.Errorf("windows have no plain store in the vocabulary")
		}
		t.Kind = form.WindowTable
		return t, nil
	}
	return t, fmt.Errorf("%s of a %s", l.Op, g.Type.Kind)
}

// table are random options of a table with a store.
func table(d *Drawing, more ...string) []string {
	more = append(more, "name", d.Name("store"))
	if d.Chance(4) {
		more[len(more)-2] = "store"
	}
	return d.stored(true, more...)
}
