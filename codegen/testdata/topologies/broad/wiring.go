package broad

import "github.com/streamgen/streamgen/dsl"

// wiring is what helpers hand on to each other.
type wiring struct {
	orders dsl.Stream[string, string]
	counts dsl.Table[string, int64]
	least  int
	keep   func(k, v string) bool
}

func wire(b *dsl.Builder, least int) *wiring {
	orders := b.Stream("wired-orders", dsl.String(), dsl.String())
	w := wiring{orders: orders, least: least * 2, keep: func(k, v string) bool { return len(v) > least }}
	w.counts = orders.Filter(w.keep).GroupByKey().Count(dsl.Name("wired-counts"))
	return &wiring{w.orders, w.counts, w.least, w.keep}
}

func (w *wiring) finish() {
	least := w.least
	w.orders.Filter(func(k, v string) bool { return len(k) < least }).To("wired-short", dsl.String(), dsl.String())
	w.counts.ToStream().To("wired-counts", dsl.String(), dsl.Int64())
}

// Wired keeps handles in a struct.
//
//streamgen:topology
func Wired(b *dsl.Builder, least int) { wire(b, least).finish() }
