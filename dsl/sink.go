package dsl

import (
	"reflect"

	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/serde"
)

// To writes the stream to a topic, which must exist. Absent keys and values are written
// as null. Records go to the partition that Kafka's default partitioner chooses for the
// bytes of the key, windowed keys to that of their inner key. A value that a codec cannot
// write, such as NaN as JSON, stops the application unless OnError says otherwise.
func (s Stream[K, V]) To(topic string, key serde.Codec[K], val serde.Codec[V], opts ...Option) {
	b := live(s.b, s.n, "To")
	b.endpoint("To", topic, key != nil && val != nil)
	b.sink(s.n, &graph.Node{Topic: topic, Key: codecName(key), Val: codecName(val), KeyType: typeName[K](), ValType: typeName[V](),
		Exec: graph.Exec{Key: boxCodec(key), Val: boxCodec(val)}}, "To", reflect.TypeFor[K](), reflect.TypeFor[V](), opts)
}

// ToDynamic writes each record to the topic that topic chooses for it, as Kafka Streams'
// TopicNameExtractor. It is called for every record, absent keys and values included. The
// topics must exist by the time they are chosen; OnError says what happens to a record whose
// topic does not exist.
func (s Stream[K, V]) ToDynamic(topic func(r Rec[K, V]) string, key serde.Codec[K], val serde.Codec[V], opts ...Option) {
	b := live(s.b, s.n, "ToDynamic")
	b.given("ToDynamic", topic != nil)
	if key == nil || val == nil {
		b.fail("ToDynamic: a codec is nil; there is no default codec")
	}
	b.sink(s.n, &graph.Node{Routed: true, Key: codecName(key), Val: codecName(val), KeyType: typeName[K](), ValType: typeName[V](),
		Exec: graph.Exec{Key: boxCodec(key), Val: boxCodec(val), Topic: func(r graph.Rec) string { return topic(typed[K, V](r)) }}},
		"ToDynamic", reflect.TypeFor[K](), reflect.TypeFor[V](), opts)
}

func (b *Builder) sink(from, n *graph.Node, operator string, key, val reflect.Type, opts []Option) {
	o := collect(opts)
	n.Op = graph.Sink
	b.placed(operator, n, o, key, val)
	b.add(n, o, from)
}
