package operator

import (
	"fmt"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

var tumbling = Operator{Name: "tumbling", Weight: 1, Inputs: []form.Kind{form.Grouped},
	Type: windowed(form.WindowedGrouped, "size"),
	Go: func(l *form.Line, in []*form.Line) string {
		return in[0].ID + ".WindowedBy(dsl.Tumbling(" + millis(l.Get("size")) + ")" + grace(l) + ")"
	},
	Draw: drawCut("tumbling"),
}

// windowed is the type of a grouping cut into windows of the length that the option names.
func windowed(kind form.Kind, size string) func(l *form.Line, in []*form.Line) (form.Type, error) {
	return func(l *form.Line, in []*form.Line) (form.Type, error) {
		if !PlainKey(in[0].Type) {
			return form.Type{}, fmt.Errorf("%s: windows of windowed keys are not in the vocabulary", l.Op)
		}
		return form.Type{Kind: kind, Key: in[0].Type.Key, Val: in[0].Type.Val, Size: l.Get(size)}, nil
	}
}

// grace is what a specification of windows says besides their length.
func grace(l *form.Line) (spec string) {
	if g := l.Get("grace"); g != "" {
		spec = ".Grace(" + millis(g) + ")"
	}
	if r := l.Get("retention"); r != "" {
		spec += ".Retention(" + millis(r) + ")"
	}
	return spec
}

// drawGrouped adds a grouping, windowed or not.
func drawGrouped(d *Drawing) *form.Line {
	g := drawGroup(d)
	if g == nil || d.Chance(2) || !PlainKey(g.Type) {
		return g
	}
	return drawWindows(d, g, d.One("tumbling", "hopping", "sessions"))
}

// drawWindows cuts a grouping into windows.
func drawWindows(d *Drawing, g *form.Line, op string) *form.Line {
	size, grace := d.One("50", "100", "100", "1000"), d.One("", "", "20", "100")
	options := []string{"size", size}
	switch op {
	case "hopping":
		options = append(options, "advance", d.One("20", "30", "50", size))
	case "sessions":
		options[0] = "gap"
	}
	retention := ""
	if d.Chance(5) {
		retention = d.One("1100", "2000", "5000")
	}
	return d.Add(op, []*form.Line{g}, append(options, "grace", grace, "retention", retention)...)
}

// drawCut draws windows of one kind and an aggregation over them.
func drawCut(op string) func(d *Drawing) bool {
	return func(d *Drawing) bool {
		g := drawGroup(d)
		if g == nil || !PlainKey(g.Type) {
			return false
		}
		return drawTableOver(d, drawWindows(d, g, op))
	}
}

// drawTableOver adds a count, reduce or aggregate of a grouping.
func drawTableOver(d *Drawing, g *form.Line) bool {
	switch d.R.IntN(3) {
	case 0:
		return d.Add("count", []*form.Line{g}, table(d, g)...) != nil
	case 1:
		return drawFold(d, g, "reduce", Reducer)
	}
	return drawFold(d, g, "aggregate", Aggregator)
}
