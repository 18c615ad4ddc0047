package window

import (
	"fmt"
	"math"
	"time"
)

// Session is the closed interval [Start, End] between the first and the last record of a
// session, in epoch milliseconds; both may be the same. It is a plain value, safe for
// concurrent use.
type Session struct {
	Start, End int64
}

// StartTime returns Start as a UTC time.
func (s Session) StartTime() time.Time { return time.UnixMilli(s.Start).UTC() }

// EndTime returns End as a UTC time.
func (s Session) EndTime() time.Time { return time.UnixMilli(s.End).UTC() }

// String prints the session as Kafka Streams does: [start/end].
func (s Session) String() string { return fmt.Sprintf("[%d/%d]", s.Start, s.End) }

// Join returns the shortest session that contains both.
func (s Session) Join(t Session) Session {
	if t.Start < s.Start {
		s.Start = t.Start
	}
	if t.End > s.End {
		s.End = t.End
	}
	return s
}

// Sessioned is a key together with its session, like Kafka Streams' Windowed class over a
// SessionWindow. It is a plain value, safe for concurrent use when K is.
type Sessioned[K any] struct {
	Key     K
	Session Session
}

// SessionSpec describes session windows. The zero value is invalid; build one with
// Sessions. A SessionSpec is a value, safe for concurrent use.
type SessionSpec struct {
	// Gap, GracePeriod and Retain are in milliseconds. Gap is the longest pause inside of a
	// session; Retain is how long the store keeps one after its end, 0 means Gap + GracePeriod.
	Gap, GracePeriod, Retain int64
}

// Sessions returns sessions that end when no record of their key has come for longer than
// gap of event time. The gap must be at least one millisecond (checked when the topology is
// built).
func Sessions(gap time.Duration) SessionSpec { return SessionSpec{Gap: gap.Milliseconds()} }

// Grace returns a copy of s that accepts records for a session until stream time is gap plus
// d behind its end. The default is zero, as for time windows.
func (s SessionSpec) Grace(d time.Duration) SessionSpec {
	s.GracePeriod = d.Milliseconds()
	return s
}

// Retention returns a copy of s whose store keeps sessions for d after their end (at least
// gap plus grace).
func (s SessionSpec) Retention(d time.Duration) SessionSpec {
	s.Retain = d.Milliseconds()
	return s
}

// RetentionMs is the retention in force: Retain, or Gap + GracePeriod.
func (s SessionSpec) RetentionMs() int64 {
	if s.Retain > 0 {
		return s.Retain
	}
	return s.Gap + s.GracePeriod
}

// Validate reports a contradiction between the parts of s, or nil.
func (s SessionSpec) Validate() error {
	switch {
	case s.Gap <= 0:
		return fmt.Errorf("session gap is %d ms; it must be at least 1 ms", s.Gap)
	case s.GracePeriod < 0:
		return fmt.Errorf("session grace is %d ms; it must not be negative", s.GracePeriod)
	case s.Gap > math.MaxInt64-s.GracePeriod:
		return fmt.Errorf("session gap and grace are %d and %d ms; their sum must be a time", s.Gap, s.GracePeriod)
	case s.Retain != 0 && s.Retain < s.Gap+s.GracePeriod:
		return fmt.Errorf("session retention is %d ms; it must be at least gap plus grace, %d ms", s.Retain, s.Gap+s.GracePeriod)
	}
	return nil
}
