package main

import (
	"testing"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/runtime/testdriver"
)

// TestTotals runs the compiled topology without a broker.
func TestTotals(t *testing.T) {
	d, err := testdriver.New(NewTotals(Config{MinCents: 100}), testdriver.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}()
	orders := testdriver.Input(d, "orders", dsl.String(), dsl.String()) // as text: the codec is tested too
	for i, o := range []string{
		`{"customer": "ada", "cents": 250}`,
		`{"customer": "bob", "cents": 900}`,
		`{"customer": "ada", "cents": 99}`, // too small
		`{"customer": "ada", "cents": 150}`,
		`{"customer"`, // no JSON
	} {
		if err := orders.Pipe("order", o, int64(i)); err != nil {
			t.Fatal(err)
		}
	}
	last := map[string]Total{}
	for _, r := range testdriver.Output(d, "totals", dsl.String(), dsl.JSON[Total]()).ReadAll() {
		last[r.Key] = r.Value
	}
	if want := (Total{Orders: 2, Cents: 400}); last["ada"] != want {
		t.Errorf("ada: %+v, want %+v", last["ada"], want)
	}
	if want := (Total{Orders: 1, Cents: 900}); last["bob"] != want {
		t.Errorf("bob: %+v, want %+v", last["bob"], want)
	}
	if n := len(testdriver.Output(d, "orders-refused", dsl.String(), dsl.String()).ReadAll()); n != 1 {
		t.Errorf("%d orders were refused, want 1", n)
	}
}
