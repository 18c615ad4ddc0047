// Package headers is a case of the conformance corpus: headers pass through every operator.
package headers

//go:generate go tool streamgen gen .

import "github.com/streamgen/streamgen/dsl"

//streamgen:topology
func Traced(b *dsl.Builder) {
	in := b.Stream("traced", dsl.String(), dsl.String())
	in.Map(func(k, v string) (string, string) { return v, k }).
		MapValues(func(k, v string) string { return v + k }).
		To("traced-out", dsl.String(), dsl.String())
	in.GroupBy(func(k, v string) string { return v }, dsl.String(), dsl.String()).
		Count(dsl.Name("traced-count")).
		ToStream().
		To("traced-counts", dsl.String(), dsl.Int64())
}
