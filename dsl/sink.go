package dsl

import (
	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/serde"
)

// To writes the stream to a topic, which must exist. Absent keys and values are written
// as null. Records go to the partition that Kafka's default partitioner chooses for the
// bytes of the key, windowed keys to that of their inner key.
func (s Stream[K, V]) To(topic string, key serde.Codec[K], val serde.Codec[V], opts ...Option) {
	b := live(s.b, s.n, "To")
	b.endpoint("To", topic, key != nil && val != nil)
	b.add(&graph.Node{Op: graph.Sink, Topic: topic, Key: codecName(key), Val: codecName(val),
		KeyType: typeName[K](), ValType: typeName[V](),
		Exec: graph.Exec{Key: boxCodec(key), Val: boxCodec(val)}}, collect(opts), s.n)
}
