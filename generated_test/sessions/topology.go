// Package sessions is a case of the conformance corpus: sessions that grow, merge and close, with constant and configured gaps.
package sessions

//go:generate go tool streamgen gen .

import (
	"time"

	"github.com/streamgen/streamgen/dsl"
)

// Config holds what deployments differ in.
type Config struct{ Gap time.Duration }

//streamgen:topology
func PerSession(b *dsl.Builder, cfg Config) {
	visits := b.Stream("visits", dsl.String(), dsl.Int64()).
		GroupByKey().
		SessionsBy(dsl.Sessions(100 * time.Millisecond).Grace(50 * time.Millisecond)).
		Count(dsl.Name("visits-per-session")).
		ToStream(dsl.SessionKey)
	visits.To("visit-counts", dsl.SessionWindowed(dsl.String()), dsl.Int64())

	// The key keeps its place: no repartition topic.
	visits.GroupByKey(dsl.Codecs(dsl.SessionWindowed(dsl.String()), dsl.Int64())).
		Reduce(func(k dsl.Sessioned[string], v, old int64) int64 { return max(v, old) }, dsl.Int64(), dsl.Name("most-visits")).
		ToStream().
		To("visit-records", dsl.SessionWindowed(dsl.String()), dsl.Int64())

	b.Stream("amounts", dsl.String(), dsl.Int64()).
		GroupByKey().
		SessionsBy(dsl.Sessions(cfg.Gap).Grace(cfg.Gap).Retention(10*cfg.Gap)).
		Reduce(func(k string, v, old int64) int64 { return old*10 + v }, dsl.Int64(), dsl.Name("amounts-per-session"), dsl.EmitEveryUpdate()).
		ToStream(func(k string, w dsl.Session) string { return k + w.String() }).
		To("amount-digits", dsl.String(), dsl.Int64())

	b.Stream("pages", dsl.Int64(), dsl.String()).
		GroupBy(func(k int64, v string) string { return v[:min(1, len(v))] }, dsl.String(), dsl.String()).
		SessionsBy(dsl.Sessions(time.Second)).
		Aggregate(func() string { return "" },
			func(k, v, agg string) string { return agg + v + "|" },
			func(k, a, b string) string { return a + b },
			dsl.String(), dsl.Name("pages-per-session")).
		ToStream(dsl.SessionKey).
		MapValues(func(k dsl.Sessioned[string], v string) string { return k.Key + ":" + v }).
		To("page-lists", dsl.SessionWindowed(dsl.String()), dsl.String())
}
