package dsl

import "github.com/streamgen/streamgen/internal/graph"

// MapValues makes a new value of each key's value; deleted keys stay deleted without f being
// called. Store keeps the result in a store of its own, for which Codecs are needed;
// otherwise f is called where the table is looked up, so it must depend on key and value
// alone.
func (t Table[K, V]) MapValues[V2 any](f func(k K, v V) V2, opts ...Option) Table[K, V2] {
	live(t.b, t.n, "MapValues").given("MapValues", f != nil)
	return deriveTable[V2](t, &graph.Node{Op: graph.TableMapValues, Exec: graph.Exec{
		Value: func(k, v any, ok bool) (any, bool) {
			if !ok {
				var none V2
				return none, false
			}
			return f(as[K](k), as[V](v)), true
		},
	}}, opts)
}

// MapValuesOpt is MapValues that is called for deleted keys too and may delete keys itself.
// A key that the table does not have is to it like a deleted one, also where the table is
// looked up.
func (t Table[K, V]) MapValuesOpt[V2 any](f func(k K, v Opt[V]) Opt[V2], opts ...Option) Table[K, V2] {
	live(t.b, t.n, "MapValuesOpt").given("MapValuesOpt", f != nil)
	return deriveTable[V2](t, &graph.Node{Op: graph.TableMapValues, Form: graph.Opt, Exec: graph.Exec{
		Value: func(k, v any, ok bool) (any, bool) {
			in := None[V]()
			if ok {
				in = Some(as[V](v))
			}
			out := f(as[K](k), in)
			if !out.OK {
				out = None[V2]()
			}
			return out.V, out.OK
		},
	}}, opts)
}
