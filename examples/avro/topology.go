package main

//go:generate go tool streamgen gen .

import (
	"time"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/runtime/serde/avro"
)

// Orders keeps the orders above 1000 and counts them per key and hour. It knows no schema: orders are
// generic records, and what goes out is made of the fields of what came in.
//
//streamgen:topology
func Orders(b *dsl.Builder) {
	schemas := &Schemas{}
	high := b.Stream("order-events", dsl.String(), dsl.AvroRecord()).
		Present().
		TryFilter(isHigh).
		TryMapValues(schemas.verified, dsl.Codecs(dsl.String(), dsl.AvroRecord()))
	high.To("high-value-orders", dsl.String(), dsl.AvroRecord())
	high.GroupByKey().
		WindowedBy(dsl.Tumbling(time.Hour)).
		Count(dsl.Name("order-count-store"))
}

// isHigh says whether an order's amount is above 1000.
func isHigh(_ string, order *avro.Record) (bool, error) {
	amount, err := order.Double("amount")
	return amount > 1000, err
}
