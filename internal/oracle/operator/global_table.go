package operator

import (
	"fmt"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

var globalTable = Operator{Name: "global-table", Topic: true, Type: source(form.Global),
	Go: func(l *form.Line, _ []*form.Line) string {
		return fmt.Sprintf("b.GlobalTable(%q, %s)", l.Get("topic"), codecs(l))
	},
}
