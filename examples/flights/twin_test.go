//go:build real

package main

import (
	"encoding/json/v2"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/examples/flights/data"
	"github.com/streamgen/streamgen/internal/oracle/form"
	"github.com/streamgen/streamgen/internal/oracle/play"
	"github.com/streamgen/streamgen/internal/oracle/twin"
	"github.com/streamgen/streamgen/runtime/gen"
)

// TestRealTwin: what this program writes and keeps is what its Java twin does. S180.
func TestRealTwin(t *testing.T) {
	flights, err := data.Flights()
	if err != nil {
		t.Fatal(err)
	}
	airlines, err := data.Airlines()
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{MinDelay: 15, Grace: 10 * time.Minute}
	twins := twin.Twins{Name: "flights", Ours: play.Entry{
		Generated: func() *gen.Topology { return NewDelays(cfg) },
		Recorded:  func(b *dsl.Builder) { Delays(b, cfg) },
	}}
	twins.Test(t, "../..", 3, 500, func(r *rand.Rand) (steps []form.Step) {
		pipe := func(topic, key string, v any, at int64) {
			text, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			steps = append(steps, twin.Pipe(topic, key, text, at))
		}
		for code, name := range airlines {
			if r.IntN(4) > 0 { // some are unknown
				pipe("airlines", code, Airline{name}, 0)
			}
		}
		from := r.IntN(len(flights) - 2000)
		for _, f := range flights[from : from+2000] {
			at := f.Time - int64(r.IntN(4)/3)*int64(r.IntN(5_400_000)) // some are late
			pipe("flights", f.Carrier, Flight{f.Carrier, f.Flight, f.Origin, f.Dest, f.DepDelay, f.Cancelled}, at)
		}
		return steps
	})
}
