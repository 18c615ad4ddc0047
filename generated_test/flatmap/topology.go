// Package flatmap is a case of the conformance corpus: one record becomes none or several.
package flatmap

//go:generate go tool streamgen gen .

import (
	"strings"

	"github.com/streamgen/streamgen/dsl"
)

//streamgen:topology
func Words(b *dsl.Builder) {
	b.Stream("lines", dsl.String(), dsl.String()).
		FlatMap(func(k, line string) []dsl.KV[string, int32] {
			var out []dsl.KV[string, int32]
			for i, w := range strings.Fields(line) {
				out = append(out, dsl.Pair(w, int32(i)))
			}
			return out
		}).
		Peek(func(w string, i int32) {}).
		To("words", dsl.String(), dsl.Int32())
}
