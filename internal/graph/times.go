package graph

// Times says where the timestamps of a source's records come from. The texts are those of
// gen.Times, which says what they do.
type Times string

// The ways to get a timestamp.
const (
	RecordTime    Times = ""
	WallClockTime Times = "wall-clock"
	FailTime      Times = "fail"
	LogTime       Times = "log-and-skip"
	PartitionTime Times = "partition-time"
	OwnTime       Times = "function" // Exec.Time
)

// String names the way for errors.
func (t Times) String() string {
	if t == RecordTime {
		return "the record's own"
	}
	return string(t)
}

// checkTimes reports a source whose topic an earlier one reads with another extractor: two
// functions cannot be told to be the same. (Kafka Streams takes the first one and says nothing.)
func (p *resolver) checkTimes(s, first *Step) {
	if s.Times == first.Times && s.Times != OwnTime {
		return
	}
	p.report(Problem{Kind: SourceTimes, Node: s.ID, Other: first.ID, Store: -1,
		Text: "topic " + s.Topic + " is read once for both streams, so each record has one timestamp, but both ends choose it: " + first.Times.String() + " and " + s.Times.String(),
		Fix:  "read the topic once, with its timestamp extractor, and use the stream in both places"})
}
