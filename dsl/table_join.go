package dsl

import "github.com/streamgen/streamgen/internal/graph"

// Join is the table of the keys that both tables have. An update on either side joins with
// the other side as it is then; a deletion on one side deletes the result when the other
// side has the key. The result's timestamp is the later one of the two values. Both topics
// need the same number of partitions. Store keeps the result in a store of its own, for
// which Codecs are needed.
func (t Table[K, V]) Join[U, W any](other Table[K, U], join func(k K, v V, u U) W, opts ...Option) Table[K, W] {
	live(t.b, t.n, "Join").given("Join", join != nil)
	return joinTables[W](t, other, &graph.Node{Op: graph.TableJoin, Exec: graph.Exec{
		Both: func(k, v any, _ bool, u any, _ bool) any { return join(as[K](k), as[V](v), as[U](u)) },
	}}, "Join", opts)
}

// LeftJoin is the table of the keys of t, joined with the other table's value where it has
// one; see Join.
func (t Table[K, V]) LeftJoin[U, W any](other Table[K, U], join func(k K, v V, u Opt[U]) W, opts ...Option) Table[K, W] {
	live(t.b, t.n, "LeftJoin").given("LeftJoin", join != nil)
	return joinTables[W](t, other, &graph.Node{Op: graph.TableLeftJoin, Exec: graph.Exec{
		Both: func(k, v any, _ bool, u any, ok bool) any { return join(as[K](k), as[V](v), optOf[U](u, ok)) },
	}}, "LeftJoin", opts)
}

// OuterJoin is the table of the keys that either table has; see Join.
func (t Table[K, V]) OuterJoin[U, W any](other Table[K, U], join func(k K, v Opt[V], u Opt[U]) W, opts ...Option) Table[K, W] {
	live(t.b, t.n, "OuterJoin").given("OuterJoin", join != nil)
	return joinTables[W](t, other, &graph.Node{Op: graph.TableOuterJoin, Exec: graph.Exec{
		Both: func(k, v any, vOK bool, u any, uOK bool) any {
			return join(as[K](k), optOf[V](v, vOK), optOf[U](u, uOK))
		},
	}}, "OuterJoin", opts)
}

func optOf[T any](v any, ok bool) Opt[T] {
	if !ok {
		return None[T]()
	}
	return Some(as[T](v))
}

func joinTables[W, K, V, U any](t Table[K, V], other Table[K, U], n *graph.Node, operator string, opts []Option) Table[K, W] {
	ok := t.b.same(operator, other.b, other.n)
	out := deriveTable[W](t, n, opts)
	if ok {
		n.In = append(n.In, other.n.ID)
	}
	return out
}
