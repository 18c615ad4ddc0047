package dsl

import "github.com/streamgen/streamgen/internal/graph"

// Filter keeps the keys whose value keep accepts. A value that is no longer accepted gives
// a deletion, unless the table knows that the one before was not accepted either. Store
// keeps the result in a store of its own; otherwise it is computed where it is looked up.
func (t Table[K, V]) Filter(keep func(k K, v V) bool, opts ...Option) Table[K, V] {
	live(t.b, t.n, "Filter").given("Filter", keep != nil)
	return filterTable(t, keep, false, opts)
}

// FilterNot keeps the keys whose value drop does not accept; see Filter.
func (t Table[K, V]) FilterNot(drop func(k K, v V) bool, opts ...Option) Table[K, V] {
	live(t.b, t.n, "FilterNot").given("FilterNot", drop != nil)
	return filterTable(t, drop, true, opts)
}

func filterTable[K, V any](t Table[K, V], pred func(k K, v V) bool, not bool, opts []Option) Table[K, V] {
	return deriveTable[V](t, &graph.Node{Op: graph.TableFilter, Not: not, Exec: graph.Exec{
		Value: func(k, v any, ok bool) (any, bool) {
			if !ok || pred(as[K](k), as[V](v)) == not {
				var none V
				return none, false
			}
			return v, true
		},
	}}, opts)
}

// deriveTable records a table of values of type V2 after t, with a store of its own when
// Store names one. The caller has checked that t is live.
func deriveTable[V2, K, V any](t Table[K, V], n *graph.Node, opts []Option) Table[K, V2] {
	out := derive[K, V2](Stream[K, V](t), n, opts)
	if o := collect(opts); o.store != "" {
		n.Store = t.b.g.AddStore(tableStore(n, o))
	}
	return Table[K, V2](out)
}
