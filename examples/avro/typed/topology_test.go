package main

import (
	"fmt"
	"testing"

	"github.com/streamgen/streamgen/dsl"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/testdriver"
)

// written is an order as its producers write it: more fields, in another order.
type written struct {
	_      struct{} `avro:"com.example.orders.OrderEvent"`
	Amount float64  `avro:"amount"`
	ID     string   `avro:"orderId"`
	Items  []string `avro:"items"`
	User   string   `avro:"userId"`
}

// TestTypedOrders: orders with more fields are read like those of the type's own schema. S240.
func TestTypedOrders(t *testing.T) {
	for mode, topology := range map[string]func() *gen.Topology{"generated": NewTypedOrders, "interpreted": func() *gen.Topology { return rt.InterpretPlain(TypedOrders) }} {
		t.Run(mode, func(t *testing.T) {
			d, err := testdriver.New(topology(), testdriver.Config{})
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			theirs := testdriver.Input(d, "order-events", dsl.String(), dsl.Avro[written]())
			ours := testdriver.Input(d, "order-events", dsl.String(), dsl.Avro[OrderEvent]())
			if err := theirs.Pipe("k", written{Amount: 1001, ID: "a", Items: []string{"x", "y"}, User: "ann"}, 0); err != nil {
				t.Fatal(err)
			}
			for i, amount := range []float64{1000, 1000.01} {
				if err := ours.Pipe("k", OrderEvent{OrderID: fmt.Sprint(i), UserID: "bob", Amount: amount}, 1); err != nil {
					t.Fatal(err)
				}
			}
			var got string
			for _, r := range testdriver.Output(d, "high-value-orders", dsl.String(), dsl.Avro[HighValueOrder]()).ReadAll() {
				got += fmt.Sprintln(r.Key, r.Value)
			}
			want := "k {{} a ann 1001 false}\nk {{} 1 bob 1000.01 false}\n"
			if got != want {
				t.Errorf("high-value-orders\n%s\nwant\n%s", got, want)
			}
			counts := testdriver.Window(d, "order-count-store", dsl.String(), dsl.Int64())
			if n, _ := counts.Get("k", 0); n != 2 {
				t.Errorf("%d orders are counted, want 2", n)
			}
			if err := d.Err(); err != nil {
				t.Error(err)
			}
		})
	}
}
