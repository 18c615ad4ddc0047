//go:build real

package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/internal/oracle/form"
	"github.com/streamgen/streamgen/internal/oracle/play"
	"github.com/streamgen/streamgen/internal/oracle/twin"
	"github.com/streamgen/streamgen/runtime/gen"
)

// TestRealTwin: what this program writes and keeps is what its Java twin does. S180.
func TestRealTwin(t *testing.T) {
	twins := twin.Twins{Name: "clicks", Ours: play.Entry{
		Generated: func() *gen.Topology { return NewClicks(config) },
		Recorded:  func(b *dsl.Builder) { Clicks(b, config) },
	}, Counts: counts}
	twins.Test(t, "../..", 10, 300, script)
}

// script is 300 impressions and the clicks on some of them, most in time, in the order of the
// events. A second of wall clock lies between two records: Kafka Streams looks for what has
// closed once a second.
func script(r *rand.Rand) (steps []form.Step) {
	now := int64(1_700_000_000_000)
	steps = append(steps, form.Step{Advance: now})
	for i := range 300 {
		now += []time.Duration{time.Second, 20 * time.Second, time.Minute, 5 * time.Minute, 40 * time.Minute}[min(r.IntN(5), r.IntN(5))].Milliseconds()
		id := i
		s := form.Step{}
		if r.IntN(3) > 0 || i == 0 {
			s = twin.Pipe("impressions", fmt.Sprint("i", id), fmt.Appendf(nil, `{"user":"user-%d","page":"/%d","ad":"a"}`, r.IntN(4), i), now)
		} else {
			id = max(0, i-1-r.IntN(8))
			s = twin.Pipe("clicks", fmt.Sprint("i", id), []byte(`{"target":"shop"}`), now)
		}
		steps = append(steps, form.Step{Advance: 1000}, s)
	}
	// What waits comes out in the end; the last ones are no part of the comparison.
	for i := range 6 {
		now += 3 * time.Hour.Milliseconds()
		steps = append(steps, form.Step{Advance: 1000}, twin.Pipe("impressions", fmt.Sprint("end", i), []byte(`{"user":"end","page":"/","ad":"a"}`), now))
	}
	return steps
}

// counts: by default an impression without a click comes out as soon as its window is over (S84),
// in Kafka Streams often later; and with it the visit that it is a part of. So the outputs
// are compared, but not when they come.
func counts(result string) string {
	var out []string
	for line := range strings.Lines(result) {
		step, record, _ := strings.Cut(line, " ")
		if step != "store" && (strings.HasPrefix(record, "shown ") || strings.HasPrefix(record, "visits ")) && !strings.Contains(record, `"end`) {
			out = append(out, "- "+record)
		}
	}
	slices.Sort(out)
	return "script\n" + strings.Join(out, "")
}
