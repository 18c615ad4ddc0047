package dsl

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/processor"
	"github.com/streamgen/streamgen/runtime/serde"
)

// Builder records a topology. It is made by Record and used by one goroutine during one
// call of a topology function.
type Builder struct {
	g       *graph.Graph
	errs    []error
	handles map[uintptr]int // store handles by address, to find them in processors
	readers map[uintptr]int // likewise the read-only handles of global stores
	ended   map[int]string  // splits by node, with the call that ended their branches
}

// Record runs a topology function and returns the graph it describes, or all mistakes it
// met, each with its place in the source. A panic of the function is returned as an error.
func Record(topology func(*Builder)) (g *graph.Graph, err error) {
	if topology == nil {
		return nil, errors.New("the topology function is nil")
	}
	b := &Builder{g: &graph.Graph{}, handles: map[uintptr]int{}, readers: map[uintptr]int{}, ended: map[int]string{}}
	defer func() {
		switch p := recover().(type) {
		case nil:
		case zeroHandle:
			g, err = nil, errors.Join(append(b.errs, errors.New(p.text))...)
		default:
			g, err = nil, fmt.Errorf("the topology function panicked: %v", p)
		}
	}()
	topology(b)
	if err := errors.Join(b.errs...); err != nil {
		return nil, err
	}
	return b.g, nil
}

// Structure runs a topology function and returns the hash of its structure: operators,
// forms, names, types and codecs, but no topics, window sizes or other option values.
// Generated code compares it with the structure that it was generated from.
func Structure(topology func(*Builder)) (hash string, err error) {
	g, err := Record(topology)
	if err != nil {
		return "", err
	}
	return g.Hash(), nil
}

// add records a node over its parents' outputs.
func (b *Builder) add(n *graph.Node, o options, parents ...*graph.Node) *graph.Node {
	for _, p := range parents {
		n.In = append(n.In, p.ID)
	}
	switch n.Op {
	case graph.JoinGlobal, graph.LeftGlobal, graph.JoinTable, graph.LeftTable:
	default:
		n.Global = -1
	}
	n.Store = -1
	n.Name = o.name
	n.EmitEvery, n.OnClose = o.emitEvery, o.onClose
	n.OnError, n.DeadLetter = o.onError, o.deadLetter
	if o.onError == "dead-letter" && o.deadLetter == "" {
		b.fail("DeadLetter: the topic is empty")
	}
	return b.g.Add(n)
}

// endpoint reports what a source, sink or global table lacks.
func (b *Builder) endpoint(operator, topic string, codecs bool) {
	if topic == "" {
		b.fail("%s: the topic is empty", operator)
	}
	if !codecs {
		b.fail("%s(%q): a codec is nil; there is no default codec", operator, topic)
	}
}

// Stream reads a topic. The codecs say what its bytes are; a null key or value becomes an
// absent one without asking them. OnError says what happens to a record that they cannot
// read, and a timestamp extractor when it is from. Reading one topic twice reads it once: both
// streams carry the same records.
func (b *Builder) Stream[K, V any](topic string, key serde.Codec[K], val serde.Codec[V], opts ...Option) Stream[K, V] {
	b.endpoint("Stream", topic, key != nil && val != nil)
	o := collect(opts)
	n := b.add(&graph.Node{Op: graph.Source, Topic: topic, Key: codecName(key), Val: codecName(val),
		KeyType: typeName[K](), ValType: typeName[V](),
		Exec: graph.Exec{Key: boxCodec(key), Val: boxCodec(val)}}, o)
	b.timed("Stream", n, o, reflect.TypeFor[K](), reflect.TypeFor[V]())
	return Stream[K, V]{b, n}
}

// Streams reads several topics as one stream. Each of its tasks reads one partition of every
// topic that has it, and takes the records of the lowest timestamp first. The same list read
// twice is read once, in whatever order; lists that share some topics only are refused.
func (b *Builder) Streams[K, V any](topics []string, key serde.Codec[K], val serde.Codec[V], opts ...Option) Stream[K, V] {
	list := make([]string, 0, len(topics))
	for _, topic := range topics {
		b.endpoint("Streams", topic, key != nil && val != nil)
		if !slices.Contains(list, topic) {
			list = append(list, topic)
		}
	}
	if len(list) == 0 {
		b.fail("Streams: there are no topics")
		list = []string{""}
	}
	o := collect(opts)
	n := b.add(&graph.Node{Op: graph.Source, Topic: list[0], More: list[1:], Key: codecName(key), Val: codecName(val),
		KeyType: typeName[K](), ValType: typeName[V](),
		Exec: graph.Exec{Key: boxCodec(key), Val: boxCodec(val)}}, o)
	b.timed("Streams", n, o, reflect.TypeFor[K](), reflect.TypeFor[V]())
	return Stream[K, V]{b, n}
}

// StreamPattern reads all topics whose whole names match a regular expression, in the syntax of
// package regexp, as one stream; the application's internal topics and those that begin with two
// underscores do not count. Topics that come to match while the application runs are taken up
// within metadata.max.age.ms. A task reads one partition number of them all. No other source may
// read a topic that matches; the same pattern read twice is read once.
func (b *Builder) StreamPattern[K, V any](pattern string, key serde.Codec[K], val serde.Codec[V], opts ...Option) Stream[K, V] {
	if pattern == "" {
		b.fail("StreamPattern: the pattern is empty")
	}
	if key == nil || val == nil {
		b.fail("StreamPattern(%q): a codec is nil; there is no default codec", pattern)
	}
	o := collect(opts)
	n := b.add(&graph.Node{Op: graph.Source, Pattern: pattern, Key: codecName(key), Val: codecName(val),
		KeyType: typeName[K](), ValType: typeName[V](),
		Exec: graph.Exec{Key: boxCodec(key), Val: boxCodec(val)}}, o)
	b.timed("StreamPattern", n, o, reflect.TypeFor[K](), reflect.TypeFor[V]())
	return Stream[K, V]{b, n}
}

// GlobalTable reads a whole topic into every instance, as Kafka Streams' GlobalKTable:
// all partitions, caught up before processing starts, no co-partitioning needed. An absent
// value deletes its key; a record with an absent key is dropped. The store is named after
// Store or Name, else after the topic; it has no changelog.
func (b *Builder) GlobalTable[K, V any](topic string, key serde.Codec[K], val serde.Codec[V], opts ...Option) GlobalTable[K, V] {
	b.endpoint("GlobalTable", topic, key != nil && val != nil)
	o := collect(opts)
	n := b.add(&graph.Node{Op: graph.GlobalTable, Topic: topic, Key: codecName(key), Val: codecName(val),
		KeyType: typeName[K](), ValType: typeName[V](),
		Exec: graph.Exec{Key: boxCodec(key), Val: boxCodec(val)}}, o)
	n.Store = b.g.AddStore(&graph.Store{Name: o.storeName(), Kind: graph.KV, Global: true, NoChangelog: true, Timestamped: true,
		KeyType: n.KeyType, ValType: n.ValType, Key: n.Key, Val: n.Val,
		Boxed: graph.BoxedStore{Key: boxCodec(key), Val: boxCodec(val)}})
	return GlobalTable[K, V]{b, n}
}

// KeyValueStore declares a store for processors that hold the handle in a field. The
// name is its identity: changelog topic and state on disk are found by it. Keys and values
// of a store are never absent; Delete removes. Of the options InMemory is for stores.
func (b *Builder) KeyValueStore[K, V any](name string, key serde.Codec[K], val serde.Codec[V], opts ...Option) *KeyValueStore[K, V] {
	b.storage("KeyValueStore", name, key != nil && val != nil)
	h := processor.NewKeyValueStore(key, val)
	h.Declared(b.declare(address(h), collect(opts).keep(&graph.Store{Name: name, Kind: graph.KV, KeyType: typeName[K](), ValType: typeName[V](),
		Key: codecName(key), Val: codecName(val),
		Boxed: graph.BoxedStore{Key: boxCodec(key), Val: boxCodec(val), Bind: h.Bind}})))
	return h
}

// TimestampedKeyValueStore is KeyValueStore for values with timestamps, Kafka Streams'
// Stores.timestampedKeyValueStoreBuilder: the store and its changelog keep them.
func (b *Builder) TimestampedKeyValueStore[K, V any](name string, key serde.Codec[K], val serde.Codec[V], opts ...Option) *TimestampedKeyValueStore[K, V] {
	b.storage("TimestampedKeyValueStore", name, key != nil && val != nil)
	h := processor.NewTimestampedKeyValueStore(key, val)
	h.Declared(b.declare(address(h), collect(opts).keep(&graph.Store{Name: name, Kind: graph.KV, Timestamped: true, KeyType: typeName[K](), ValType: typeName[V](),
		Key: codecName(key), Val: codecName(val),
		Boxed: graph.BoxedStore{Key: boxCodec(key), Val: boxCodec(val), Bind: h.Bind}})))
	return h
}

// WindowStore declares a store of values by key and window start for processors that hold
// the handle in a field. Rows vanish retention behind the highest start ever put; size is
// the length of the windows and at most the retention. Neither may be below a millisecond.
func (b *Builder) WindowStore[K, V any](name string, key serde.Codec[K], val serde.Codec[V], retention, size time.Duration, opts ...Option) *WindowStore[K, V] {
	b.storage("WindowStore", name, key != nil && val != nil)
	keep, width := retention.Milliseconds(), size.Milliseconds()
	if width < 1 || keep < width {
		b.fail("WindowStore(%q): size is %v and retention %v; the size must be at least 1 ms and the retention at least the size", name, size, retention)
	}
	h := processor.NewWindowStore(key, val, processor.WindowStoreSpec{Retention: keep, WindowSize: width})
	h.Declared(b.declare(address(h), collect(opts).keep(&graph.Store{Name: name, Kind: graph.Window, KeyType: typeName[K](), ValType: typeName[V](),
		Key: codecName(key), Val: codecName(val), Size: width, Retention: keep,
		Boxed: graph.BoxedStore{Key: boxCodec(key), Val: boxCodec(val), Bind: h.Bind}})))
	return h
}

// storage reports what a declared store lacks.
func (b *Builder) storage(operator, name string, codecs bool) {
	if name == "" {
		b.fail("%s: the name is empty; it is the store's identity", operator)
	}
	if !codecs {
		b.fail("%s(%q): a codec is nil; there is no default codec", operator, name)
	}
}

func (b *Builder) declare(handle uintptr, s *graph.Store) int {
	i := b.g.AddStore(s)
	b.handles[handle] = i
	return i
}
