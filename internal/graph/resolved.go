package graph

// Resolved is a graph with all that follows from it: names, repartitions, codecs,
// sub-topologies, internal topics. It is plain data; Resolve makes it and nobody changes
// it afterwards, so it may be read concurrently.
type Resolved struct {
	Hash string // of the logical graph's Structure

	// Steps stand by id: the nodes of the graph under their own ids, then the
	// repartitions and sides that Resolve inserted.
	Steps []*Step
	// Stores are copies of the graph's stores, under the same indices, with the names and
	// codecs filled in that were left to be derived.
	Stores []*Store
	// StoreSub is, by store, the index in Subs of the sub-topology that owns it; -1 for
	// the stores of global tables and global stores.
	StoreSub  []int
	Subs      []Sub       // ascending by ID
	Globals   []int       // steps: the global tables and stores, in the order of their declaration
	Topics    []Topic     // internal topics: repartitions, then changelogs
	Together  []Together  // inputs that must have equally many partitions
	written   []*Step     // in the order in which Kafka Streams would add their processors
	recorded  int         // how many of Steps the graph has; the others were inserted
	globalIDs map[int]int // by step of a global table or store: its number among the sub-topologies
}

// Step is a node with its derived properties. The embedded Node is a copy in which
//   - Name is the processor name, Kafka Streams' one where the user gave none;
//   - In has repartitions where the records now come from, and the first of several
//     sources of one topic in place of the others;
//   - Key and Val are the codecs known for the records that leave the node, inherited
//     along operators that keep key or value (for Sink: those it writes with); empty
//     where none is known. Exec.Key and Exec.Val are the same codecs, boxed.
//
// A Repartition step stands for three processors, FilterName, SinkName and SourceName, on
// both sides of its topic. As the last step of sub-topology Sub it drops records with an
// absent key and writes the others with codecs Key and Val to Topic (which lacks
// application id and suffix). As the first step of sub-topology Reader it is a source whose
// Out are the aggregations that share it. Records that leave it have the types KeyType
// and ValType.
type Step struct {
	Node
	Out []int // the steps that records go to next, in this order; repartitions included
	// Sub is the index in Resolved.Subs of the sub-topology that runs the step; -1 for
	// global tables and stores.
	Sub int
	// Reader is the index of the sub-topology that reads a Repartition; -1 otherwise.
	Reader int
	last   int // the last step that asked for an inserted Repartition or Side
	// InKey and InVal are the types of the records that enter; empty for sources.
	InKey, InVal string
	// Rekeyed: the key of the records that leave was changed since they were last read
	// from a topic, so they need not be in the partition of their key.
	Rekeyed bool
	// Alias, on a Source whose topic an earlier Source reads already: that step. Its
	// records come from there and the step itself never runs. -1 otherwise.
	Alias int
	// Join, on a Side: the two-input step whose input it is, the second one when Right. The
	// records of a Side go to that step alone, which tells them apart by the Side. -1 otherwise.
	Join  int
	Right bool
	// WindowName, on a Side of a stream-stream join: the processor that keeps the records;
	// Name is the one that joins them.
	WindowName string
	// KeyTail, on Sink and Repartition whose key is windowed: how many bytes its encoding has
	// behind the inner key, by which the record is placed: 8 for a window, 16 for a session.
	KeyTail int
	// Explicit, on a Repartition: the user asked for it.
	Explicit bool
	// SourceName, FilterName and SinkName are the further processor names of a
	// Repartition (all three; Name is SourceName; none filters the changes of a table) and of
	// a GlobalTable, GlobalStore and Table (SourceName).
	SourceName, FilterName, SinkName string
	// ThisName and OtherName are the processors of the two sides of a table-table join, whose
	// results meet in Name.
	ThisName, OtherName string
	// KeySelectName, on a ToStream that changes the key: the processor after Name that
	// Kafka Streams would have for it. Empty otherwise.
	KeySelectName string
	// SendOld, on a table: the changes that leave it carry the old value beside the new one,
	// because something downstream needs it (Kafka Streams' enableSendingOldValues). Old is
	// what the table last emitted for the key: coalesced, the value at the last commit. On a
	// Repartition: values are changes in the layout of Kafka Streams' ChangedSerializer.
	SendOld bool
	// NullKeys, on a Repartition: records without a key pass, because a left or outer join further
	// down takes them (KIP-962).
	NullKeys bool
	store    int // of a Table or ToTable: its optional store, while Store may still be -1
}

// Sub is a sub-topology: the part of the topology that one task runs for one partition of
// its sources. Its parts are connected by records or by shared stores.
type Sub struct {
	// ID is Kafka Streams' number: the groups of processors in the order of their first
	// source, global tables included. So IDs may skip numbers.
	ID int
	// Steps in an order in which each step comes after those it gets records from. The
	// repartitions that the sub-topology reads are included, those that it writes and aliases
	// are not.
	Steps []int
	// Sources are the Source and Repartition steps it reads, in the order of Steps: their
	// index is the source number of gen.Task.Process.
	Sources []int
	// Sinks are what it writes: Sink steps and Repartitions in the order of the graph, then
	// the dead-letter topics of its policies.
	Sinks []SubSink
	// Stores are indices into Resolved.Stores, ascending.
	Stores []int
	// Flush are the stateful steps (Count, Reduce, Aggregate) that coalesce, so without
	// EmitEvery, upstream first.
	Flush []int
	// Processors are the Process and ProcessValues steps in the order of Steps.
	Processors []int
}

// SubSink is an output of a sub-topology. Step is the Sink or Repartition, or -1 for a
// dead-letter topic, which several operators may share.
type SubSink struct {
	Step        int
	Topic       string // for a Repartition without application id and suffix
	Repartition bool
	DeadLetter  bool
	Routed      bool // each record chooses its topic
}

// SinkOf returns the index in Sinks of the output that a Sink or Repartition step writes, -1 if none.
func (s *Sub) SinkOf(step int) int {
	for i, k := range s.Sinks {
		if k.Step == step {
			return i
		}
	}
	return -1
}

// DeadLetterOf returns the index in Sinks of a dead-letter topic, -1 if none.
func (s *Sub) DeadLetterOf(topic string) int {
	for i, k := range s.Sinks {
		if k.DeadLetter && k.Topic == topic {
			return i
		}
	}
	return -1
}

// Together are the topics that meet in a two-input step: Source and Repartition steps of
// its sub-topology, by side. Records of one key meet only if all of these have as many partitions.
type Together struct {
	Step        int // the join
	Left, Right []int
}

// TopicKind says what an internal topic is for.
type TopicKind string

// The kinds of internal topics; each is also the suffix of the topic's name.
const (
	RepartitionTopic TopicKind = "repartition"
	ChangelogTopic   TopicKind = "changelog"
)

// Topic is an internal topic. On the broker it is called <application.id>-<Base>-<Kind>.
type Topic struct {
	Kind  TopicKind
	Base  string
	Step  int // repartition: its step; changelog: -1
	Store int // changelog: its store; repartition: -1
	// Sub is the index of the sub-topology that reads a repartition topic or owns the store
	// of a changelog: the topic has as many partitions as that sub-topology has tasks.
	Sub int
}
