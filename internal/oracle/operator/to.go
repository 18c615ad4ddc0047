package operator

import (
	"fmt"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

var to = Operator{Name: "to", Inputs: []form.Kind{form.Stream},
	Type: func(l *form.Line, in []*form.Line) (form.Type, error) {
		return form.Type{Kind: form.Nothing, Key: in[0].Type.Key, Val: in[0].Type.Val}, nil
	},
	Go: func(l *form.Line, in []*form.Line) string {
		return fmt.Sprintf("%s.To(%q, %s%s)", in[0].ID, l.Get("topic"), codecs(l), then(options(l)))
	},
}
