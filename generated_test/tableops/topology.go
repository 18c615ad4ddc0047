// Package tableops is a case of the conformance corpus: tables filtered and mapped, in
// stores of their own or computed where they are looked up, and streams taken as tables.
package tableops

//go:generate go tool streamgen gen .

import "github.com/streamgen/streamgen/dsl"

func large(k string, v int64) bool   { return v >= 3 }
func double(k string, v int64) int64 { return 2 * v }

//streamgen:topology
func Kept(b *dsl.Builder) {
	// Without a store nothing knows what was kept before: every rejected value is a deletion.
	plain := b.Table("plain", dsl.String(), dsl.Int64())
	plain.Filter(large).ToStream().To("plain-large", dsl.String(), dsl.Int64())
	plain.FilterNot(large, dsl.Store("small-ones")).ToStream().To("plain-small", dsl.String(), dsl.Int64())

	// With one, only what was kept is deleted.
	stored := b.Table("stored", dsl.String(), dsl.Int64(), dsl.Store("stored"), dsl.EmitEveryUpdate())
	stored.Filter(large).ToStream().To("stored-large", dsl.String(), dsl.Int64())
	stored.Filter(large, dsl.Store("large-ones"), dsl.EmitEveryUpdate()).
		MapValues(double, dsl.Store("doubled"), dsl.Codecs(dsl.String(), dsl.Int64())).
		ToStream().
		To("stored-doubled", dsl.String(), dsl.Int64())
	stored.
		MapValuesOpt(func(k string, v dsl.Opt[int64]) dsl.Opt[string] {
			if !v.OK {
				return dsl.Some("none")
			}
			if v.V == 0 {
				return dsl.None[string]()
			}
			return dsl.Some("some")
		}).
		ToStream().
		To("stored-described", dsl.String(), dsl.String())
}

//streamgen:topology
func Computed(b *dsl.Builder) {
	prices := b.Table("prices", dsl.String(), dsl.Int64(), dsl.Name("prices"))
	cheap := prices.
		MapValues(func(k string, v int64) float64 { return float64(v) / 2 }).
		FilterNot(func(k string, v float64) bool { return v > 2 }).
		MapValuesOpt(func(k string, v dsl.Opt[float64]) dsl.Opt[string] {
			if !v.OK {
				return dsl.Opt[string]{OK: k == "a", V: "default"}
			}
			return dsl.Some(k + " is cheap")
		})
	b.Stream("asked", dsl.String(), dsl.Int64()).
		LeftJoin(cheap, func(k string, n int64, text dsl.Opt[string]) string { return text.V }).
		To("answers", dsl.String(), dsl.String())
}

//streamgen:topology
func Taken(b *dsl.Builder) {
	events := b.Stream("events", dsl.String(), dsl.String())
	latest := events.ToTable(dsl.Store("latest-event"))
	latest.ToStream().To("latest-out", dsl.String(), dsl.String())
	// A changed key passes a repartition topic.
	byValue := events.
		SelectKeyOpt(func(k, v dsl.Opt[string]) dsl.Opt[string] { return v }, dsl.Codecs(dsl.String(), dsl.String())).
		ToTable(dsl.Name("by-value"), dsl.EmitEveryUpdate())
	events.
		Join(byValue, func(k, v, u string) string { return v + u }).
		To("joined", dsl.String(), dsl.String())
}
