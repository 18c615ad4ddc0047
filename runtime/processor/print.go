package processor

import (
	"fmt"
	"os"
)

// Print writes a record to standard output as dsl.Stream.Print says: one write per line, so
// that lines of concurrent tasks stay whole. It is called by generated code.
func Print[K, V any](label string, r Record[K, V]) {
	key, val := "null", "null"
	if !r.NoKey {
		key = printed(r.Key)
	}
	if !r.NoValue {
		val = printed(r.Value)
	}
	os.Stdout.WriteString("[" + label + "]: " + key + ", " + val + "\n")
}

func printed(v any) string {
	if b, ok := v.([]byte); ok {
		return string(b)
	}
	return fmt.Sprint(v)
}
