package task

import (
	"errors"
	"fmt"

	"github.com/streamgen/streamgen/runtime/fault"
	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/processor"
)

// extract is the phase in which a source's records get their timestamps.
const extract fault.Phase = "timestamp"

// stamp gives the records that were enqueued since the last step the timestamps that their
// sources ask for. It runs before records are chosen, since these times decide. Kafka
// Streams asks when a record becomes the next of its partition; the answers are the same,
// because the highest time before a record is known here too. A record whose timestamp
// cannot be had, and all behind it, leave the queue: the error is the task's once those
// before it are processed.
func (t *Task) stamp() error {
	for i := range t.sources {
		s := &t.sources[i]
		if s.fresh > 0 {
			t.stampSource(i, s)
		}
		if s.broken != nil && s.len() == 0 {
			return s.broken
		}
	}
	return nil
}

func (t *Task) stampSource(i int, s *source) {
	from := len(s.queue) - s.fresh
	s.fresh = 0
	records := s.queue[from:]
	n, err := t.times(i, s, records)
	kept := from
	for _, r := range records[:n] {
		if r.Timestamp < 0 {
			t.counts.Negative++
			t.needed = true
			continue
		}
		s.latest = max(s.latest, r.Timestamp)
		s.queue[kept] = r
		kept++
	}
	if err != nil {
		s.broken, s.position = err, records[n].Offset
	}
	clear(s.queue[kept:])
	s.queue = s.queue[:kept]
	s.drop(0)
}

// times sets the timestamps of records and returns how many it could; the error is about
// the next one.
func (t *Task) times(i int, s *source, records []gen.Record) (n int, err error) {
	latest := max(s.time, s.latest)
	if s.times == gen.OwnTime {
		return t.ownTimes(i, s, records, latest)
	}
	for j := range records {
		r := &records[j]
		switch {
		case s.times == gen.WallClockTime:
			r.Timestamp = t.env.WallClock
		case r.Timestamp >= 0:
		case s.times == gen.FailTime:
			return j, t.noTime(s, r, errors.New("the record's timestamp is negative; let the source have another timestamp extractor, or remove the record"))
		case s.times == gen.PartitionTime && latest < 0:
			return j, t.noTime(s, r, errors.New("the record's timestamp is negative, and no record before it tells the time of its partition"))
		case s.times == gen.PartitionTime:
			r.Timestamp = latest
		default:
			t.env.Log.Warn("a record with a negative timestamp is dropped", "topic", s.topic, "offset", r.Offset, "timestamp", r.Timestamp)
		}
		latest = max(latest, r.Timestamp)
	}
	return len(records), nil
}

// ownTimes asks the user's function; a panic of it is the failure of the record.
func (t *Task) ownTimes(i int, s *source, records []gen.Record, latest int64) (n int, err error) {
	stamper, ok := t.code.(gen.Stamper)
	if !ok {
		return 0, t.noTime(s, &records[0], errors.New("the task's code cannot give timestamps; regenerate it"))
	}
	t.env.Index, t.env.Node = 0, s.node
	t.env.Meta = processor.Metadata{Topic: s.topic, Partition: t.env.Partition, Offset: records[0].Offset}
	defer func() {
		if p := recover(); p != nil {
			n = min(max(t.env.Index, 0), len(records)-1)
			err = t.noTime(s, &records[n], panicked(p))
		}
	}()
	stamper.Stamp(s.code, &gen.Run{Topic: s.topic, Partition: t.env.Partition, Records: records}, latest)
	return len(records), nil
}

func (t *Task) noTime(s *source, r *gen.Record, cause error) error {
	return &fault.Error{Phase: extract, Operator: s.node, Topic: s.topic, Partition: t.env.Partition, Offset: r.Offset, Cause: fmt.Errorf("no timestamp: %w", cause)}
}
