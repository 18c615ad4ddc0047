// Package reduce is a case of the conformance corpus: reduction of records of one type, coalesced and not.
package reduce

//go:generate go tool streamgen gen .

import "github.com/streamgen/streamgen/dsl"

func larger(k string, v, old int64) int64 { return max(v, old) }

//streamgen:topology
func Largest(b *dsl.Builder) {
	b.Stream("bids", dsl.String(), dsl.Int64()).
		GroupBy(func(k string, v int64) string { return k[:min(1, len(k))] }, dsl.String(), dsl.Int64()).
		Reduce(larger, dsl.Int64(), dsl.Name("largest")).
		ToStream().
		To("largest-bids", dsl.String(), dsl.Int64())
}

//streamgen:topology
func LargestAtOnce(b *dsl.Builder) {
	b.Stream("offers", dsl.String(), dsl.Int64()).
		GroupByKey().
		Reduce(larger, dsl.Int64(), dsl.Store("largest-offer"), dsl.EmitEveryUpdate()).
		ToStream().
		To("largest-offers", dsl.String(), dsl.Int64())
}
