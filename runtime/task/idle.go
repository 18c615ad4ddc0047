package task

import (
	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/processor"
)

// idleTime is the name under which the metadata keep a stream time that the wall clock has moved. It is
// no store's: their names have no slash.
const idleTime = "/stream-time"

// idleStep is by how much stream time moves at least, in milliseconds: each time costs a commit.
const idleStep = 1000

// idle is how a task without records gets on in time (S234). It belongs to the task's goroutine.
type idle struct {
	since int64 // wall clock when it was last seen at work; -1 before the first look
	moved int64 // how far its stream times have been moved since
}

// Idle moves the task's stream times on with the wall clock when it has had no record for longer
// than after, both in milliseconds; it says whether they moved. Nothing moves while a record
// waits, here or at the broker, or before the first one, nor when nothing is left that could
// happen: every window has closed, and no punctuator waits for stream time.
func (t *Task) Idle(now, after int64) bool {
	if t.env.StreamTime < 0 || t.state != Running || t.failed != nil {
		return false
	}
	for i := range t.sources {
		if s := &t.sources[i]; s.len() > 0 || s.lag != 0 {
			t.idle = idle{since: now}
			return false
		}
	}
	if t.idle.since < 0 || now < t.idle.since { // the first look, or a clock that was set back
		t.idle = idle{since: now}
		return false
	}
	by := now - t.idle.since - after - t.idle.moved
	if by < idleStep || t.idle.moved > t.longest && !t.streamTimers() {
		return false
	}
	t.idle.moved += by
	t.env.StreamTime += by
	for name, at := range t.env.Times {
		if t.clocks[name] && *at >= 0 {
			*at += by
		}
	}
	t.needed = true
	return true
}

// streamTimers says whether a punctuator waits for stream time.
func (t *Task) streamTimers() bool {
	for _, s := range t.env.Schedules {
		if s.Kind == processor.StreamTime && !s.Canceled {
			return true
		}
	}
	return false
}

// learnClocks notes which of the times that the code keeps are stream times, not sequence numbers
// or how far a window's emission has come, and for how long the slowest of what they close may wait.
func (t *Task) learnClocks() {
	t.clocks = map[string]bool{}
	for i := range t.sub.Stores {
		if st := &t.sub.Stores[i]; st.Window {
			t.clocks[st.Name] = true
			t.longest = max(t.longest, st.Retention+idleStep)
		}
	}
	for i := range t.sub.Stores {
		if st := &t.sub.Stores[i]; st.Duplicates {
			delete(t.clocks, gen.SequenceOf(st.Name))
		}
	}
}
