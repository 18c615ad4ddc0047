package dsl

import "github.com/streamgen/streamgen/internal/graph"

// JoinGlobal joins each record with the global table's value under the key that key
// chooses. Records with an absent value are dropped and counted; records without a match
// are dropped silently. The result has the record's own key, which may be absent (it is
// K's zero value for the functions), timestamp and headers. The table is read as it is at
// that moment: it is not synchronised with the stream by time.
func (s Stream[K, V]) JoinGlobal[GK, GV, W any](table GlobalTable[GK, GV], key func(k K, v V) GK, join func(k K, v V, g GV) W, opts ...Option) Stream[K, W] {
	live(s.b, s.n, "JoinGlobal").given("JoinGlobal", key != nil && join != nil)
	return joinGlobal[W](s, table, &graph.Node{Op: graph.JoinGlobal, Exec: graph.Exec{
		GKey: globalKey(key),
		Join: func(r graph.Rec, gv any, _ bool) any { return join(as[K](r.Key), as[V](r.Value), as[GV](gv)) },
	}}, "JoinGlobal", opts)
}

// LeftJoinGlobal is JoinGlobal that also passes records without a match: join then receives
// an absent table value. Records with an absent value are dropped and counted.
func (s Stream[K, V]) LeftJoinGlobal[GK, GV, W any](table GlobalTable[GK, GV], key func(k K, v V) GK, join func(k K, v V, g Opt[GV]) W, opts ...Option) Stream[K, W] {
	live(s.b, s.n, "LeftJoinGlobal").given("LeftJoinGlobal", key != nil && join != nil)
	return joinGlobal[W](s, table, &graph.Node{Op: graph.LeftGlobal, Exec: graph.Exec{
		GKey: globalKey(key),
		Join: func(r graph.Rec, gv any, ok bool) any {
			g := None[GV]()
			if ok {
				g = Some(as[GV](gv))
			}
			return join(as[K](r.Key), as[V](r.Value), g)
		},
	}}, "LeftJoinGlobal", opts)
}

func globalKey[K, V, GK any](key func(k K, v V) GK) func(graph.Rec) any {
	return func(r graph.Rec) any { return key(as[K](r.Key), as[V](r.Value)) }
}

func joinGlobal[W, K, V, GK, GV any](s Stream[K, V], table GlobalTable[GK, GV], n *graph.Node, operator string, opts []Option) Stream[K, W] {
	n.Global = -1
	if s.b.same(operator, table.b, table.n) {
		n.Global = table.n.ID
	}
	return derive[K, W](s, n, opts)
}
