// Package hopping is a case of the conformance corpus: windows that overlap, with an advance that divides the size and one that does not.
package hopping

//go:generate go tool streamgen gen .

import (
	"time"

	"github.com/streamgen/streamgen/dsl"
)

// Config holds what deployments differ in.
type Config struct{ Size, Advance time.Duration }

//streamgen:topology
func Overlapping(b *dsl.Builder, cfg Config) {
	b.Stream("clicks", dsl.String(), dsl.Int64()).
		GroupByKey().
		WindowedBy(dsl.Hopping(100*time.Millisecond, 40*time.Millisecond).Grace(20*time.Millisecond)).
		Count(dsl.Name("clicks-per-window"), dsl.EmitEveryUpdate()).
		ToStream(dsl.WindowedKey).
		To("click-counts", dsl.TimeWindowed(dsl.String(), 100*time.Millisecond), dsl.Int64())

	b.Stream("amounts", dsl.String(), dsl.Int64()).
		GroupByKey().
		WindowedBy(dsl.Hopping(cfg.Size, cfg.Advance).Retention(10*cfg.Size)).
		Reduce(func(k string, v, old int64) int64 { return v + old }, dsl.Int64(), dsl.Name("amounts-per-window")).
		ToStream(func(k string, w dsl.Window) string { return k + w.String() }).
		To("amount-sums", dsl.String(), dsl.Int64())

	b.Stream("names", dsl.String(), dsl.String()).
		GroupByKey().
		WindowedBy(dsl.Hopping(time.Second, 500*time.Millisecond)).
		Aggregate(func() string { return "|" }, func(k, v, agg string) string { return agg + v + "|" }, dsl.String(), dsl.Name("names-per-window")).
		ToStream(dsl.WindowedKey).
		To("name-lists", dsl.TimeWindowed(dsl.String(), time.Second), dsl.String())
}
