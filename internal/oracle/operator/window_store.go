package operator

import (
	"fmt"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

var windowStore = Operator{Name: "window-store", Type: source(form.WindowStore),
	Go: func(l *form.Line, _ []*form.Line) string {
		return fmt.Sprintf("b.WindowStore(%q, %s, %s, %s)", l.Get("name"), codecs(l), millis(l.Get("retention")), millis(l.Get("size")))
	},
}
