package dsl

import (
	"time"

	"github.com/streamgen/streamgen/runtime/window"
)

// Tumbling returns windows of one size side by side, aligned to the epoch. Grace and
// Retention refine it.
func Tumbling(size time.Duration) window.Spec { return window.Tumbling(size) }
