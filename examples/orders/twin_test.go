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
	twins := twin.Twins{Name: "orders", Ours: play.Entry{Generated: NewOrders, Recorded: Orders}}
	twins.Test(t, "../..", 20, 500, script)
}

// script is 300 steps: orders of a dozen accounts, some of them malformed or empty, accounts
// that change hands or lose their user, time that moves by seconds and sometimes by hours.
func script(r *rand.Rand) []form.Step {
	now := int64(1_700_000_000_000)
	steps := []form.Step{{Advance: now}}
	account := func() string { return fmt.Sprintf("a%d", r.IntN(12)) }
	for i := range 12 {
		steps = append(steps, twin.Pipe("user-data", fmt.Sprintf("a%d", i), fmt.Appendf(nil, "user-%d", i/3), now))
	}
	for i := range 300 {
		by := []time.Duration{time.Millisecond, time.Second, time.Minute, 7 * time.Minute, 31 * time.Minute, 2 * time.Hour}[min(r.IntN(5), r.IntN(6))]
		now += by.Milliseconds()
		steps = append(steps, form.Step{Advance: by.Milliseconds()})
		at := now - int64(r.IntN(3))*int64(r.IntN(600_000)) // which matters to the table only
		switch n := r.IntN(40); n {
		case 0:
			steps = append(steps, twin.Pipe("user-data", account(), nil, at))
		case 1, 2:
			steps = append(steps, twin.Pipe("user-data", account(), fmt.Appendf(nil, "user-%d", r.IntN(5)), at))
		case 3, 4, 5:
			bad := []string{`{"id":`, `[]`, `"x"`, `{"id":"1","type":"PREMIUM","amount":"much"}`, `{} {}`, "", "{"}[r.IntN(7)]
			steps = append(steps, twin.Pipe("raw-orders", account(), []byte(bad), at))
		case 6:
			steps = append(steps, twin.Pipe("raw-orders", account(), nil, at))
		case 7:
			steps = append(steps, form.Step{Topic: "raw-orders", Value: []byte(`{"id":"no key","amount":1}`), Timestamp: at})
		default:
			kind := []string{Premium, Premium, Standard, Standard, "GIFT", "premium"}[r.IntN(6)]
			amount := float64(r.IntN(100_000)-2_000) / 100
			s := twin.Pipe("raw-orders", account(), fmt.Appendf(nil, `{"amount":%v, "type":"%s", "id":"%d", "note":{"more":[1,"é"]}}`, amount, kind, i), at)
			if n < 20 {
				s.Headers = []form.Header{{Key: "trace", Value: fmt.Append(nil, i)}, {Key: "none", Value: nil}}
			}
			steps = append(steps, s)
		}
	}
	return steps
}
