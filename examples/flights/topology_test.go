package main

import (
	"testing"
	"time"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/examples/flights/data"
	"github.com/streamgen/streamgen/runtime/testdriver"
)

func drive(t *testing.T, cfg Config) *testdriver.Driver {
	t.Helper()
	d, err := testdriver.New(NewDelays(cfg), testdriver.Config{CommitEvery: 1000})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func TestDelaysEqualAPlainLoop(t *testing.T) {
	flights, err := data.Flights()
	if err != nil {
		t.Fatal(err)
	}
	airlines, err := data.Airlines()
	if err != nil {
		t.Fatal(err)
	}
	flights = flights[:20_000]
	cfg := Config{MinDelay: 15, Grace: 10 * time.Minute}
	d := drive(t, cfg)

	names := testdriver.Input(d, "airlines", dsl.String(), dsl.JSON[Airline]())
	for code, name := range airlines {
		if err := names.Pipe(code, Airline{name}, 0); err != nil {
			t.Fatal(err)
		}
	}
	in := testdriver.Input(d, "flights", dsl.String(), dsl.JSON[Flight]())
	type row struct {
		carrier string
		hour    int64
	}
	want := map[row]Delay{}
	for _, f := range flights {
		v := Flight{Carrier: f.Carrier, Number: f.Flight, Origin: f.Origin, Dest: f.Dest, DepDelay: f.DepDelay, Cancelled: f.Cancelled}
		if err := in.Pipe(f.Carrier, v, f.Time); err != nil {
			t.Fatal(err)
		}
		if f.Cancelled || f.DepDelay < cfg.MinDelay {
			continue
		}
		k := row{f.Carrier, f.Time - f.Time%time.Hour.Milliseconds()}
		sum := want[k]
		want[k] = Delay{airlines[f.Carrier], sum.Flights + 1, sum.Minutes + int64(f.DepDelay), max(sum.Worst, f.DepDelay)}
	}
	if err := d.Commit(); err != nil {
		t.Fatal(err)
	}

	got := map[row]Delay{}
	for _, r := range testdriver.Output(d, "delay-by-hour", dsl.TimeWindowed(dsl.String(), time.Hour), dsl.JSON[Delay]()).ReadAll() {
		got[row{r.Key.Key, r.Key.Window.Start}] = r.Value
	}
	if len(got) != len(want) {
		t.Errorf("%d windows, want %d", len(got), len(want))
	}
	for k, w := range want {
		if got[k] != w {
			t.Fatalf("%v: %+v, want %+v", k, got[k], w)
		}
	}
	if late := d.Counts().Drops.Late; late != 0 {
		t.Errorf("late: %d, want 0", late)
	}
}

func TestUnknownAirlineKeepsItsCode(t *testing.T) {
	d := drive(t, Config{MinDelay: 15})
	in := testdriver.Input(d, "flights", dsl.String(), dsl.JSON[Flight]())
	if err := in.Pipe("ZZ", Flight{Carrier: "ZZ", DepDelay: 20}, 0); err != nil {
		t.Fatal(err)
	}
	if err := d.Commit(); err != nil {
		t.Fatal(err)
	}
	out := testdriver.Output(d, "delay-by-hour", dsl.TimeWindowed(dsl.String(), time.Hour), dsl.JSON[Delay]())
	r, ok := out.Read()
	if !ok || r.Value != (Delay{Airline: "ZZ", Flights: 1, Minutes: 20, Worst: 20}) {
		t.Fatalf("got %+v, %v", r, ok)
	}
}

func TestLateFlightIsDropped(t *testing.T) {
	d := drive(t, Config{Grace: 10 * time.Minute})
	in := testdriver.Input(d, "flights", dsl.String(), dsl.JSON[Flight]())
	hour := time.Hour.Milliseconds()
	grace := (10 * time.Minute).Milliseconds()
	for _, ts := range []int64{0, hour + grace - 1, 1, hour + grace, 2} { // the last comes when its window is closed
		if err := in.Pipe("UA", Flight{Carrier: "UA", DepDelay: 1}, ts); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Commit(); err != nil {
		t.Fatal(err)
	}
	if late := d.Counts().Drops.Late; late != 1 {
		t.Errorf("late: %d, want 1", late)
	}
	store := testdriver.Window(d, "delay-by-hour", dsl.String(), dsl.JSON[Delay]())
	if v, _ := store.Get("UA", 0); v.Flights != 2 {
		t.Errorf("the first window has %d flights, want 2", v.Flights)
	}
}
