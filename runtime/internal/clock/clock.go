// Package clock is the wall clock of the runtime, injectable: workers read time through
// it alone, so that tests can crank it.
package clock

import "time"

// Clock tells the time. Its methods are safe for concurrent use when Now is.
type Clock struct {
	Now func() time.Time // nil is the machine's clock
}

// Time returns the current time.
func (c Clock) Time() time.Time {
	if c.Now == nil {
		return time.Now()
	}
	return c.Now()
}

// Millis returns the current time in epoch milliseconds.
func (c Clock) Millis() int64 { return c.Time().UnixMilli() }

// Since returns the time passed since t.
func (c Clock) Since(t time.Time) time.Duration { return c.Time().Sub(t) }
