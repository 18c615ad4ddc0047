// Package patterns is a case of the conformance corpus: sources that read what matches a pattern.
package patterns

//go:generate go tool streamgen gen .

import "github.com/streamgen/streamgen/dsl"

//streamgen:topology
func Matched(b *dsl.Builder) {
	all := b.StreamPattern("orders-.*", dsl.String(), dsl.Int64(), dsl.TimestampExtractor(func(r dsl.Rec[string, int64], partitionTime int64) int64 {
		return max(r.Timestamp, partitionTime)
	}))
	b.Stream("returns", dsl.String(), dsl.Int64()).Merge(all).To("everything", dsl.String(), dsl.Int64())
	all.GroupByKey().Count(dsl.Name("orders-by-key")).ToStream().To("order-counts", dsl.String(), dsl.Int64())
}

// Twice reads one pattern twice, which is one source.
//
//streamgen:topology
func Twice(b *dsl.Builder) {
	b.StreamPattern("log-[0-9]+", dsl.String(), dsl.String()).To("copy", dsl.String(), dsl.String())
	b.StreamPattern("log-[0-9]+", dsl.String(), dsl.String()).Present().Filter(func(k, v string) bool { return len(v) > 1 }).MapValues(func(k, v string) string { return v[1:] }).To("log-0", dsl.String(), dsl.String())
}
