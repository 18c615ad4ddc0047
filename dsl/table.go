package dsl

import (
	"reflect"

	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/serde"
)

// Table reads a topic as a changelog: each record replaces the value of its key, an absent
// value deletes it; records with an absent key are dropped and counted. Updates take effect
// in the order of the topic, also those with an earlier timestamp than the one before.
//
// Store gives the table a store of its own, with a changelog topic. Without it a store is
// made only when something downstream looks the table up or takes back old values: joins,
// GroupBy. It is then named after Name, and one of the two must be given. A table without a
// store forwards every record at once; one with a store coalesces until the commit, or
// forwards at once under EmitEveryUpdate. OnError says what happens to a record that the
// codecs cannot read.
func (b *Builder) Table[K, V any](topic string, key serde.Codec[K], val serde.Codec[V], opts ...Option) Table[K, V] {
	b.endpoint("Table", topic, key != nil && val != nil)
	o := collect(opts)
	n := b.add(&graph.Node{Op: graph.Table, Topic: topic, Key: codecName(key), Val: codecName(val),
		KeyType: typeName[K](), ValType: typeName[V](),
		Exec: graph.Exec{Key: boxCodec(key), Val: boxCodec(val)}}, o)
	b.timed("Table", n, o, reflect.TypeFor[K](), reflect.TypeFor[V]())
	n.Store = b.g.AddStore(tableStore(n, o))
	return Table[K, V]{b, n}
}

// tableStore is the store of a table: made in any case when Store names it. That of a table of
// windows has keys with their windows, whose codec follows from the one of the keys.
func tableStore(n *graph.Node, o options) *graph.Store {
	if n.Windowed {
		return o.keep(&graph.Store{Name: o.store, Kind: graph.KV, Timestamped: true, KeyType: n.CutKey(), ValType: n.ValType, Val: n.Val,
			Boxed: graph.BoxedStore{Val: n.Exec.Val}})
	}
	return o.keep(&graph.Store{Name: o.store, Kind: graph.KV, Timestamped: true, Optional: o.store == "",
		KeyType: n.KeyType, ValType: n.ValType, Key: n.Key, Val: n.Val,
		Boxed: graph.BoxedStore{Key: n.Exec.Key, Val: n.Exec.Val}})
}
