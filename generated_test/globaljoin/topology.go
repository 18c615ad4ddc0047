// Package globaljoin is a case of the conformance corpus: inner and left joins with a global table.
package globaljoin

//go:generate go tool streamgen gen .

import "github.com/streamgen/streamgen/dsl"

//streamgen:topology
func Priced(b *dsl.Builder) {
	prices := b.GlobalTable("prices", dsl.String(), dsl.Int64())
	orders := b.Stream("orders", dsl.String(), dsl.String())
	orders.JoinGlobal(prices,
		func(id, item string) string { return item },
		func(id, item string, price int64) int64 { return price }).
		To("priced", dsl.String(), dsl.Int64())
	orders.LeftJoinGlobal(prices,
		func(id, item string) string { return item },
		func(id, item string, price dsl.Opt[int64]) int64 { return price.Or(-1) }).
		To("maybe-priced", dsl.String(), dsl.Int64())
}
