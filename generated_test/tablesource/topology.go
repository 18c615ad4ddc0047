// Package tablesource is a case of the conformance corpus: topics read as tables.
package tablesource

//go:generate go tool streamgen gen .

import "github.com/streamgen/streamgen/dsl"

//streamgen:topology
func Sources(b *dsl.Builder) {
	b.Table("rates", dsl.String(), dsl.Int64(), dsl.Store("rate-by-currency")).
		ToStream().
		To("rates-out", dsl.String(), dsl.Int64())
	b.Table("limits", dsl.Int64(), dsl.String(), dsl.Store("limit-by-account"), dsl.EmitEveryUpdate()).
		ToStream().
		To("limits-out", dsl.Int64(), dsl.String())
	// Nothing looks the third one up: it has no store.
	b.Table("hints", dsl.String(), dsl.String()).
		ToStream().
		To("hints-out", dsl.String(), dsl.String())
}
