// Package gen is the one door between generated code and the runtime. Generated code
// and the interpreter implement Task and describe themselves in a Topology; the runtime
// drives both alike. Applications do not import this package by hand.
package gen

import (
	"fmt"

	"github.com/streamgen/streamgen/runtime/serde"
)

// Topology is a compiled or interpreted topology, ready to be run by rt.New or the test
// driver. Build one per application instance: its global tables are state. It may be
// read concurrently once built.
type Topology struct {
	Name          string // of the topology function
	Description   string // Kafka Streams' Describe text
	Hash          string // of the logical structure; rolling deploys compare it
	Subtopologies []Subtopology
	Globals       []*Global
	// Err is why the topology must not run: recorded structure differs from the compiled
	// plan, or an option has a value that is refused. rt.New and the test driver return it.
	Err error
}

// Verify compares the structure recorded from the topology function with the one the
// code was generated from, and sets Err when they differ.
func (t *Topology) Verify(recordedHash string, recordErr error) {
	switch {
	case recordErr != nil:
		t.Err = fmt.Errorf("topology %s: %w", t.Name, recordErr)
	case recordedHash != t.Hash:
		t.Err = fmt.Errorf("topology %s has changed since its code was generated (structure %s, generated from %s); run go generate and build again", t.Name, recordedHash, t.Hash)
	}
}

// Subtopology is a connected part of the topology that runs as one task per partition.
// A plain description, safe for concurrent use once built.
type Subtopology struct {
	ID      int
	Sources []Source
	Sinks   []SinkSpec
	Stores  []Store
	// Together are the sources that meet in joins and so need equally many partitions.
	Together []Together
	// NewTask builds the task's code over its environment; stores are bound there.
	NewTask func(env *TaskEnv) (Task, error)
}

// Source is an input topic of a sub-topology. A plain description, safe for concurrent use.
type Source struct {
	Node        string // processor name
	Topic       string // for a repartition topic: without application id and suffix
	Repartition bool
	// Pattern is a regular expression: the source reads all topics whose whole names match,
	// and Topic is empty. Each of them becomes a source of the task with this one's code.
	Pattern string
	// Partitions is how many partitions a repartition topic is to have; 0 for as many as
	// what writes it has tasks.
	Partitions int32
	Times      Times // RecordTime for repartition topics
	// Placed says that a function of the user's chooses the partitions of a repartition topic,
	// so that a key does not tell where its records are.
	Placed bool
}

// SinkSpec is an output topic of a sub-topology. A plain description, safe for concurrent use.
type SinkSpec struct {
	Node        string
	Topic       string
	Repartition bool
	DeadLetter  bool // created by a policy, not by To
	Routed      bool // each record chooses its topic
}

// Store describes a state store of a sub-topology. A plain description, safe for concurrent use.
type Store struct {
	Name        string
	Window      bool  // rows have a time and expire; keys are key ++ start int64 ++ sequence int32
	Session     bool  // a Window store whose keys are key ++ end int64 ++ start int64; rows expire by their end
	Timestamped bool  // values are ts int64 ++ value in the store
	Retention   int64 // milliseconds, window stores
	Segment     int64 // milliseconds; max(Retention/2, 60000) as in Kafka Streams
	Duplicates  bool  // window store that keeps all values of a key and time
	Logged      bool  // has a changelog topic
	InMemory    bool
	// What queries need beside: the codecs, nil where the topology does not say them; how many
	// bytes behind the key the placement of a key leaves out (the window of windowed keys); that
	// processors put what keys they like, so that none tells its partition; and that it holds
	// what waits in a join, which nobody asks for.
	Key, Val  *serde.Text
	Tail      int
	Free      bool
	Unmatched bool
}

// Together are the sources on the two sides of a join, as indices into Subtopology.Sources:
// records of one key meet only if all their topics have equally many partitions. A plain
// description, safe for concurrent use.
type Together struct {
	Node        string // processor name of the join
	Left, Right []int
}

// SequenceOf is the name under which TaskEnv.Times keeps the last sequence number of a store
// with duplicates: committed with the offsets, so that rows of one key and time stay apart
// across a restart.
func SequenceOf(store string) string { return store + ".sequence" }

// Segment is how long a segment of a window store is, in milliseconds: half the retention,
// at least a minute, as in Kafka Streams.
func Segment(retention int64) int64 { return max(retention/2, 60000) }
