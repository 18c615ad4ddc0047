package main

import (
	"testing"
	"time"

	"github.com/streamgen/streamgen/dsl"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/serde/avro"
	"github.com/streamgen/streamgen/runtime/testdriver"
)

// What producers of order-events write, before and after users became numbers.
const (
	first = `{"type":"record","name":"OrderEvent","namespace":"com.example.orders","fields":[
		{"name":"orderId","type":"string"},{"name":"userId","type":"string"},{"name":"item","type":["null","string"],"default":null},{"name":"amount","type":"double"}]}`
	second = `{"type":"record","name":"OrderEvent","namespace":"com.example.orders","fields":[
		{"name":"amount","type":"double"},{"name":"userId","type":["string","long"]},{"name":"orderId","type":"string"}]}`
)

func order(t *testing.T, schema *avro.Schema, id string, amount float64) *avro.Record {
	t.Helper()
	r, err := avro.NewRecord(schema)
	if err != nil {
		t.Fatal(err)
	}
	set := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	set(r.SetText("orderId", id))
	set(r.SetDouble("amount", amount))
	if schema.Field("userId").Type.Kind == avro.KindUnion {
		set(r.SetLong("userId", 7))
	} else {
		set(r.SetText("userId", "ann"))
	}
	return r
}

// TestOrders: what goes out has the fields of what came in, whatever their schema. S243.
func TestOrders(t *testing.T) {
	for mode, topology := range map[string]func() *gen.Topology{"generated": NewOrders, "interpreted": func() *gen.Topology { return rt.InterpretPlain(Orders) }} {
		t.Run(mode, func(t *testing.T) {
			d, err := testdriver.New(topology(), testdriver.Config{})
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			in := testdriver.Input(d, "order-events", dsl.String(), dsl.AvroRecord())
			out := testdriver.Output(d, "high-value-orders", dsl.String(), dsl.AvroRecord())
			one, err := avro.Parse(first)
			if err != nil {
				t.Fatal(err)
			}
			two, err := avro.Parse(second)
			if err != nil {
				t.Fatal(err)
			}
			for i, o := range []*avro.Record{order(t, one, "a", 1000), order(t, one, "b", 1000.5), order(t, two, "c", 2000), order(t, one, "d", 5000)} {
				if err := in.Pipe("k", o, int64(i)*20*60_000); err != nil {
					t.Fatal(err)
				}
			}
			var got string
			for _, r := range out.ReadAll() {
				got += r.Value.Schema().Field("userId").Type.Label() + " " + r.Value.String() + "\n"
			}
			want := `string {"orderId":"b","userId":"ann","amount":1000.5,"verified":false}
union {"orderId":"c","userId":7,"amount":2000,"verified":false}
string {"orderId":"d","userId":"ann","amount":5000,"verified":false}
`
			if got != want {
				t.Errorf("high-value-orders\n%s\nwant\n%s", got, want)
			}
			counts := testdriver.Window(d, "order-count-store", dsl.String(), dsl.Int64())
			for start, want := range map[int64]int64{0: 2, time.Hour.Milliseconds(): 1} {
				if n, _ := counts.Get("k", start); n != want {
					t.Errorf("window %d counts %d, want %d", start, n, want)
				}
			}
			if err := d.Err(); err != nil {
				t.Error(err)
			}
		})
	}
}
