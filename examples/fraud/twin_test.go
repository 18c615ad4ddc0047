//go:build real

package main

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/streamgen/streamgen/internal/oracle/form"
	"github.com/streamgen/streamgen/internal/oracle/play"
	"github.com/streamgen/streamgen/internal/oracle/twin"
)

// TestRealTwin: what this program writes and keeps is what its Java twin does. S180.
func TestRealTwin(t *testing.T) {
	twins := twin.Twins{Name: "fraud", Ours: play.Entry{Generated: NewFraud, Recorded: Fraud}}
	twins.Test(t, "../..", 20, 300, script)
}

// script is 400 steps: orders of few users at any speed, out of order up to half an hour, some
// unreadable, while the wall clock goes its own way.
func script(r *rand.Rand) []form.Step {
	wall := int64(1_700_000_000_000)
	steps := []form.Step{{Advance: wall}}
	event := wall
	for i := range 400 {
		if r.IntN(3) == 0 {
			steps = append(steps, form.Step{Advance: int64(r.IntN(150_000))})
		}
		event += []time.Duration{0, time.Second, 10 * time.Second, time.Minute, 20 * time.Minute}[min(r.IntN(5), r.IntN(5))].Milliseconds()
		at := event - int64(r.IntN(3)/2)*int64(r.IntN(1_800_000))
		user := fmt.Sprintf("user-%d", r.IntN(3))
		order := fmt.Appendf(nil, `{"id":"%d","amount":%v,"location":"%s"}`, i, float64(1+r.IntN(3000)*(1+r.IntN(4)))/100, []string{"Oslo", "Oslo", "Oslo", "Rome", "Århus"}[r.IntN(5)])
		switch r.IntN(40) {
		case 0:
			order = nil
		case 1:
			order = order[:r.IntN(len(order))]
		}
		s := twin.Pipe("orders", user, order, at)
		if i%3 == 0 {
			s.Headers = []form.Header{{Key: "trace", Value: fmt.Append(nil, i)}}
		}
		if i%50 == 49 {
			s.Key = nil
		}
		steps = append(steps, s)
	}
	return steps
}
