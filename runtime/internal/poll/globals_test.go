package poll

import (
	"slices"
	"testing"
	"time"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/metrics"
	"github.com/streamgen/streamgen/runtime/task"
	"github.com/twmb/franz-go/pkg/kgo"
)

// What the client reads again after a change of leaders is not taken in again: the processor
// of a global store may count.
func TestGlobalsTakeARecordInOnce(t *testing.T) {
	var seen []int64
	own := task.NewGlobal(&gen.Global{Topic: "words", Apply: func(run *gen.Run) error {
		for _, r := range run.Records {
			seen = append(seen, r.Offset)
		}
		return nil
	}}, task.Config{})
	gl := &globals{g: &Group{s: &Settings{Metrics: &metrics.App{}}}, tables: map[string][]*task.Global{"words": {own}}, position: map[partition]int64{}}
	apply := func(offsets ...int64) {
		f := kgo.FetchTopicPartition{Topic: "words"}
		for _, o := range offsets {
			f.Records = append(f.Records, &kgo.Record{Key: []byte("k"), Offset: o, Timestamp: time.UnixMilli(1)})
		}
		if err := gl.apply(f); err != nil {
			t.Fatal(err)
		}
	}
	apply(0, 1, 2)
	apply(0, 1)
	apply(1, 2, 3, 4)
	if want := []int64{0, 1, 2, 3, 4}; !slices.Equal(seen, want) || gl.position[partition{"words", 0}] != 5 {
		t.Errorf("offsets %v, position %v", seen, gl.position)
	}
}
