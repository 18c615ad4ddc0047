package window

import (
	"fmt"
	"math"
	"time"
)

// JoinSpec is the window of a stream-stream join, as Kafka Streams' JoinWindows: a record of
// the left stream joins those of the right one whose timestamps lie between BeforeMs behind
// its own and AfterMs ahead of it, both inclusive. Build one with Within. A JoinSpec is a
// value, safe for concurrent use.
type JoinSpec struct {
	// BeforeMs, AfterMs and GracePeriod are in milliseconds. BeforeMs or AfterMs may be
	// negative, which moves the window to one side; their sum may not.
	BeforeMs, AfterMs, GracePeriod int64
}

// Within returns a window of d to both sides, without grace (JoinWindows.ofTimeDifferenceWithNoGrace).
func Within(d time.Duration) JoinSpec {
	return JoinSpec{BeforeMs: d.Milliseconds(), AfterMs: d.Milliseconds()}
}

// Before returns a copy of s in which right records may be up to d older than the left one.
func (s JoinSpec) Before(d time.Duration) JoinSpec {
	s.BeforeMs = d.Milliseconds()
	return s
}

// After returns a copy of s in which right records may be up to d younger than the left one.
func (s JoinSpec) After(d time.Duration) JoinSpec {
	s.AfterMs = d.Milliseconds()
	return s
}

// Grace returns a copy of s whose windows take records up to d behind stream time after
// their end.
func (s JoinSpec) Grace(d time.Duration) JoinSpec {
	s.GracePeriod = d.Milliseconds()
	return s
}

// Size is BeforeMs + AfterMs, in milliseconds.
func (s JoinSpec) Size() int64 { return s.BeforeMs + s.AfterMs }

// RetentionMs is how long the join keeps records: size plus grace as in Kafka Streams, or
// more for a window that lies to one side.
func (s JoinSpec) RetentionMs() int64 {
	return max(s.BeforeMs+s.AfterMs, s.BeforeMs, s.AfterMs) + s.GracePeriod
}

// Validate reports a contradiction between the parts of s, or nil.
func (s JoinSpec) Validate() error {
	const most = math.MaxInt64 / 4
	switch {
	case max(s.BeforeMs, s.AfterMs, s.GracePeriod, -s.BeforeMs, -s.AfterMs) > most:
		return fmt.Errorf("join window of %d ms before, %d ms after and %d ms grace is longer than time lasts", s.BeforeMs, s.AfterMs, s.GracePeriod)
	case s.BeforeMs+s.AfterMs < 0:
		return fmt.Errorf("join window ends before it begins: %d ms before and %d ms after; their sum must not be negative", s.BeforeMs, s.AfterMs)
	case s.GracePeriod < 0:
		return fmt.Errorf("join window's grace is %d ms; it must not be negative", s.GracePeriod)
	}
	return nil
}
