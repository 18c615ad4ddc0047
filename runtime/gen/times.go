package gen

// Times says where the timestamps of a source's records come from: Kafka Streams'
// TimestampExtractor. A plain value, safe for concurrent use.
type Times string

// The ways to get a timestamp, by the class of Kafka Streams that does the same.
const (
	RecordTime    Times = ""               // the record's own; a negative one is dropped and counted
	WallClockTime Times = "wall-clock"     // WallclockTimestampExtractor: when the task takes the record in
	FailTime      Times = "fail"           // FailOnInvalidTimestamp: a negative one stops the application
	LogTime       Times = "log-and-skip"   // LogAndSkipOnInvalidTimestamp: a negative one is logged, dropped and counted
	PartitionTime Times = "partition-time" // UsePartitionTimeOnInvalidTimestamp: for a negative one, the highest before it
	OwnTime       Times = "function"       // a function of the user's, which Stamper calls; negative results as RecordTime
)

// Stamper is what a Task is besides when one of its sources has OwnTime. It belongs to
// the task's goroutine.
type Stamper interface {
	// Stamp asks the function of source for the timestamp of each record of the run, in order,
	// and sets it; partitionTime is the highest one before them, -1 without. TaskEnv.Index is
	// the record in progress. A record that cannot be decoded gets the partition time: what
	// happens to it is decided when it is processed.
	Stamp(source int, run *Run, partitionTime int64)
}
