// Package windowtables is a case of the conformance corpus: tables of windows and sessions,
// filtered, mapped and grouped under other keys.
package windowtables

//go:generate go tool streamgen gen .

import (
	"fmt"
	"time"

	"github.com/streamgen/streamgen/dsl"
)

// Config holds what deployments differ in.
type Config struct{ Size time.Duration }

// Note is an aggregate that is changed in place.
type Note struct {
	Seen  []string `json:"seen"`
	Total int64    `json:"total"`
}

func newNote() *Note { return &Note{} }

func note(k string, v int64, n *Note) *Note {
	n.Seen = append(n.Seen, fmt.Sprint(v))
	n.Total += v
	return n
}

func merge(k string, a, b *Note) *Note {
	a.Seen = append(a.Seen, b.Seen...)
	a.Total += b.Total
	return a
}

func several(k string, w dsl.Window, n int64) bool { return n > 1 }

func plus[K any](k K, v, old int64) int64  { return old + v }
func minus[K any](k K, v, old int64) int64 { return old - v }

// Windows filters and maps counts of windows, in tables without and with stores of their own.
//
//streamgen:topology
func Windows(b *dsl.Builder) {
	counts := b.Stream("clicks", dsl.String(), dsl.Int64()).
		GroupByKey().
		WindowedBy(dsl.Tumbling(100 * time.Millisecond).Grace(50 * time.Millisecond)).
		Count(dsl.Name("clicks-per-window"))
	counts.
		Filter(several).
		MapValues(func(k string, w dsl.Window, n int64) string { return fmt.Sprintf("%s%v:%d", k, w, n) }).
		ToStream(dsl.WindowedKey).
		To("several-clicks", dsl.TimeWindowed(dsl.String(), 100*time.Millisecond), dsl.String())
	counts.
		FilterNot(several, dsl.Name("single"), dsl.Store("single-clicks")).
		ToStream(dsl.WindowedKey).
		To("single-clicks", dsl.TimeWindowed(dsl.String(), 100*time.Millisecond), dsl.Int64())
	counts.
		MapValuesOpt(func(k string, w dsl.Window, n dsl.Opt[int64]) dsl.Opt[int64] {
			return dsl.Opt[int64]{V: n.V + w.Start, OK: n.OK && n.V != 2}
		}, dsl.Store("starts"), dsl.Codecs(dsl.String(), dsl.Int64()), dsl.EmitEveryUpdate()).
		ToStream(func(k string, w dsl.Window) string { return k }).
		To("starts", dsl.String(), dsl.Int64())
}

// AtOnce sends every update of its windows on, whose size is computed.
//
//streamgen:topology
func AtOnce(b *dsl.Builder, cfg Config) {
	records := b.Stream("amounts", dsl.String(), dsl.Int64()).GroupByKey()
	hopping := records.WindowedBy(dsl.Hopping(cfg.Size, cfg.Size/2))
	counts := hopping.Count(dsl.Name("counts"), dsl.EmitEveryUpdate())
	counts.
		Filter(func(k string, w dsl.Window, n int64) bool { return n != 1 }).
		ToStream(dsl.WindowedKey).
		To("other-ones", dsl.TimeWindowed(dsl.String(), cfg.Size), dsl.Int64())
	counts.
		FilterNot(several).
		ToStream(dsl.WindowedKey).
		To("first-ones", dsl.TimeWindowed(dsl.String(), cfg.Size), dsl.Int64())
	hopping.
		Reduce(plus, dsl.Int64(), dsl.Name("sums"), dsl.EmitEveryUpdate()).
		Filter(func(k string, w dsl.Window, n int64) bool { return n > 3 }, dsl.Store("large-sums")).
		ToStream(dsl.WindowedKey).
		To("large-sums", dsl.TimeWindowed(dsl.String(), cfg.Size), dsl.Int64())
	hopping.
		Aggregate(newNote, note, dsl.JSON[*Note](), dsl.Name("notes"), dsl.EmitEveryUpdate()).
		GroupBy(func(k string, w dsl.Window, n *Note) (int64, int64) { return w.Start, n.Total }, dsl.Int64(), dsl.Int64()).
		Reduce(plus, minus, dsl.Int64(), dsl.Name("totals"), dsl.EmitEveryUpdate()).
		ToStream().
		To("totals-out", dsl.Int64(), dsl.Int64())
}

// Sessions does the same with sessions, which grow and merge.
//
//streamgen:topology
func Sessions(b *dsl.Builder) {
	records := b.Stream("visits", dsl.String(), dsl.Int64()).GroupByKey()
	sessions := records.SessionsBy(dsl.Sessions(20 * time.Millisecond).Grace(30 * time.Millisecond))
	counts := sessions.Count(dsl.Name("visits-per-session"))
	counts.
		Filter(func(k string, w dsl.Session, n int64) bool { return w.End > w.Start }).
		MapValues(func(k string, w dsl.Session, n int64) int64 { return n * 10 }, dsl.Store("long-visits"), dsl.Codecs(dsl.String(), dsl.Int64())).
		ToStream(dsl.SessionKey).
		To("long-visits", dsl.SessionWindowed(dsl.String()), dsl.Int64())
	counts.
		GroupBy(func(k string, w dsl.Session, n int64) (string, int64) { return "all", n }, dsl.String(), dsl.Int64()).
		Reduce(plus, minus, dsl.Int64(), dsl.Name("visits-in-all")).
		ToStream().
		To("visits-in-all", dsl.String(), dsl.Int64())
	sessions.
		Aggregate(newNote, note, merge, dsl.JSON[*Note](), dsl.Name("visit-notes"), dsl.EmitEveryUpdate()).
		MapValuesOpt(func(k string, w dsl.Session, n dsl.Opt[*Note]) dsl.Opt[int64] {
			if !n.OK {
				return dsl.None[int64]()
			}
			return dsl.Some(n.V.Total)
		}).
		FilterNot(func(k string, w dsl.Session, n int64) bool { return n < 0 }).
		GroupBy(func(k string, w dsl.Session, n int64) (string, int64) { return "all", n }, dsl.String(), dsl.Int64()).
		Reduce(plus, minus, dsl.Int64(), dsl.Name("totals-in-all"), dsl.EmitEveryUpdate()).
		ToStream().
		To("totals-in-all", dsl.String(), dsl.Int64())
	sessions.
		Reduce(plus, dsl.Int64(), dsl.Name("visit-sums"), dsl.EmitEveryUpdate()).
		Filter(func(k string, w dsl.Session, n int64) bool { return n > 2 }).
		ToStream(dsl.SessionKey).
		To("large-visits", dsl.SessionWindowed(dsl.String()), dsl.Int64())
}

// Final takes what windows and sessions are in the end.
//
//streamgen:topology
func Final(b *dsl.Builder) {
	group := b.Stream("events", dsl.String(), dsl.Int64()).GroupByKey()
	final := group.WindowedBy(dsl.Tumbling(100*time.Millisecond)).Count(dsl.Name("events-per-window"), dsl.EmitOnClose())
	final.
		Filter(several).
		MapValues(func(k string, w dsl.Window, n int64) int64 { return n * 100 }).
		ToStream(dsl.WindowedKey).
		To("final-counts", dsl.TimeWindowed(dsl.String(), 100*time.Millisecond), dsl.Int64())
	final.
		GroupBy(func(k string, w dsl.Window, n int64) (int64, int64) { return w.Start, n }, dsl.Int64(), dsl.Int64()).
		Reduce(plus, minus, dsl.Int64(), dsl.Name("events-in-all")).
		ToStream().
		To("events-in-all", dsl.Int64(), dsl.Int64())
	group.
		SessionsBy(dsl.Sessions(50*time.Millisecond)).
		Reduce(plus, dsl.Int64(), dsl.Name("events-per-session"), dsl.EmitOnClose()).
		FilterNot(func(k string, w dsl.Session, n int64) bool { return n < 3 }, dsl.Store("large-sessions"), dsl.InMemory(), dsl.WithoutTimestamps()).
		ToStream(dsl.SessionKey).
		To("large-sessions", dsl.SessionWindowed(dsl.String()), dsl.Int64())
}
