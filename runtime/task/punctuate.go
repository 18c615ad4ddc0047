package task

import (
	"fmt"
	"slices"

	"github.com/streamgen/streamgen/runtime/fault"
	"github.com/streamgen/streamgen/runtime/processor"
)

// PunctuateStream fires the stream-time punctuators that are due and returns how many fired.
// Nothing is due before the first record. What they forward is sent on by the code's Drain.
func (t *Task) PunctuateStream() (int, error) {
	if t.env.StreamTime < 0 {
		return 0, t.failed
	}
	return t.punctuate(processor.StreamTime, t.env.StreamTime)
}

// PunctuateWall fires the wall-clock punctuators that are due at now (epoch milliseconds) and
// returns how many fired.
func (t *Task) PunctuateWall(now int64) (int, error) {
	t.env.WallClock = now
	return t.punctuate(processor.WallClock, now)
}

// punctuate follows Kafka Streams' PunctuationQueue.maybePunctuate: the earliest due schedule
// first (on equal times the one registered first); it receives now, not its nominal tick;
// ticks that were missed collapse into one and the phase is kept. A schedule made by
// a callback takes part at once.
func (t *Task) punctuate(kind processor.TimeKind, now int64) (fired int, err error) {
	if t.failed != nil {
		return 0, t.failed
	}
	if t.state != Running {
		return 0, fmt.Errorf("task %s is %v; punctuators fire while it is %v", t.env.TaskID, t.state, Running)
	}
	for {
		s := t.due(kind, now)
		if s == nil {
			break
		}
		fired++
		t.needed = true
		t.env.Meta = noMetadata
		t.env.RecordTime, t.env.Index = now, 0
		err = t.guard(where{phase: fault.Punctuate, operator: fmt.Sprintf("task %s, punctuator of processor %d", t.env.TaskID, s.Node)},
			func() error {
				if err := s.Fn(now); err != nil {
					return err
				}
				return t.code.Drain()
			})
		if err != nil {
			break
		}
		s.Started = true
		s.Next = following(s.Next, s.Interval, now)
	}
	t.env.Schedules = slices.DeleteFunc(t.env.Schedules, func(s *processor.Schedule) bool { return s.Canceled })
	return fired, err
}

func (t *Task) due(kind processor.TimeKind, now int64) *processor.Schedule {
	var first *processor.Schedule
	for _, s := range t.env.Schedules {
		if s.Kind == kind && !s.Canceled && s.Next <= now && (first == nil || s.Next < first.Next) {
			first = s
		}
	}
	return first
}

// following is the tick after one that was due at tick and fired at now: the first multiple
// of the interval from tick that lies beyond now.
func following(tick, interval, now int64) int64 {
	return tick + ((now-tick)/interval+1)*interval
}

// NextWall returns the wall clock at which the next wall-clock punctuator is due, -1 without one.
func (t *Task) NextWall() int64 {
	first := int64(-1)
	for _, s := range t.env.Schedules {
		if s.Kind == processor.WallClock && !s.Canceled && (first < 0 || s.Next < first) {
			first = s.Next
		}
	}
	return first
}
