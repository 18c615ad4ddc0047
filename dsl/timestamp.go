package dsl

import (
	"reflect"

	"github.com/streamgen/streamgen/internal/graph"
)

// TimestampExtractor gives each record of a source (Stream, Streams, Table) the timestamp that
// f returns, in epoch milliseconds, as Kafka Streams' TimestampExtractor. r has the record's
// own timestamp; partitionTime is the highest one that f has returned for the partition so far,
// also before a restart, and -1 at its first record. A record with a negative result is
// dropped and counted. f must depend on its arguments alone; it is called once for a record
// unless that is consumed again. Without an extractor a record keeps its own timestamp, and
// a negative one is dropped and counted.
func TimestampExtractor[K, V any](f func(r Rec[K, V], partitionTime int64) int64) Option {
	return Option{func(o *options) {
		o.times, o.time = graph.OwnTime, nil
		o.timeKey, o.timeVal = reflect.TypeFor[K](), reflect.TypeFor[V]()
		if f != nil {
			o.time = func(r graph.Rec, partitionTime int64) int64 { return f(typed[K, V](r), partitionTime) }
		}
	}}
}

// WallclockTimestamp gives each record of a source the wall-clock time at which its task
// takes it in, as Kafka Streams' WallclockTimestampExtractor. Records that are consumed again
// get other times. The test driver's own clock counts there.
func WallclockTimestamp() Option { return timesOption(graph.WallClockTime) }

// FailOnInvalidTimestamp stops the application at a record with a negative timestamp, as
// Kafka Streams' class of that name, its default.
func FailOnInvalidTimestamp() Option { return timesOption(graph.FailTime) }

// LogAndSkipOnInvalidTimestamp drops and counts a record with a negative timestamp, which is
// the default, and writes it to the log.
func LogAndSkipOnInvalidTimestamp() Option { return timesOption(graph.LogTime) }

// UsePartitionTimeOnInvalidTimestamp gives a record with a negative timestamp the highest one
// that its partition had so far; without one the application stops, as with Kafka Streams' class.
func UsePartitionTimeOnInvalidTimestamp() Option { return timesOption(graph.PartitionTime) }

func timesOption(times graph.Times) Option {
	return Option{func(o *options) { o.times, o.time, o.timeKey, o.timeVal = times, nil, nil, nil }}
}

// timed gives a source its timestamp extractor.
func (b *Builder) timed(operator string, n *graph.Node, o options, key, val reflect.Type) {
	n.Times, n.Exec.Time = o.times, o.time
	if o.times != graph.OwnTime {
		return
	}
	b.given("TimestampExtractor", o.time != nil)
	if o.timeKey != key || o.timeVal != val {
		b.fail("%s: TimestampExtractor takes records of (%v, %v), but the topic has (%v, %v)", operator, o.timeKey, o.timeVal, key, val)
	}
}
