// Package windows is a case of the conformance corpus: tumbling windows: grace, late records, windowed keys, coalescing.
package windows

//go:generate go tool streamgen gen .

import (
	"time"

	"github.com/streamgen/streamgen/dsl"
)

// Config holds what deployments differ in.
type Config struct{ Size time.Duration }

//streamgen:topology
func PerWindow(b *dsl.Builder, cfg Config) {
	b.Stream("clicks", dsl.String(), dsl.Int64()).
		GroupByKey().
		WindowedBy(dsl.Tumbling(100*time.Millisecond).Grace(50*time.Millisecond)).
		Count(dsl.Name("clicks-per-window")).
		ToStream(dsl.WindowedKey).
		To("click-counts", dsl.TimeWindowed(dsl.String(), 100*time.Millisecond), dsl.Int64())

	b.Stream("amounts", dsl.String(), dsl.Int64()).
		GroupByKey().
		WindowedBy(dsl.Tumbling(cfg.Size).Retention(10*cfg.Size)).
		Reduce(func(k string, v, old int64) int64 { return v + old }, dsl.Int64(), dsl.Name("amounts-per-window"), dsl.EmitEveryUpdate()).
		ToStream(func(k string, w dsl.Window) string { return k + w.String() }).
		To("amount-sums", dsl.String(), dsl.Int64())

	b.Stream("names", dsl.Int64(), dsl.String()).
		GroupBy(func(k int64, v string) string { return v[:min(1, len(v))] }, dsl.String(), dsl.String()).
		WindowedBy(dsl.Tumbling(time.Second).Grace(time.Second)).
		Aggregate(func() string { return "|" }, func(k, v, agg string) string { return agg + v + "|" }, dsl.String(), dsl.Name("names-per-window")).
		ToStream(dsl.WindowedKey).
		MapValues(func(k dsl.Windowed[string], v string) string { return k.Key + v }).
		To("name-lists", dsl.TimeWindowed(dsl.String(), time.Second), dsl.String())
}
