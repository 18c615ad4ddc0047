package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/runtime/testdriver"
)

type rig struct {
	t   *testing.T
	d   *testdriver.Driver
	raw *testdriver.InputTopic[string, string]
	n   int
	at  time.Duration // since the epoch: the wall clock
}

// newRig starts with two accounts of ann and one of bob.
func newRig(t *testing.T) *rig {
	t.Helper()
	d, err := testdriver.New(NewOrders(), testdriver.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	users := testdriver.Input(d, "user-data", dsl.String(), dsl.String())
	for account, user := range map[string]string{"a1": "ann", "a2": "ann", "b1": "bob"} {
		if err := users.Pipe(account, user, 0); err != nil {
			t.Fatal(err)
		}
	}
	return &rig{t: t, d: d, raw: testdriver.Input(d, "raw-orders", dsl.String(), dsl.String())}
}

// text pipes a record when the wall clock shows the time. Its own timestamp is another one.
func (r *rig) text(account, text string, at time.Duration) {
	r.t.Helper()
	if err := r.d.AdvanceWallClock(at - r.at); err != nil {
		r.t.Fatal(err)
	}
	r.at = at
	if err := r.raw.Pipe(account, text, 12345); err != nil {
		r.t.Fatal(err)
	}
}

// order pipes an order; orders are numbered from 1.
func (r *rig) order(account, kind string, amount float64, at time.Duration) {
	r.t.Helper()
	r.n++
	r.text(account, fmt.Sprintf(`{"id":"%d","type":"%s","amount":%v}`, r.n, kind, amount), at)
}

// wrote returns what a topic got since the last call.
func (r *rig) wrote(topic string) string {
	var s []string
	for _, o := range testdriver.Output(r.d, topic, dsl.String(), dsl.String()).ReadAll() {
		s = append(s, fmt.Sprintf("%s %s @%v", o.Key, o.Value, time.Duration(o.Timestamp)*time.Millisecond))
	}
	return strings.Join(s, "\n")
}

func (r *rig) want(what, got, want string) {
	r.t.Helper()
	if got != want {
		r.t.Errorf("%s:\n%s\nwant:\n%s", what, got, want)
	}
}

func TestOrdersGetTheirUserAndGoWhereTheirTypeSays(t *testing.T) {
	r := newRig(t)
	r.order("a1", Premium, 200, time.Second)
	r.order("b1", Standard, 50, 2*time.Second)
	r.order("a2", "GIFT", 1, 3*time.Second)
	r.want("premium-orders", r.wrote("premium-orders"), `a1 {"id":"1","type":"PREMIUM","amount":180,"user":"ann"} @1s`)
	r.want("standard-orders", r.wrote("standard-orders"), `b1 {"id":"2","type":"STANDARD","amount":50,"user":"bob"} @2s`)
	r.want("enriched-orders", r.wrote("enriched-orders"), `a1 {"id":"1","type":"PREMIUM","amount":200,"user":"ann"} @1s
b1 {"id":"2","type":"STANDARD","amount":50,"user":"bob"} @2s
a2 {"id":"3","type":"GIFT","amount":1,"user":"ann"} @3s`)
}

func TestWhatIsNoOrderIsLeftOut(t *testing.T) {
	r := newRig(t)
	if err := r.raw.PipeNullValue("a1", 0); err != nil {
		t.Fatal(err)
	}
	r.text("a1", "", time.Second)
	r.order("a1", Premium, 0, 2*time.Second)
	r.order("a1", Premium, -5, 3*time.Second)
	r.order("nobody", Premium, 5, 4*time.Second)
	if err := r.raw.PipeNullKey(`{"amount":1}`, 5); err != nil {
		t.Fatal(err)
	}
	r.want("enriched-orders", r.wrote("enriched-orders"), "")
	r.want("raw-orders-unreadable", r.wrote("raw-orders-unreadable"), "")
}

func TestUnreadableOrderIsDeadLettered(t *testing.T) {
	r := newRig(t)
	r.text("a1", `{"id":`, 7*time.Second)
	r.order("a1", Standard, 3, 8*time.Second)
	dead, ok := r.d.Read("raw-orders-unreadable")
	if !ok || string(dead.Key) != "a1" || string(dead.Value) != `{"id":` || dead.Timestamp != 7000 {
		t.Fatalf("dead letter %+v, %v", dead, ok)
	}
	if text := r.wrote("enriched-orders"); !strings.Contains(text, `"amount":3`) {
		t.Errorf("the order behind it is not there: %q", text)
	}
}

func TestOrdersPerAccountAndHour(t *testing.T) {
	r := newRig(t)
	r.order("a1", Standard, 1, 0)
	r.order("a1", Standard, 1, 59*time.Minute)
	r.order("a2", Standard, 1, 59*time.Minute)
	r.order("a1", Standard, 1, time.Hour)
	counts := testdriver.Window(r.d, "order-count-store", dsl.String(), dsl.Int64())
	for row, want := range map[string]int64{"a1 0": 2, "a2 0": 1, "a1 1": 1} {
		var account string
		var hour int64
		fmt.Sscan(row, &account, &hour)
		if n, _ := counts.Get(account, hour*time.Hour.Milliseconds()); n != want {
			t.Errorf("%s: %d orders, want %d", row, n, want)
		}
	}
}

func TestTurnoverOfFiveMinutesEachMinute(t *testing.T) {
	r := newRig(t)
	r.order("a1", Premium, 100, 5*time.Minute) // before the discount
	r.order("a1", Standard, 10.5, 7*time.Minute)
	revenue := testdriver.Window(r.d, "revenue-store", dsl.String(), dsl.Float64())
	var s []string
	for _, row := range revenue.All() {
		s = append(s, fmt.Sprint(row.Start/60_000, ":", row.Value))
	}
	r.want("revenue by start in minutes", strings.Join(s, " "), "1:100 2:100 3:110.5 4:110.5 5:110.5 6:10.5 7:10.5")
}

func TestSessionsOfAUserGoOverItsAccounts(t *testing.T) {
	r := newRig(t)
	r.order("a1", Standard, 1, 0)
	r.order("a2", Standard, 1, 30*time.Minute)
	r.order("a2", Standard, 1, 61*time.Minute)
	r.order("b1", Standard, 1, 61*time.Minute)
	var s []string
	for _, row := range testdriver.Session(r.d, "session-store", dsl.String(), dsl.Int64()) {
		s = append(s, fmt.Sprint(row.Key, " ", row.Session.Start/60_000, "-", row.Session.End/60_000, ": ", row.Value))
	}
	r.want("sessions in minutes", strings.Join(s, ", "), "ann 0-30: 2, ann 61-61: 1, bob 61-61: 1")
}
