package main

//go:generate go tool streamgen gen .

import (
	"time"

	"github.com/streamgen/streamgen/dsl"
)

// TypedOrders is the topology of the folder above with types: the compiler writes the codecs.
//
//streamgen:topology
func TypedOrders(b *dsl.Builder) {
	high := b.Stream("order-events", dsl.String(), dsl.Avro[OrderEvent]()).
		Present().
		Filter(func(_ string, o OrderEvent) bool { return o.Amount > 1000 }).
		MapValues(highValue, dsl.Codecs(dsl.String(), dsl.Avro[HighValueOrder]()))
	high.To("high-value-orders", dsl.String(), dsl.Avro[HighValueOrder]())
	high.GroupByKey().
		WindowedBy(dsl.Tumbling(time.Hour)).
		Count(dsl.Name("order-count-store"))
}

func highValue(_ string, o OrderEvent) HighValueOrder {
	return HighValueOrder{OrderID: o.OrderID, UserID: o.UserID, Amount: o.Amount}
}
