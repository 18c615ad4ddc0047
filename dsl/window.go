package dsl

import (
	"time"

	"github.com/streamgen/streamgen/runtime/window"
)

// Tumbling returns windows of one size side by side, aligned to the epoch. Grace and
// Retention refine it.
func Tumbling(size time.Duration) window.Spec { return window.Tumbling(size) }

// Sessions returns sessions: the records of a key with no pause longer than gap between one
// and the next. Grace and Retention refine them.
func Sessions(gap time.Duration) window.SessionSpec { return window.Sessions(gap) }

// Hopping returns windows of one size of which one starts every advance from the epoch on:
// they overlap, and a record belongs to each that contains its timestamp. The advance may
// be anything from a millisecond to the size. Grace and Retention refine it.
func Hopping(size, advance time.Duration) window.Spec { return window.Hopping(size, advance) }
