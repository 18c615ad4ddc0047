package task

import (
	"slices"

	"github.com/streamgen/streamgen/runtime/gen"
)

// source is one input partition: a queue of records and what is known beyond it.
type source struct {
	code  int // index in Subtopology.Sources: what the code knows it by
	node  string
	topic string
	queue []gen.Record // from head on
	head  int
	// position is the offset after the last record enqueued (or skipped); -1 before the first.
	position int64
	time     int64 // partition time: highest timestamp processed; -1 before the first
	lag      int64 // records at the broker beyond position; -1 unknown
	// idleSince is the wall clock when the task first wanted to go on without this
	// partition, -1 while it does not.
	idleSince int64

	times  gen.Times
	fresh  int   // records at the end of the queue that have no timestamp of times yet
	latest int64 // highest timestamp in the queue and before it; -1 without
	flow   Flow  // since the last Take
	broken error // of the record behind the queue, which cannot have a timestamp
}

func (s *source) len() int { return len(s.queue) - s.head }

// room makes memory for n records behind the queue, from those that were processed if it can.
func (s *source) room(n int) {
	if s.head > 0 && len(s.queue)+n > cap(s.queue) {
		n := copy(s.queue, s.queue[s.head:])
		clear(s.queue[n:])
		s.queue, s.head = s.queue[:n], 0
	}
	s.queue = slices.Grow(s.queue, n)
}

// append adds records; those that lie behind the queue already stay where they are.
func (s *source) append(r []gen.Record) {
	n := len(s.queue)
	if n+len(r) <= cap(s.queue) && len(r) > 0 && &s.queue[:n+1][n] == &r[0] {
		s.queue = s.queue[:n+len(r)]
		return
	}
	s.room(len(r))
	s.queue = append(s.queue, r...)
}

// drop forgets n processed records.
func (s *source) drop(n int) {
	s.head += n
	if s.head == len(s.queue) {
		clear(s.queue)
		s.queue, s.head = s.queue[:0], 0
	}
}

// Room returns an empty slice with memory for n records of a source, in its queue itself: what is
// appended to it and given to Enqueue next, before anything else is done with the task, is not
// copied once more.
func (t *Task) Room(source, n int) []gen.Record {
	s := &t.sources[source]
	s.room(n)
	return s.queue[len(s.queue):len(s.queue)]
}

// Enqueue adds polled records of a source (index into Subtopology.Sources), in offset order.
// Their bytes must stay untouched for good (gen.Record); the slice itself is not kept, unless it
// is Room's. Records with a negative timestamp are dropped and counted here, as Kafka Streams'
// LogAndSkipOnInvalidTimestamp does, except that the committed offset moves past them at once;
// sources with other Times wait for the next Step.
func (t *Task) Enqueue(source int, records []gen.Record) {
	s := &t.sources[source]
	if len(records) == 0 || s.broken != nil {
		return
	}
	s.idleSince = -1
	s.position = records[len(records)-1].Offset + 1
	if s.times != gen.RecordTime {
		s.append(records)
		s.fresh += len(records)
		return
	}
	from := 0
	for i := range records {
		if records[i].Timestamp >= 0 {
			continue
		}
		s.append(records[from:i])
		from = i + 1
		t.counts.Negative++
		t.needed = true
	}
	s.append(records[from:])
}

// SetPosition tells the offset that will be polled next: at the start, and past transaction
// markers, which are not records.
func (t *Task) SetPosition(source int, next int64) {
	if s := &t.sources[source]; next > s.position && s.broken == nil {
		t.needed = t.needed || s.position >= 0
		s.position = next
	}
}

// Position returns the offset that will be polled next, -1 when nothing is known.
func (t *Task) Position(source int) int64 { return t.sources[source].position }

// SetLag tells how many records lie at the broker beyond the position, or -1 when that is
// not known. A source without a partition for this task has lag 0.
func (t *Task) SetLag(source int, lag int64) { t.sources[source].lag = lag }

// Buffered returns how many records of the source wait, so that the caller can pause it
// beyond buffered.records.per.partition.
func (t *Task) Buffered(source int) int { return t.sources[source].len() }

// Offsets returns for each source the offset to commit: of the next record to process, or
// the position when none waits; -1 when nothing is known.
func (t *Task) Offsets() []int64 {
	out := make([]int64, len(t.sources))
	for i := range t.sources {
		out[i] = t.Offset(i)
	}
	return out
}

// Offset returns the offset to commit of a source; see Offsets.
func (t *Task) Offset(source int) int64 {
	s := &t.sources[source]
	if s.len() > 0 {
		return s.queue[s.head].Offset
	}
	return s.position
}

// choose returns the source whose records come next and how many of them may run together,
// at most budget; n is 0 when there is nothing to do or the task waits.
//
// The record with the lowest timestamp among the heads goes first, and on equal timestamps the
// one of the source that stands first in Subtopology.Sources (Kafka Streams leaves ties to a
// heap). A run is as many consecutive records of that source as this rule would pick one by one,
// so the order does not depend on the budget. Offsets order inside a partition is kept:
// only heads are compared.
func (t *Task) choose(budget int) (source, n int) {
	first, second := -1, -1
	waiting := 0
	for i := range t.sources {
		s := &t.sources[i]
		if s.len() == 0 {
			waiting++
			continue
		}
		switch ts := s.queue[s.head].Timestamp; {
		case first < 0 || ts < t.headTime(first):
			first, second = i, first
		case second < 0 || ts < t.headTime(second):
			second = i
		}
	}
	if first < 0 || waiting > 0 && !t.mayProceed() {
		return 0, 0
	}
	s := &t.sources[first]
	n = min(budget, s.len())
	if second < 0 {
		return first, n
	}
	bound := t.headTime(second)
	if second < first {
		bound-- // a tie goes to the other
	}
	for i := range n {
		if s.queue[s.head+i].Timestamp > bound {
			return first, i
		}
	}
	return first, n
}

func (t *Task) headTime(source int) int64 {
	s := &t.sources[source]
	return s.queue[s.head].Timestamp
}

// mayProceed decides whether to process although some partition is empty: max.task.idle.ms as
// in Kafka Streams' PartitionGroup.readyToProcess.
func (t *Task) mayProceed() bool {
	if t.maxIdle < 0 {
		return true
	}
	ready, enforced := true, false
	for i := range t.sources {
		s := &t.sources[i]
		if s.len() > 0 {
			continue
		}
		if s.lag != 0 {
			ready = false
			continue
		}
		if t.maxIdle == 0 {
			continue
		}
		if s.idleSince < 0 {
			s.idleSince = t.env.WallClock
		}
		if t.env.WallClock-s.idleSince < t.maxIdle {
			ready = false
		} else {
			enforced = true
		}
	}
	if ready && enforced {
		t.counts.Enforced++
	}
	return ready
}
