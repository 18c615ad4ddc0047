package operator

import (
	"fmt"
	"strings"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

var mapPairs = Operator{Name: "map", Weight: 4, Inputs: []form.Kind{form.Stream},
	Type: func(l *form.Line, in []*form.Line) (form.Type, error) { return paired(l, in[0], Pair) },
	Go: func(l *form.Line, in []*form.Line) string {
		f := goFunc(l, "fn", Pair)
		return in[0].ID + "." + method("Map", f) + "(" + f.Go + then(options(l, recode(l))) + ")"
	},
	Draw: func(d *Drawing) bool { return drawOver(d, "map", "fn", Pair, "map") },
}

// paired is the type of a line whose function makes keys and values. Windowed values do not exist.
func paired(l, s *form.Line, role Role) (form.Type, error) {
	f, err := function(l, "fn", role, s.Type.Key, s.Type.Val, "")
	if err != nil {
		return form.Type{}, err
	}
	t := form.Type{Kind: form.Stream, Rekeyed: true, Coded: true}
	if t.Key, t.Val = f.Makes(s.Type.Key, s.Type.Val); strings.Contains(t.Val, "(") {
		err = fmt.Errorf("%s: a windowed key cannot become a value", l.Op)
	}
	return t, err
}
