package operator

import (
	"fmt"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

var toDynamic = Operator{Name: "to-dynamic", Weight: 2, Inputs: []form.Kind{form.Stream},
	Type: func(l *form.Line, in []*form.Line) (form.Type, error) {
		_, err := function(l, "topic", Route, in[0].Type.Key, in[0].Type.Val, "")
		return form.Type{Kind: form.Nothing, Key: in[0].Type.Key, Val: in[0].Type.Val}, err
	},
	Go: func(l *form.Line, in []*form.Line) string {
		return fmt.Sprintf("%s.ToDynamic(%s, %s%s)", in[0].ID, goFunc(l, "topic", Route).Go, codecs(l), then(options(l)))
	},
	Draw: func(d *Drawing) bool { return drawOver(d, "to-dynamic", "topic", Route, "sink") },
}
