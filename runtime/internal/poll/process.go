package poll

import (
	"time"

	"github.com/streamgen/streamgen/runtime/internal/commit"
)

// process runs the tasks until nothing waits, a commit is due, or it is time to poll.
func (w *worker) process() error {
	clock := w.g.s.Clock
	list := w.all()
	start := clock.Time()
	any := 0
	for {
		progress := 0
		for range list {
			// The last round may have ended within the list: go on behind it, so that the first
			// tasks do not have all the turns when commits are due after every step.
			w.turns++
			s := list[w.turns%len(list)]
			if s.engine == nil {
				continue
			}
			n, err := w.step(s)
			if err != nil {
				if err = w.stepFailed(s, err); err != nil {
					return err
				}
				continue
			}
			progress += n
			s.stuck = n == 0 && s.buffered() > 0
			if w.due() {
				break
			}
		}
		any += progress
		w.busy = progress > 0
		if progress == 0 || w.due() || clock.Since(start) > 50*time.Millisecond || w.members.waiting.Load() || len(w.asks) > 0 || w.out.failed() != nil {
			break
		}
	}
	for _, s := range list {
		if s.engine == nil {
			continue
		}
		if after := w.g.s.IdlePartition; after > 0 && s.engine.Idle(clock.Millis(), after.Milliseconds()) {
			w.dirty = true
			if err := w.idled(s); err != nil {
				if err = w.stepFailed(s, err); err != nil {
					return err
				}
				continue
			}
		}
		if err := w.punctuateWall(s); err != nil {
			if err = w.stepFailed(s, err); err != nil {
				return err
			}
			continue
		}
		w.count(s)
	}
	if any > 0 {
		w.pace.add(any, clock.Since(start))
	}
	w.throttle(list)
	w.polled = w.polled || any > 0
	w.checkLags(list)
	return nil
}

// stepFailed decides about a failure of one task: nil when the others go on without it. Under
// exactly-once what the task wrote is taken back, and with it the transaction that all share.
func (w *worker) stepFailed(s *slot, err error) error {
	if err := w.park(s, err); err != nil {
		return err
	}
	if w.g.s.ExactlyOnce {
		return commit.As(commit.Abort, parked{err})
	}
	return nil
}

// step lets a task process some records, fires stream-time punctuators, and hands its
// outputs over.
func (w *worker) step(s *slot) (int, error) {
	if err := w.begin(); err != nil {
		return 0, err
	}
	clock := w.g.s.Clock
	began := clock.Time()
	s.engine.SetWallClock(began.UnixMilli())
	n, err := s.engine.Step(s.stride.next())
	if n > 0 {
		took := clock.Since(began)
		s.stride.took(n, took)
		w.dirty = true
		w.metrics.Process.Add(began, int64(n), took)
		s.measured.process(began, n, took)
	}
	if err != nil {
		return n, err
	}
	fired, err := s.engine.PunctuateStream()
	if fired > 0 {
		w.dirty = true
		w.metrics.Punctuate.Add(began, int64(fired), 0)
		s.measured.punctuate(began, fired, 0)
	}
	if err != nil {
		return n, err
	}
	s.emit()
	return n + fired, nil
}

// idled fires the stream-time punctuators of a task whose stream time moved without a record; its
// windows close with the next commit.
func (w *worker) idled(s *slot) error {
	if err := w.begin(); err != nil {
		return err
	}
	fired, err := s.engine.PunctuateStream()
	if fired > 0 {
		now := w.g.s.Clock.Time()
		w.metrics.Punctuate.Add(now, int64(fired), 0)
		s.measured.punctuate(now, fired, 0)
	}
	s.emit()
	return err
}

func (w *worker) punctuateWall(s *slot) error {
	if s.engine.NextWall() < 0 {
		return nil
	}
	clock := w.g.s.Clock
	began := clock.Time()
	if err := w.begin(); err != nil {
		return err
	}
	fired, err := s.engine.PunctuateWall(began.UnixMilli())
	if fired > 0 {
		w.dirty = true
		took := clock.Since(began)
		w.metrics.Punctuate.Add(began, int64(fired), took)
		s.measured.punctuate(began, fired, took)
	}
	s.emit()
	return err
}

// due says whether it is time to commit: the interval is over, a processor asks for it,
// or the dirty entries take more than their share of the memory.
func (w *worker) due() bool {
	if !w.dirty {
		// Markers alone also move positions; they are committed with the interval.
		return w.g.s.Clock.Since(w.lastCommit) >= w.g.s.CommitInterval && w.moved()
	}
	if w.g.s.Clock.Since(w.lastCommit) >= w.g.s.CommitInterval {
		return true
	}
	budget := w.g.dirtyBudget()
	var bytes int64
	for _, s := range w.slots {
		if s.engine == nil {
			continue
		}
		if s.engine.CommitWanted() || s.store != nil && s.store.Spilled() {
			return true
		}
		d, _ := s.engine.Bytes()
		bytes += d
	}
	return bytes > budget
}

func (w *worker) moved() bool {
	for _, s := range w.slots {
		if s.engine != nil && s.engine.CommitNeeded() {
			return true
		}
	}
	return false
}

// count adds what the task counted since the last time to the metrics.
func (w *worker) count(s *slot) {
	c, old, m := s.engine.Counts(), s.counted, w.metrics
	m.DroppedLate.Add(c.Late - old.Late)
	m.DroppedKey.Add(c.NullKey - old.NullKey)
	m.DroppedValue.Add(c.NullVal - old.NullVal)
	m.DroppedError.Add(c.Skipped - old.Skipped)
	m.DroppedTime.Add(c.Negative - old.Negative)
	m.Enforced.Add(c.Enforced - old.Enforced)
	s.counted = c
	if c.Processed != old.Processed {
		s.measureInputs()
	}
	s.measured.drops(s.engine, old, c)
}
