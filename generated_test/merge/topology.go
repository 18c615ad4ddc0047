// Package merge is a case of the conformance corpus: several sources, merged.
package merge

//go:generate go tool streamgen gen .

import "github.com/streamgen/streamgen/dsl"

//streamgen:topology
func Merged(b *dsl.Builder) {
	left := b.Stream("left", dsl.String(), dsl.String()).
		MapValues(func(k, v string) string { return "l:" + v })
	right := b.Stream("right", dsl.String(), dsl.String())
	left.Merge(right).
		Merge(b.Stream("third", dsl.String(), dsl.String())).
		Filter(func(k, v string) bool { return v != "" }).
		To("merged", dsl.String(), dsl.String())
}
