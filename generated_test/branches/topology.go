// Package branches is a case of the conformance corpus: split streams with named and numbered branches, with and without a default.
package branches

//go:generate go tool streamgen gen .

import "github.com/streamgen/streamgen/dsl"

//streamgen:topology
func Sorted(b *dsl.Builder) {
	in := b.Stream("payments", dsl.String(), dsl.Int64())
	parts := in.Split("payments-")
	large := parts.Branch("large", func(k string, v int64) bool { return v > 5 })
	parts.Branch("ignored", func(k string, v int64) bool { return k == "c" })
	parts.BranchOpt("", func(k dsl.Opt[string], v dsl.Opt[int64]) bool { return !k.OK }).To("anonymous", dsl.String(), dsl.Int64())
	parts.Default(dsl.Name("rest")).Filter(func(k string, v int64) bool { return v != 0 }).To("small", dsl.String(), dsl.Int64())
	large.To("large", dsl.String(), dsl.Int64())

	again := large.Split("")
	again.BranchRecord("-old", func(r dsl.Rec[string, int64]) bool { return r.Timestamp < 100 }).
		MapValues(func(k string, v int64) int64 { return -v }).To("old", dsl.String(), dsl.Int64())
	again.Branch("", func(k string, v int64) bool { return v%2 == 0 }).
		GroupByKey().Count(dsl.Name("even-large")).ToStream().To("even-large-counts", dsl.String(), dsl.Int64())
	again.Drop()
}
