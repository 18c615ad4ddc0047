package operator

import (
	"fmt"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

var timedStore = Operator{Name: "timed-store", Type: source(form.TimedStore),
	Go: func(l *form.Line, _ []*form.Line) string {
		return fmt.Sprintf("b.TimestampedKeyValueStore(%q, %s)", l.Get("name"), codecs(l))
	},
}
