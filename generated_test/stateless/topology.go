// Package stateless is a case of the conformance corpus: a chain without state, fused into one function.
package stateless

//go:generate go tool streamgen gen .

import (
	"strings"

	"github.com/streamgen/streamgen/dsl"
)

//streamgen:topology
func Chain(b *dsl.Builder) {
	b.Stream("in", dsl.String(), dsl.Int64()).
		Filter(func(k string, v int64) bool { return v%2 == 0 }).
		Map(func(k string, v int64) (string, int64) { return strings.ToUpper(k), v / 2 }).
		MapValues(func(k string, v int64) int64 { return v + int64(len(k)) }).
		Filter(func(k string, v int64) bool { return v != 7 }).
		To("out", dsl.String(), dsl.Int64())
}

// Fixed has fixed-width keys and values alone: nothing of it may allocate.
//
//streamgen:topology
func Fixed(b *dsl.Builder) {
	b.Stream("fixed-in", dsl.Int64(), dsl.Float64()).
		Filter(func(k int64, v float64) bool { return v >= 0 }).
		MapValues(func(k int64, v float64) float64 { return v * 2 }).
		SelectKey(func(k int64, v float64) int32 { return int32(k % 1000) }).
		To("fixed-out", dsl.Int32(), dsl.Float64())
}
