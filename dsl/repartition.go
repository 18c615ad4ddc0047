package dsl

import (
	"math"
	"reflect"

	"github.com/streamgen/streamgen/internal/graph"
)

// Repartition passes the stream through an internal topic, so that its records lie in the
// partitions of their keys: before Process with stores, or to have more tasks downstream.
// Name names the topic, Partitions and Partitioner say how it is divided, and Codecs how it
// is written where the stream's codecs are not known. Absent keys and values pass.
func (s Stream[K, V]) Repartition(opts ...Option) Stream[K, V] {
	b, o := live(s.b, s.n, "Repartition"), collect(opts)
	n := &graph.Node{Op: graph.Repartition}
	if o.partitions < 0 || o.partitions > math.MaxInt32 {
		b.fail("Repartition: Partitions is %d; a topic has at least one", o.partitions)
	} else {
		n.Partitions = int32(o.partitions)
	}
	b.placed("Repartition", n, o, reflect.TypeFor[K](), reflect.TypeFor[V]())
	return derive[K, V](s, n, opts)
}
