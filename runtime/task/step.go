package task

import (
	"fmt"

	"github.com/streamgen/streamgen/runtime/fault"
	"github.com/streamgen/streamgen/runtime/processor"
)

// noMetadata is what contexts see where there is no record, as in Kafka Streams.
var noMetadata = processor.Metadata{Partition: -1, Offset: -1}

// Step processes up to budget records and returns how many it finished; 0 without an error
// means that nothing waits, or that the task waits for an empty partition. An error is
// final: it names the record, which stays the next one, and every later Step returns it again.
//
// Errors of the stores (processor.Env.Err) belong to the record during which they happened:
// generated code and the interpreter look at Err after each call of a processor and
// return with that record's index; Step looks once more after each run and blames the record
// at TaskEnv.Index.
func (t *Task) Step(budget int) (int, error) {
	if t.failed != nil {
		return 0, t.failed
	}
	if t.state != Running {
		return 0, fmt.Errorf("task %s is %v; records are processed while it is %v", t.env.TaskID, t.state, Running)
	}
	total := 0
	for total < budget {
		if err := t.stamp(); err != nil { // first of all: these times decide what comes next
			t.failed = err
			return total, err
		}
		src, n := t.choose(budget - total)
		if n == 0 {
			break
		}
		done, err := t.runRecords(src, n)
		total += done
		if err != nil {
			t.failed = err
			return total, err
		}
	}
	return total, nil
}

// runRecords hands the first n records of a source to the code.
//
// Task stream time is the highest timestamp of all inputs so far. Before the run it takes in
// the first record; code that shows it to users (processors) takes in each record as it
// comes; after the run it has taken in all.
func (t *Task) runRecords(src, n int) (done int, err error) {
	s := &t.sources[src]
	records := s.queue[s.head : s.head+n]
	t.run.Topic, t.run.Partition, t.run.Records = s.topic, t.env.Partition, records
	t.env.Meta = processor.Metadata{Topic: s.topic, Partition: t.env.Partition, Offset: records[0].Offset}
	t.env.Index, t.env.Node, t.env.RecordTime = 0, s.node, records[0].Timestamp
	before := t.env.StreamTime
	t.env.StreamTime = max(before, records[0].Timestamp)
	t.needed = true
	t.idle = idle{since: t.env.WallClock}

	done, err = t.process(src)

	t.measure(s, before, done)
	t.env.StreamTime = max(t.env.StreamTime, s.time)
	t.env.RecordTime = records[min(done, n-1)].Timestamp // of a dead letter that a flush writes
	t.counts.Processed += int64(done)
	s.drop(done)
	return done, err
}

// process calls the code once; the globals are held for reading meanwhile.
func (t *Task) process(src int) (done int, err error) {
	for _, g := range t.globals {
		g.Lock.RLock()
	}
	defer func() {
		if p := recover(); p != nil {
			done = min(max(t.env.Index, 0), len(t.run.Records)-1)
			err = t.record(done, fault.Process, panicked(p))
		}
		for _, g := range t.globals {
			g.Lock.RUnlock()
		}
	}()
	done, err = t.code.Process(t.sources[src].code, &t.run)
	done = min(max(done, 0), len(t.run.Records))
	if err != nil {
		t.env.Err = nil
		return done, t.record(done, fault.Process, err)
	}
	if t.env.Err != nil {
		done = min(max(t.env.Index, 0), len(t.run.Records)-1)
		err, t.env.Err = t.env.Err, nil // reported once
		return done, t.record(done, fault.Process, err)
	}
	if done < len(t.run.Records) {
		return done, t.record(done, fault.Process, fmt.Errorf("the task's code stopped after %d of %d records without an error; regenerate it", done, len(t.run.Records)))
	}
	return done, nil
}

// record wraps err as the failure of record i of the run, unless it says so already.
func (t *Task) record(i int, phase fault.Phase, err error) error {
	if fe, ok := err.(*fault.Error); ok {
		return fe
	}
	offset := int64(-1)
	if i < len(t.run.Records) {
		offset = t.run.Records[i].Offset
	}
	return &fault.Error{Phase: phase, Operator: t.env.Node, Topic: t.run.Topic, Partition: t.run.Partition, Offset: offset, Cause: err}
}
