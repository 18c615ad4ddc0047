// Package tables is a case of the conformance corpus: tables feeding tables: emission goes upstream first.
package tables

//go:generate go tool streamgen gen .

import "github.com/streamgen/streamgen/dsl"

//streamgen:topology
func Nested(b *dsl.Builder) {
	b.Stream("scores", dsl.String(), dsl.Int64()).
		GroupByKey().
		Reduce(func(k string, v, old int64) int64 { return v }, dsl.Int64(), dsl.Name("latest")).
		ToStream().
		GroupByKey().
		Count(dsl.Name("changes")).
		ToStream().
		To("changes-out", dsl.String(), dsl.Int64())
}
