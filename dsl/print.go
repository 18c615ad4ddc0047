package dsl

import (
	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/processor"
)

// Print writes a line "[label]: key, value" to standard output for each record, as Kafka
// Streams' Printed.toSysOut, and ends the stream. An empty label is the name of the
// operator before. Keys and values are formatted as by fmt.Print, byte slices as text, what
// is absent as null. It is meant for trying things out.
func (s Stream[K, V]) Print(label string, opts ...Option) {
	live(s.b, s.n, "Print")
	derive[K, V](s, &graph.Node{Op: graph.Print, Label: label, Exec: graph.Exec{Print: func(label string, r graph.Rec) {
		processor.Print(label, typed[K, V](r))
	}}}, opts)
}
