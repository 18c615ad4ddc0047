// Package onclose is a case of the conformance corpus: windows and sessions that are emitted once, when they have closed.
package onclose

//go:generate go tool streamgen gen .

import (
	"time"

	"github.com/streamgen/streamgen/dsl"
)

// Config holds what deployments differ in.
type Config struct{ Size time.Duration }

//streamgen:topology
func Final(b *dsl.Builder, cfg Config) {
	b.Stream("clicks", dsl.String(), dsl.Int64()).
		GroupByKey().
		WindowedBy(dsl.Tumbling(100*time.Millisecond)).
		Count(dsl.Name("clicks-per-window"), dsl.EmitOnClose()).
		ToStream(dsl.WindowedKey).
		To("click-counts", dsl.TimeWindowed(dsl.String(), 100*time.Millisecond), dsl.Int64())

	b.Stream("amounts", dsl.String(), dsl.Int64()).
		GroupByKey().
		WindowedBy(dsl.Hopping(cfg.Size, cfg.Size/2).Grace(20*time.Millisecond)).
		Reduce(func(k string, v, old int64) int64 { return v + old }, dsl.Int64(), dsl.Name("amounts-per-window"), dsl.EmitOnClose()).
		ToStream(func(k string, w dsl.Window) string { return k + w.String() }).
		To("amount-sums", dsl.String(), dsl.Int64())

	b.Stream("visits", dsl.String(), dsl.Int64()).
		GroupByKey().
		SessionsBy(dsl.Sessions(50*time.Millisecond).Grace(10*time.Millisecond)).
		Count(dsl.Name("visits-per-session"), dsl.EmitOnClose()).
		ToStream(dsl.SessionKey).
		To("visit-counts", dsl.SessionWindowed(dsl.String()), dsl.Int64())
}
