package operator

import (
	"fmt"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

var groupBy = Operator{Name: "group-by", Inputs: []form.Kind{form.Stream},
	Type: func(l *form.Line, in []*form.Line) (form.Type, error) {
		t, err := keyed(l, in[0], form.Grouped)
		if err == nil && goFunc(l, "key", Key).Sees() {
			err = fmt.Errorf("group-by takes plain functions only")
		}
		return t, err
	},
	Go: func(l *form.Line, in []*form.Line) string {
		return in[0].ID + ".GroupBy(" + goFunc(l, "key", Key).Go + ", " + codecs(l) + then(options(l)) + ")"
	},
}
