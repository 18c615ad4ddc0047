package interp

import (
	"testing"

	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/gen"
)

// The graph and the runtime have one vocabulary.
func TestTimesOfGraphAndRuntimeAreTheSame(t *testing.T) {
	pairs := map[graph.Times]gen.Times{graph.RecordTime: gen.RecordTime, graph.WallClockTime: gen.WallClockTime, graph.FailTime: gen.FailTime,
		graph.LogTime: gen.LogTime, graph.PartitionTime: gen.PartitionTime, graph.OwnTime: gen.OwnTime}
	for a, b := range pairs {
		if string(a) != string(b) {
			t.Errorf("%q and %q", string(a), string(b))
		}
	}
}
