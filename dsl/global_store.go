package dsl

import (
	"reflect"

	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/processor"
	"github.com/streamgen/streamgen/runtime/serde"
)

// GlobalStore fills a store from a whole topic, in every instance, by a processor of the user's
// own: Kafka Streams' StreamsBuilder.addGlobalStore. The processor holds the store's handle in a
// field; it alone writes, outside of any task, and sees all records of all partitions, absent keys
// and values included. What GlobalStore returns reads the store, and any processor may hold that.
// The store lies in memory, and the topic is its changelog: each start of the application hands
// the processor the whole topic again, before tasks process anything. Of the options Name names
// the processor, and OnError says what becomes of records that cannot be read or that the
// processor fails for: Fail, the default, or Skip.
func (b *Builder) GlobalStore[P processor.GlobalProcessor[K, V], K, V, SK, SV any](topic string, key serde.Codec[K], val serde.Codec[V], store *KeyValueStore[SK, SV], new func() P, opts ...Option) *ReadOnlyKeyValueStore[SK, SV] {
	i := -1
	if store != nil {
		i = b.declared("GlobalStore", address(store))
	}
	n, ok := globalStore[P, K, V](b, "GlobalStore", topic, key, val, i, new, opts)
	if !ok {
		return nil
	}
	h := store.ReadOnly()
	b.readers[address(h)] = n.Store
	b.g.Stores[n.Store].Boxed.Read = h.Bind
	return h
}

// TimestampedGlobalStore is GlobalStore for values with timestamps.
func (b *Builder) TimestampedGlobalStore[P processor.GlobalProcessor[K, V], K, V, SK, SV any](topic string, key serde.Codec[K], val serde.Codec[V], store *TimestampedKeyValueStore[SK, SV], new func() P, opts ...Option) *ReadOnlyTimestampedKeyValueStore[SK, SV] {
	i := -1
	if store != nil {
		i = b.declared("TimestampedGlobalStore", address(store))
	}
	n, ok := globalStore[P, K, V](b, "TimestampedGlobalStore", topic, key, val, i, new, opts)
	if !ok {
		return nil
	}
	h := store.ReadOnly()
	b.readers[address(h)] = n.Store
	b.g.Stores[n.Store].Boxed.Read = h.Bind
	return h
}

// declared is the store of a handle that this builder has made, -1 for others.
func (b *Builder) declared(operator string, handle uintptr) int {
	i, ok := b.handles[handle]
	if !ok {
		b.fail("%s: the store was made by another Builder; one topology is one call of its function", operator)
		return -1
	}
	return i
}

func globalStore[P processor.GlobalProcessor[K, V], K, V any](b *Builder, operator, topic string, key serde.Codec[K], val serde.Codec[V], store int, new func() P, opts []Option) (*graph.Node, bool) {
	b.endpoint(operator, topic, key != nil && val != nil)
	switch {
	case new == nil:
		b.given(operator, false)
		return nil, false
	case store < 0:
		b.fail("%s(%q): there is no store; declare one with KeyValueStore or TimestampedKeyValueStore", operator, topic)
		return nil, false
	}
	n := &graph.Node{Op: graph.GlobalStore, Topic: topic, Key: codecName(key), Val: codecName(val), KeyType: typeName[K](), ValType: typeName[V](),
		Exec: graph.Exec{Key: boxCodec(key), Val: boxCodec(val), NewProcessor: func() graph.BoxedProcessor { return boxGlobalProcessor[K, V](new()) }}}
	n.Stores, n.ReadOnly = b.held(reflect.ValueOf(new()))
	b.add(n, collect(opts))
	n.Store = store
	s := b.g.Stores[store]
	s.Global, s.NoChangelog = true, true
	return n, true
}

func boxGlobalProcessor[K, V any](p processor.GlobalProcessor[K, V]) graph.BoxedProcessor {
	var ctx *processor.GlobalContext
	return graph.BoxedProcessor{
		Init: func(env *processor.Env, _ int) error {
			ctx = processor.NewGlobalContext(env)
			return p.Init(ctx)
		},
		Process: func(r graph.Rec) error { return p.Process(ctx, typed[K, V](r)) },
		Close:   p.Close,
	}
}
