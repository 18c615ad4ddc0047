package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/runtime/processor"
	"github.com/streamgen/streamgen/runtime/testdriver"
)

type rig struct {
	t      *testing.T
	d      *testdriver.Driver
	orders *testdriver.InputTopic[string, Order]
	alerts *testdriver.OutputTopic[string, Alert]
	n      int
}

func newRig(t *testing.T) *rig {
	t.Helper()
	d, err := testdriver.New(NewFraud(), testdriver.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return &rig{t: t, d: d,
		orders: testdriver.Input(d, "orders", dsl.String(), dsl.JSON[Order]()),
		alerts: testdriver.Output(d, "fraud-alerts", dsl.String(), dsl.JSON[Alert]())}
}

func (r *rig) order(at time.Duration, amount float64, location string) {
	r.t.Helper()
	r.n++
	if err := r.orders.Pipe("ann", Order{ID: fmt.Sprint(r.n), Amount: amount, Location: location}, at.Milliseconds()); err != nil {
		r.t.Fatal(err)
	}
}

// rules returns the rules of the alerts since the last call, with their timestamps.
func (r *rig) rules() string {
	var s []string
	for _, a := range r.alerts.ReadAll() {
		s = append(s, fmt.Sprintf("%s@%v", a.Value.Rule, time.Duration(a.Timestamp)*time.Millisecond))
	}
	return strings.Join(s, " ")
}

func (r *rig) want(rules string) {
	r.t.Helper()
	if got := r.rules(); got != rules {
		r.t.Errorf("alerts %q, want %q", got, rules)
	}
}

func TestAmountOverThreeTimesTheMean(t *testing.T) {
	r := newRig(t)
	r.order(0, 10, "Oslo")
	r.order(time.Hour, 30, "Oslo") // exactly three times
	r.want("")
	r.order(2*time.Hour, 60.5, "Oslo") // the mean is 20
	r.want("amount@2h0m0s")
}

func TestLocationChanged(t *testing.T) {
	r := newRig(t)
	r.order(0, 10, "Oslo")
	r.order(time.Hour, 10, "Rome")
	r.want("location@1h0m0s")
	r.order(2*time.Hour, 10, "Rome")
	r.want("")
}

func TestVelocityOverFiveTimesTheUsual(t *testing.T) {
	r := newRig(t)
	for i := range 20 { // one an hour
		r.order(time.Duration(i)*time.Hour, 10, "Oslo")
	}
	for i := range 4 { // five in five minutes
		r.order(19*time.Hour+time.Duration(i+1)*time.Second, 10, "Oslo")
	}
	r.want("")
	r.order(19*time.Hour+5*time.Second, 10, "Oslo")
	r.want("velocity@19h0m5s")
}

func TestSweepRepeatsTheVelocityAlertOnTheWallClock(t *testing.T) {
	r := newRig(t)
	for i := range 20 { // one an hour
		r.order(time.Duration(i)*time.Hour, 10, "Oslo")
	}
	for i := range 5 {
		r.order(19*time.Hour+time.Duration(i+1)*time.Second, 10, "Oslo")
	}
	r.want("velocity@19h0m5s")
	if err := r.d.AdvanceWallClock(time.Minute); err != nil {
		t.Fatal(err)
	}
	r.want("velocity@19h0m5s")
}

func TestOldOrdersAreDeletedOnTheWallClock(t *testing.T) {
	r := newRig(t)
	r.order(0, 10, "Oslo")
	r.order(70*time.Minute, 10, "Oslo")
	recent := testdriver.Window(r.d, "recent-orders-window", dsl.String(), dsl.JSON[Orders]())
	if n := len(recent.All()); n != 2 {
		t.Fatalf("%d rows before, want 2", n)
	}
	if err := r.d.AdvanceWallClock(5 * time.Minute); err != nil {
		t.Fatal(err)
	}
	rows := recent.All()
	if len(rows) != 1 || rows[0].Start != (70*time.Minute).Milliseconds() {
		t.Fatalf("rows %+v, want the one at 70 minutes", rows)
	}
}

func TestUnreadableOrderIsDeadLettered(t *testing.T) {
	r := newRig(t)
	if err := r.d.Pipe("orders", testdriver.Record{Key: []byte("ann"), Value: []byte("{"), Timestamp: 7}); err != nil {
		t.Fatal(err)
	}
	dead, ok := r.d.Read("orders-unreadable")
	if !ok || string(dead.Value) != "{" || dead.Timestamp != 7 {
		t.Fatalf("dead letter %+v, %v", dead, ok)
	}
	headers := map[string]string{}
	for _, h := range dead.Headers {
		headers[h.Key] = string(h.Value)
	}
	if headers["__streams.errors.topic"] != "orders" || headers["__streams.errors.offset"] != "0" {
		t.Errorf("headers %v", headers)
	}
}

// The runtime calls a processor for absent values too.
var _ processor.Processor[string, Order, string, Alert] = (*Detector)(nil)
