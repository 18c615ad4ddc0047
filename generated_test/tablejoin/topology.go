// Package tablejoin is a case of the conformance corpus: streams look keys up in tables.
package tablejoin

//go:generate go tool streamgen gen .

import "github.com/streamgen/streamgen/dsl"

//streamgen:topology
func Enriched(b *dsl.Builder) {
	users := b.Table("users", dsl.String(), dsl.String(), dsl.Name("users"))
	visits := b.Stream("visits", dsl.String(), dsl.Int64())
	visits.
		Join(users, func(id string, n int64, name string) string { return name + " of " + id }).
		To("greeted", dsl.String(), dsl.String())
	visits.
		LeftJoin(users, func(id string, n int64, name dsl.Opt[string]) int64 {
			if name.OK {
				return n
			}
			return -n
		}).
		To("counted", dsl.String(), dsl.Int64())

	// A changed key passes a repartition topic, which a left join lets absent keys through.
	b.Stream("orders", dsl.String(), dsl.String()).
		SelectKeyOpt(func(id, user dsl.Opt[string]) dsl.Opt[string] { return user }, dsl.Codecs(dsl.String(), dsl.String())).
		LeftJoin(users, func(user string, v string, name dsl.Opt[string]) string { return v + "/" + name.V }, dsl.Name("order-users")).
		To("orders-out", dsl.String(), dsl.String())
}

// Counted joins a stream with an aggregation of it: the join sees the count before the
// table emits it.
//
//streamgen:topology
func Counted(b *dsl.Builder) {
	hits := b.Stream("hits", dsl.Int64(), dsl.String())
	counts := hits.GroupByKey().Count(dsl.Name("hits-so-far"))
	hits.
		Join(counts, func(id int64, v string, n int64) int64 { return n }).
		To("hit-numbers", dsl.Int64(), dsl.Int64())
}
