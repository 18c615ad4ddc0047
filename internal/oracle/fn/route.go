package fn

import (
	"fmt"

	"github.com/streamgen/streamgen/dsl"
)

// ByValue is a topic for odd and one for other numbers.
func ByValue[K any](r dsl.Rec[K, int64]) string {
	if r.NoValue || r.Value%2 == 0 {
		return "chosen-even"
	}
	return "chosen-odd"
}

// ByLength is a topic for each length.
func ByLength[K any](r dsl.Rec[K, string]) string { return fmt.Sprintf("chosen-%d", len(r.Value)) }

// ByTime is a topic for records with headers and two for others, by their time.
func ByTime[K, V any](r dsl.Rec[K, V]) string {
	if len(r.Headers) > 0 {
		return "chosen-" + r.Headers[0].Key
	}
	return fmt.Sprintf("chosen-%d", r.Timestamp/50%2)
}
