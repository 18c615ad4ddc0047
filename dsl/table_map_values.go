package dsl

import "github.com/streamgen/streamgen/internal/graph"

// MapValues makes a new value of each key's value; deleted keys stay deleted without f being
// called. Store keeps the result in a store of its own, for which Codecs are needed;
// otherwise f is called where the table is looked up, so it must depend on key and value
// alone.
func (t Table[K, V]) MapValues[V2 any](f func(k K, v V) V2, opts ...Option) Table[K, V2] {
	live(t.b, t.n, "MapValues").given("MapValues", f != nil)
	whole := func(k K, _ Window, v V) V2 { return f(k, v) }
	return deriveTable[V2](t, mapCut(&graph.Node{}, whole, windowOf), opts)
}

// MapValuesOpt is MapValues that is called for deleted keys too and may delete keys itself.
// A key that the table does not have is to it like a deleted one, also where the table is
// looked up.
func (t Table[K, V]) MapValuesOpt[V2 any](f func(k K, v Opt[V]) Opt[V2], opts ...Option) Table[K, V2] {
	live(t.b, t.n, "MapValuesOpt").given("MapValuesOpt", f != nil)
	whole := func(k K, _ Window, v Opt[V]) Opt[V2] { return f(k, v) }
	return deriveTable[V2](t, mapOptCut(&graph.Node{}, whole, windowOf), opts)
}

// MapValues makes a new value of each window's value; deletions stay deletions without f being
// called, which must depend on its arguments alone: it is called again for old values. Store
// keeps the result in a key-value store of its own, which forgets no window; Codecs are then
// needed, of the key without its window and of the new value.
func (t WindowTable[K, V]) MapValues[V2 any](f func(k K, w Window, v V) V2, opts ...Option) WindowTable[K, V2] {
	live(t.b, t.n, "MapValues").given("MapValues", f != nil)
	return WindowTable[K, V2](deriveTable[V2](Table[K, V](t), mapCut(inWindows(&graph.Node{}), f, windowOf), opts))
}

// MapValuesOpt is MapValues that is called for deletions too and may delete windows itself.
func (t WindowTable[K, V]) MapValuesOpt[V2 any](f func(k K, w Window, v Opt[V]) Opt[V2], opts ...Option) WindowTable[K, V2] {
	live(t.b, t.n, "MapValuesOpt").given("MapValuesOpt", f != nil)
	return WindowTable[K, V2](deriveTable[V2](Table[K, V](t), mapOptCut(inWindows(&graph.Node{}), f, windowOf), opts))
}

// MapValues makes a new value of each session's value; see WindowTable.MapValues.
func (t SessionTable[K, V]) MapValues[V2 any](f func(k K, w Session, v V) V2, opts ...Option) SessionTable[K, V2] {
	live(t.b, t.n, "MapValues").given("MapValues", f != nil)
	return SessionTable[K, V2](deriveTable[V2](Table[K, V](t), mapCut(inSessions(&graph.Node{}), f, sessionOf), opts))
}

// MapValuesOpt is MapValues that is called for deletions too and may delete sessions itself.
func (t SessionTable[K, V]) MapValuesOpt[V2 any](f func(k K, w Session, v Opt[V]) Opt[V2], opts ...Option) SessionTable[K, V2] {
	live(t.b, t.n, "MapValuesOpt").given("MapValuesOpt", f != nil)
	return SessionTable[K, V2](deriveTable[V2](Table[K, V](t), mapOptCut(inSessions(&graph.Node{}), f, sessionOf), opts))
}

// mapCut makes n the node of a function that sees a window, or session, of type W.
func mapCut[K, V, V2, W any](n *graph.Node, f func(k K, w W, v V) V2, of func(graph.Span) W) *graph.Node {
	n.Op, n.Exec.Value = graph.TableMapValues, func(k any, w graph.Span, v any, ok bool) (any, bool) {
		if !ok {
			var none V2
			return none, false
		}
		return f(as[K](k), of(w), as[V](v)), true
	}
	return n
}

// mapOptCut is mapCut for a function that sees absence.
func mapOptCut[K, V, V2, W any](n *graph.Node, f func(k K, w W, v Opt[V]) Opt[V2], of func(graph.Span) W) *graph.Node {
	n.Op, n.Form, n.Exec.Value = graph.TableMapValues, graph.Opt, func(k any, w graph.Span, v any, ok bool) (any, bool) {
		in := None[V]()
		if ok {
			in = Some(as[V](v))
		}
		out := f(as[K](k), of(w), in)
		if !out.OK {
			out = None[V2]()
		}
		return out.V, out.OK
	}
	return n
}
