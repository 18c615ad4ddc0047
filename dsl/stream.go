package dsl

import (
	"reflect"

	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/processor"
	"github.com/streamgen/streamgen/runtime/window"
)

// The types that user functions meet, under the names of this package.
type (
	// Opt is a value that may be absent. It is processor.Opt.
	Opt[T any] = processor.Opt[T]
	// Rec is a record with timestamp and headers. It is processor.Record.
	Rec[K, V any] = processor.Record[K, V]
	// KV is a key-value pair, as returned to FlatMap. It is processor.KV.
	KV[K, V any] = processor.KV[K, V]
	// Window is a time window. It is window.Window.
	Window = window.Window
	// Windowed is a key with its window. It is window.Windowed.
	Windowed[K any] = window.Windowed[K]
	// Session is a session window. It is window.Session.
	Session = window.Session
	// Sessioned is a key with its session. It is window.Sessioned.
	Sessioned[K any] = window.Sessioned[K]
	// KeyValueStore is a store held by a processor. It is processor.KeyValueStore.
	KeyValueStore[K, V any] = processor.KeyValueStore[K, V]
	// TimestampedKeyValueStore is a store of values with timestamps held by a processor. It is
	// processor.TimestampedKeyValueStore.
	TimestampedKeyValueStore[K, V any] = processor.TimestampedKeyValueStore[K, V]
	// ReadOnlyKeyValueStore reads a global store. It is processor.ReadOnlyKeyValueStore.
	ReadOnlyKeyValueStore[K, V any] = processor.ReadOnlyKeyValueStore[K, V]
	// ReadOnlyTimestampedKeyValueStore reads a global store of values with timestamps. It is
	// processor.ReadOnlyTimestampedKeyValueStore.
	ReadOnlyTimestampedKeyValueStore[K, V any] = processor.ReadOnlyTimestampedKeyValueStore[K, V]
	// WindowStore is a store by key and window held by a processor. It is processor.WindowStore.
	WindowStore[K, V any] = processor.WindowStore[K, V]
)

// Some returns a present value.
func Some[T any](v T) Opt[T] { return processor.Some(v) }

// None returns an absent value.
func None[T any]() Opt[T] { return processor.None[T]() }

// Pair builds a KV for FlatMap.
func Pair[K, V any](k K, v V) KV[K, V] { return processor.Pair(k, v) }

// Stream is an unbounded sequence of records, Kafka Streams' KStream.
type Stream[K, V any] struct {
	b *Builder
	n *graph.Node
}

// GlobalTable is a table that every instance holds whole, Kafka Streams' GlobalKTable.
type GlobalTable[K, V any] struct {
	b *Builder
	n *graph.Node
}

// Table is a changelog of values per key, Kafka Streams' KTable.
type Table[K, V any] struct {
	b *Builder
	n *graph.Node
}

// WindowTable is a table of values per key and window, Kafka Streams' KTable of Windowed keys. Its
// functions take key and window apart, and leaving it takes a function, see ToStream: a method may
// not return Stream[Windowed[K], V], which would be an endless instantiation.
type WindowTable[K, V any] struct {
	b *Builder
	n *graph.Node
}

// SessionTable is a table of values per key and session. A session that grows or that
// another one becomes a part of is deleted under its old bounds. It is left by ToStream, for
// the reason that WindowTable gives.
type SessionTable[K, V any] struct {
	b *Builder
	n *graph.Node
}

// derive records a node after s whose records have types K2 and V2. The caller has
// checked that s is live.
func derive[K2, V2, K, V any](s Stream[K, V], n *graph.Node, opts []Option) Stream[K2, V2] {
	o := collect(opts)
	s.b.fit(n.Op, o, reflect.TypeFor[K2](), reflect.TypeFor[V2]())
	n.KeyType, n.ValType = typeName[K2](), typeName[V2]()
	n.Key, n.Val = o.keyName, o.valName
	n.Exec.Key, n.Exec.Val = o.key, o.val
	return Stream[K2, V2]{s.b, s.b.add(n, o, s.n)}
}
