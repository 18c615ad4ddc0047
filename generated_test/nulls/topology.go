// Package nulls is a case of the conformance corpus: absent keys and values meet every plain operator.
package nulls

//go:generate go tool streamgen gen .

import "github.com/streamgen/streamgen/dsl"

//streamgen:topology
func Nulls(b *dsl.Builder) {
	in := b.Stream("null-in", dsl.String(), dsl.String())
	in.Filter(func(k, v string) bool { return v != "no" }).To("filtered", dsl.String(), dsl.String())
	in.MapValues(func(k, v string) string { return k + "/" + v }).To("mapped-values", dsl.String(), dsl.String())
	in.Map(func(k, v string) (string, string) { return v, k }).To("mapped", dsl.String(), dsl.String())
	in.SelectKey(func(k, v string) string { return v }).To("selected", dsl.String(), dsl.String())
	in.FlatMap(func(k, v string) []dsl.KV[string, string] {
		return []dsl.KV[string, string]{dsl.Pair(k, v), dsl.Pair(v, k)}
	}).To("flat", dsl.String(), dsl.String())
	in.Peek(func(k, v string) {}).Present().To("present", dsl.String(), dsl.String())
	in.GroupByKey().Count(dsl.Name("null-count"), dsl.EmitEveryUpdate()).ToStream().To("null-counts", dsl.String(), dsl.Int64())
}
