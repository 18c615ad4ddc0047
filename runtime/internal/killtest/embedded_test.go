//go:build !chaos

package killtest

import (
	"testing"
	"time"
)

// TestKilledProcessLosesAndRepeatsNothing is the short form; `make chaos` kills more often.
func TestKilledProcessLosesAndRepeatsNothing(t *testing.T) {
	run(t, embedded(t), kills(t, 5), time.Second)
}
