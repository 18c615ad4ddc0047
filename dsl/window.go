package dsl

import (
	"time"

	"github.com/streamgen/streamgen/runtime/window"
)

// Tumbling returns windows of one size side by side, aligned to the epoch. Grace and
// Retention refine it.
func Tumbling(size time.Duration) window.Spec { return window.Tumbling(size) }

// Hopping returns windows of one size of which one starts every advance from the epoch on:
// they overlap, and a record belongs to each that contains its timestamp. The advance may
// be anything from a millisecond to the size. Grace and Retention refine it.
func Hopping(size, advance time.Duration) window.Spec { return window.Hopping(size, advance) }
