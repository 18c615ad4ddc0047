package operator

import (
	"fmt"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

var kvStore = Operator{Name: "kv-store", Type: source(form.KVStore),
	Go: func(l *form.Line, _ []*form.Line) string {
		return fmt.Sprintf("b.KeyValueStore(%q, %s)", l.Get("name"), codecs(l))
	},
}
