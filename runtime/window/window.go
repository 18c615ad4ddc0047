// Package window is pure time arithmetic: windows, windowed keys and the
// specifications that enumerate them. All times are Unix epoch milliseconds.
package window

import (
	"fmt"
	"time"
)

// Window is the half-open interval [Start, End) in epoch milliseconds. It is a
// plain value, safe for concurrent use.
type Window struct {
	Start, End int64
}

// StartTime returns Start as a UTC time.
func (w Window) StartTime() time.Time { return time.UnixMilli(w.Start).UTC() }

// EndTime returns End as a UTC time.
func (w Window) EndTime() time.Time { return time.UnixMilli(w.End).UTC() }

// String prints the window as Kafka Streams does: [start/end].
func (w Window) String() string { return fmt.Sprintf("[%d/%d]", w.Start, w.End) }

// Windowed is a key together with the window its result belongs to, like Kafka
// Streams' Windowed class. It is a plain value, safe for concurrent use when K is.
type Windowed[K any] struct {
	Key    K
	Window Window
}

// String is the key with its window as Kafka Streams prints it: [key@start/end].
func (w Windowed[K]) String() string {
	return fmt.Sprintf("[%v@%d/%d]", w.Key, w.Window.Start, w.Window.End)
}

// Key pairs a key with its window. Passed to WindowTable.ToStream it yields a
// stream of windowed keys.
func Key[K any](k K, w Window) Windowed[K] { return Windowed[K]{Key: k, Window: w} }

// Spec describes time windows: tumbling when Advance equals Size, else hopping. The zero
// value is invalid; build one with Tumbling or Hopping. A Spec is a value, safe for
// concurrent use.
type Spec struct {
	// Size, Advance, GracePeriod and Retain are in milliseconds. Retain is how long
	// the store keeps a window; 0 means Size + GracePeriod.
	Size, Advance, GracePeriod, Retain int64
}

// Tumbling returns windows of the given size that do not overlap, aligned to the
// epoch. The size must be at least one millisecond (checked when the topology is built).
func Tumbling(size time.Duration) Spec {
	ms := size.Milliseconds()
	return Spec{Size: ms, Advance: ms}
}

// Hopping returns windows of the given size, one starting every advance from the epoch on,
// so that each record belongs to about size / advance of them. Both must be at least one
// millisecond and the advance not more than the size, or records between windows would
// belong to none (checked when the topology is built).
func Hopping(size, advance time.Duration) Spec {
	return Spec{Size: size.Milliseconds(), Advance: advance.Milliseconds()}
}

// Grace returns a copy of s that accepts records up to d behind stream time after
// a window's end. Kafka Streams' default of the new constructors, zero, is ours too.
func (s Spec) Grace(d time.Duration) Spec {
	s.GracePeriod = d.Milliseconds()
	return s
}

// Retention returns a copy of s whose store keeps windows for d (at least size plus grace).
func (s Spec) Retention(d time.Duration) Spec {
	s.Retain = d.Milliseconds()
	return s
}

// RetentionMs is the retention in force: Retain, or Size + GracePeriod.
func (s Spec) RetentionMs() int64 {
	if s.Retain > 0 {
		return s.Retain
	}
	return s.Size + s.GracePeriod
}

// Validate reports a contradiction between the parts of s, or nil.
func (s Spec) Validate() error {
	switch {
	case s.Size <= 0:
		return fmt.Errorf("window size is %d ms; it must be at least 1 ms", s.Size)
	case s.Advance <= 0 || s.Advance > s.Size:
		return fmt.Errorf("window advance is %d ms; it must lie between 1 ms and the size, %d ms", s.Advance, s.Size)
	case s.GracePeriod < 0:
		return fmt.Errorf("window grace is %d ms; it must not be negative", s.GracePeriod)
	case s.Retain != 0 && s.Retain < s.Size+s.GracePeriod:
		return fmt.Errorf("window retention is %d ms; it must be at least size plus grace, %d ms", s.Retain, s.Size+s.GracePeriod)
	}
	return nil
}

// First returns the start of the earliest window that contains ts; windows never
// start before the epoch. Further windows start every Advance while start <= ts.
func (s Spec) First(ts int64) int64 {
	from := ts - s.Size + s.Advance
	if from < 0 {
		from = 0
	}
	return from / s.Advance * s.Advance
}
