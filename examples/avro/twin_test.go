//go:build real

package main

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/streamgen/streamgen/internal/oracle/form"
	"github.com/streamgen/streamgen/internal/oracle/play"
	"github.com/streamgen/streamgen/internal/oracle/twin"
	"github.com/streamgen/streamgen/runtime/serde/avro"
	"github.com/streamgen/streamgen/runtime/serde/registry"
	"github.com/streamgen/streamgen/runtime/serde/wire"
)

// TestRealTwin: what this program writes and keeps is what its Java twin does over Avro's own library, ids included. S243.
func TestRealTwin(t *testing.T) {
	twins := twin.Twins{Name: "avro", Ours: play.Entry{Generated: NewOrders, Recorded: Orders}, Schemas: func() wire.Schemas {
		r := registry.Mock()
		if err := r.SetLevel("NONE"); err != nil { // users become numbers and texts again
			t.Fatal(err)
		}
		for _, text := range []string{first, second} {
			if _, _, err := r.Register(wire.Use{Topic: "order-events"}, "", wire.Schema{Type: "AVRO", Text: text}); err != nil {
				t.Fatal(err)
			}
		}
		return r
	}}
	twins.Test(t, "../..", 10, 60, script(t))
}

// script is 300 orders of both schemas, in and out of order, with deletions.
func script(t *testing.T) func(r *rand.Rand) []form.Step {
	return func(r *rand.Rand) (steps []form.Step) {
		var schemas [2]*avro.Schema
		for i, text := range []string{first, second} {
			s, err := avro.Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			schemas[i] = s
		}
		at := int64(1_700_000_000_000)
		for i := range 300 {
			at += r.Int64N(1_200_000)
			which := r.IntN(2)
			o := order(t, schemas[which], fmt.Sprintf("order-%d", i), float64(r.IntN(200_000))/100)
			value, err := o.AppendTo(wire.AppendID(nil, int32(which+1)))
			if err != nil {
				t.Fatal(err)
			}
			if r.IntN(20) == 0 {
				value = nil
			}
			s := twin.Pipe("order-events", fmt.Sprintf("key-%d", r.IntN(4)), value, at-int64(r.IntN(3)/2)*int64(r.IntN(5_000_000)))
			if i%50 == 49 {
				s.Key = nil
			}
			steps = append(steps, s)
		}
		return steps
	}
}
