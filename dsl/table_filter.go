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

// Filter keeps the windows whose value keep accepts. A value that is no longer accepted gives
// a deletion, one that never was gives nothing. Store keeps the result in a key-value store of
// its own, which forgets no window.
func (t WindowTable[K, V]) Filter(keep func(k K, w Window, v V) bool, opts ...Option) WindowTable[K, V] {
	live(t.b, t.n, "Filter").given("Filter", keep != nil)
	return WindowTable[K, V](filterCut(Table[K, V](t), keep, windowOf, inWindows(&graph.Node{}), opts))
}

// FilterNot keeps the windows whose value drop does not accept; see Filter.
func (t WindowTable[K, V]) FilterNot(drop func(k K, w Window, v V) bool, opts ...Option) WindowTable[K, V] {
	live(t.b, t.n, "FilterNot").given("FilterNot", drop != nil)
	return WindowTable[K, V](filterCut(Table[K, V](t), drop, windowOf, inWindows(&graph.Node{Not: true}), opts))
}

// Filter keeps the sessions whose value keep accepts; see WindowTable.Filter. The deletion of
// what a session was goes on if that was kept.
func (t SessionTable[K, V]) Filter(keep func(k K, w Session, v V) bool, opts ...Option) SessionTable[K, V] {
	live(t.b, t.n, "Filter").given("Filter", keep != nil)
	return SessionTable[K, V](filterCut(Table[K, V](t), keep, sessionOf, inSessions(&graph.Node{}), opts))
}

// FilterNot keeps the sessions whose value drop does not accept; see Filter.
func (t SessionTable[K, V]) FilterNot(drop func(k K, w Session, v V) bool, opts ...Option) SessionTable[K, V] {
	live(t.b, t.n, "FilterNot").given("FilterNot", drop != nil)
	return SessionTable[K, V](filterCut(Table[K, V](t), drop, sessionOf, inSessions(&graph.Node{Not: true}), opts))
}

func filterTable[K, V any](t Table[K, V], pred func(k K, v V) bool, not bool, opts []Option) Table[K, V] {
	whole := func(k K, _ Window, v V) bool { return pred(k, v) }
	return filterCut(t, whole, windowOf, &graph.Node{Not: not}, opts)
}

// filterCut records a filter whose predicate sees a window, or session, of type W.
func filterCut[K, V, W any](t Table[K, V], pred func(k K, w W, v V) bool, of func(graph.Span) W, n *graph.Node, opts []Option) Table[K, V] {
	n.Op, n.Exec.Value = graph.TableFilter, func(k any, w graph.Span, v any, ok bool) (any, bool) {
		if !ok || pred(as[K](k), of(w), as[V](v)) == n.Not {
			var none V
			return none, false
		}
		return v, true
	}
	return deriveTable[V](t, n, opts)
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

// inWindows marks a node of a table of windows, inSessions one of a table of sessions.
func inWindows(n *graph.Node) *graph.Node {
	n.Windowed = true
	return n
}

func inSessions(n *graph.Node) *graph.Node {
	n.Windowed, n.Sessions = true, true
	return n
}

func windowOf(w graph.Span) Window { return Window{Start: w.Start, End: w.End} }

func sessionOf(w graph.Span) Session { return Session{Start: w.Start, End: w.End} }
