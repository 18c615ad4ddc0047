package operator

import (
	"fmt"
	"strings"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

var tumbling = Operator{Name: "tumbling", Inputs: []form.Kind{form.Grouped},
	Type: func(l *form.Line, in []*form.Line) (form.Type, error) {
		if strings.Contains(in[0].Type.Key, "(") {
			return form.Type{}, fmt.Errorf("tumbling: windows of windowed keys are not in the vocabulary")
		}
		return form.Type{Kind: form.WindowedGrouped, Key: in[0].Type.Key, Val: in[0].Type.Val, Size: l.Get("size")}, nil
	},
	Go: func(l *form.Line, in []*form.Line) string {
		spec := "dsl.Tumbling(" + millis(l.Get("size")) + ")"
		if g := l.Get("grace"); g != "" {
			spec += ".Grace(" + millis(g) + ")"
		}
		return in[0].ID + ".WindowedBy(" + spec + ")"
	},
}

// drawGrouped adds a grouping, windowed or not.
func drawGrouped(d *Drawing) *form.Line {
	g := drawGroup(d)
	if g == nil || d.Chance(2) || !PlainKey(g.Type) {
		return g
	}
	return d.Add("tumbling", []*form.Line{g}, "size", d.One("50", "100", "100", "1000"), "grace", d.One("", "", "20", "100"))
}
