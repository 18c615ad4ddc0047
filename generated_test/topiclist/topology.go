// Package topiclist is a case of the conformance corpus: sources of several topics.
package topiclist

//go:generate go tool streamgen gen .

import "github.com/streamgen/streamgen/dsl"

//streamgen:topology
func Several(b *dsl.Builder) {
	all := b.Streams([]string{"orders-eu", "orders-us", "orders-eu", "orders-asia"}, dsl.String(), dsl.Int64())
	b.Stream("returns", dsl.String(), dsl.Int64()).Merge(all).To("everything", dsl.String(), dsl.Int64())
	b.Streams([]string{"orders-asia", "orders-us", "orders-eu"}, dsl.String(), dsl.Int64()).
		GroupByKey().Count(dsl.Name("orders-by-key")).ToStream().To("order-counts", dsl.String(), dsl.Int64())
}
