// Package count is a case of the conformance corpus: counts by the key that the records have and by a new one.
package count

//go:generate go tool streamgen gen .

import "github.com/streamgen/streamgen/dsl"

//streamgen:topology
func Counted(b *dsl.Builder) {
	b.Stream("hits", dsl.Int64(), dsl.Int64()).
		GroupByKey().
		Count(dsl.Name("hits-by-key")).
		ToStream().
		To("hit-counts", dsl.Int64(), dsl.Int64())
}

//streamgen:topology
func Rekeyed(b *dsl.Builder) {
	b.Stream("visits", dsl.String(), dsl.String()).
		SelectKey(func(page, user string) string { return user }, dsl.Codecs(dsl.String(), dsl.String())).
		GroupByKey().
		Count(dsl.Name("visits-by-user")).
		ToStream().
		To("visit-counts", dsl.String(), dsl.Int64())
}
