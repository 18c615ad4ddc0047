package graph

import "strings"

// Problem is something wrong with a topology, as plain data: the compiler gives it a
// position and a code, the interpreter prints it.
type Problem struct {
	Kind  Kind
	Node  int    // the node it is about, -1 when it is about a store alone
	Other int    // a second node that it contradicts, -1 without
	Store int    // the store it is about, -1 without
	Text  string // what is wrong and why, naming both sides
	Fix   string // what to do
	// Name is the missing name for MissingStoreName: the one that Kafka Streams would have
	// generated.
	Name string
}

// Kind classifies problems; it is stable.
type Kind string

// The kinds of problems.
const (
	MissingStoreName Kind = "missing-store-name" // a stateful operator or store without a name
	MissingTopicName Kind = "missing-topic-name" // a join's repartition topic without a name
	MissingCodec     Kind = "missing-codec"      // a repartition topic or store whose codec is not known
	MissingTopic     Kind = "missing-topic"      // a source, sink or table with an empty topic
	DuplicateStore   Kind = "duplicate-store"
	DuplicateName    Kind = "duplicate-name"  // two processors of one name
	DuplicateTopic   Kind = "duplicate-topic" // two repartition topics of one name
	BadName          Kind = "bad-name"        // a name that Kafka would not take
	TopicCodecs      Kind = "topic-codecs"    // one topic, two codecs
	SourcePolicy     Kind = "source-policy"   // one topic read under two error policies
	SourceTimes      Kind = "source-times"    // one topic read with two timestamp extractors
	GlobalAndStream  Kind = "global-and-stream"
	GlobalHandle     Kind = "global-handle"     // a store held where the handle of a global store belongs, or the other way round
	UnpartitionedKey Kind = "unpartitioned-key" // a processor with stores behind a key change
	UnusedStore      Kind = "unused-store"
	GroupCodecs      Kind = "group-codecs"   // one named grouping, two codecs
	IgnoredPolicy    Kind = "ignored-policy" // OnError where nothing can fail
	IgnoredEmit      Kind = "ignored-emit"   // EmitEveryUpdate where nothing is coalesced
	FeedsItself      Kind = "feeds-itself"   // a topic that gets a record for every record it gives
	JoinCodecs       Kind = "join-codecs"    // two sides of a join, two key codecs
	// OverlappingTopics are lists of topics that share some and not all.
	OverlappingTopics Kind = "overlapping-topics"
	BadPattern        Kind = "bad-pattern" // no regular expression
	Malformed         Kind = "malformed"   // a graph that no builder makes
)

// Problems is all that is wrong with a graph. It is an error.
type Problems []Problem

// Error lists the problems, one a line.
func (p Problems) Error() string {
	var b strings.Builder
	for i, q := range p {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(q.Text)
		if q.Fix != "" {
			b.WriteString("; " + q.Fix)
		}
	}
	return b.String()
}
