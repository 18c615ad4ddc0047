package metrics

import (
	"math/bits"
	"sync/atomic"
)

// Task is what a worker last told of one of its tasks: at least once a second while its loop
// turns. It is never changed once it is told, so it is safe for concurrent use.
type Task struct {
	ID      string // "<sub-topology>_<partition>"
	State   TaskState
	Failure string // what it waits for the next try after; empty unless Waiting
	Failed  int    // how often in a row
	Retry   int64  // epoch milliseconds of the next try; 0 unless Waiting

	Process, Punctuate           Stats // seconds for a record, for a punctuation
	ProcessTotal, PunctuateTotal int64
	Lateness                     Stats // milliseconds behind stream time
	Enforced                     int64
	StreamTime                   int64 // epoch milliseconds, -1 before the first record
	CacheBytes                   int64
	Hits                         Stats // share of the caches' lookups that the store was not asked for
	StateBytes                   int64 // on disk
	Dropped                      []Drops
	Inputs                       []Flow
	Outputs                      []Flow
}

// TaskState says whether a task works. A plain value, safe for concurrent use.
type TaskState string

// The states of a task, under Kafka Streams' names where it has them.
const (
	TaskRestoring TaskState = "RESTORING"
	TaskRunning   TaskState = "RUNNING"
	TaskWaiting   TaskState = "WAITING" // for its next try after a failure
)

// Drops counts the records that an operator left out for one reason. A plain value, safe for
// concurrent use.
type Drops struct {
	Node, Reason string
	N            int64
}

// Flow is what went through a source or a sink. A plain value, safe for concurrent use.
type Flow struct {
	Node, Topic string
	Partition   int32 // of an input; -1 for outputs
	Records     int64
	Bytes       int64 // of keys and values
	// Latency is the wall clock less the timestamp, in milliseconds: when the task takes
	// the record, or makes it.
	Latency  Stats
	Position int64 // of an input: the next offset to process, -1 when not known
	Lag      int64 // of an input: records not processed yet, -1 when not known
	Buffered int   // of an input: of those, what waits in the task
}

// Histogram counts durations in buckets, each twice as wide as the one before, from a
// millisecond to over half an hour. Its methods are safe for concurrent use.
type Histogram struct {
	buckets [Buckets]atomic.Int64
	sum     atomic.Int64
}

// Buckets is how many buckets a Histogram has; the last has no bound.
const Buckets = 23

// BucketOf returns the bucket of a duration in milliseconds: i is up to 2^i milliseconds.
func BucketOf(millis int64) int {
	if millis <= 1 {
		return 0
	}
	return min(bits.Len64(uint64(millis-1)), Buckets-1)
}

// Add adds counts by bucket and the milliseconds of all of them, and clears counts.
func (h *Histogram) Add(counts *[Buckets]int64, sum int64) {
	for i, n := range counts {
		if n != 0 {
			h.buckets[i].Add(n)
			counts[i] = 0
		}
	}
	h.sum.Add(sum)
}

// Read returns the counts by upper bound in seconds, all counts and the seconds of all, as
// Prometheus wants them: each bucket with those below.
func (h *Histogram) Read() (buckets map[float64]uint64, n uint64, sum float64) {
	buckets = map[float64]uint64{}
	for i := range h.buckets {
		n += uint64(h.buckets[i].Load())
		if i < Buckets-1 {
			buckets[float64(int64(1)<<i)/1000] = n
		}
	}
	return buckets, n, float64(h.sum.Load()) / 1000
}
