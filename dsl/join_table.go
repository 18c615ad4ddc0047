package dsl

import "github.com/streamgen/streamgen/internal/graph"

// Join joins each record with the table's value under the record's key. Records with an
// absent key or value are dropped and counted; records without a match are dropped
// silently. The table is read as it is at that moment, updates that are not yet emitted
// included; stream and table are synchronised by the timestamps of the records that wait in
// their partitions only. The result has the record's key, timestamp and headers. Both topics
// need the same number of partitions; a stream whose key was changed passes a repartition
// topic first, named after Name.
func (s Stream[K, V]) Join[U, W any](table Table[K, U], join func(k K, v V, u U) W, opts ...Option) Stream[K, W] {
	live(s.b, s.n, "Join").given("Join", join != nil)
	return joinTable[W](s, table, &graph.Node{Op: graph.JoinTable, Exec: graph.Exec{
		Join: func(r graph.Rec, u any, _ bool) any { return join(as[K](r.Key), as[V](r.Value), as[U](u)) },
	}}, "Join", opts)
}

// LeftJoin is Join that also passes records without a match, and records with an absent
// key: join then receives an absent table value. Records with an absent value are dropped
// and counted.
func (s Stream[K, V]) LeftJoin[U, W any](table Table[K, U], join func(k K, v V, u Opt[U]) W, opts ...Option) Stream[K, W] {
	live(s.b, s.n, "LeftJoin").given("LeftJoin", join != nil)
	return joinTable[W](s, table, &graph.Node{Op: graph.LeftTable, Exec: graph.Exec{
		Join: func(r graph.Rec, u any, ok bool) any {
			opt := None[U]()
			if ok {
				opt = Some(as[U](u))
			}
			return join(as[K](r.Key), as[V](r.Value), opt)
		},
	}}, "LeftJoin", opts)
}

func joinTable[W, K, V, U any](s Stream[K, V], table Table[K, U], n *graph.Node, operator string, opts []Option) Stream[K, W] {
	n.Global = -1
	if s.b.same(operator, table.b, table.n) {
		n.Global = table.n.ID
	}
	return derive[K, W](s, n, opts)
}
