package main

import "github.com/streamgen/streamgen/dsl"

//go:generate go tool streamgen gen .

// Config holds what a deployment may choose.
type Config struct {
	MinCents int64 // smaller orders are left out
}

// Order is a value of the topic "orders", whose key is the order's id.
type Order struct {
	Customer string `json:"customer"`
	Cents    int64  `json:"cents"`
}

// Total is a value of the topic "totals", whose key is the customer.
type Total struct {
	Orders int64 `json:"orders"`
	Cents  int64 `json:"cents"`
}

// Totals keeps the total of each customer's orders.
//
//streamgen:topology
func Totals(b *dsl.Builder, cfg Config) {
	b.Stream("orders", dsl.String(), dsl.JSON[Order](), dsl.OnError(dsl.DeadLetter("orders-refused"))).
		Filter(func(id string, o Order) bool { return o.Cents >= cfg.MinCents }).
		GroupBy(func(id string, o Order) string { return o.Customer }, dsl.String(), dsl.JSON[Order]()).
		Aggregate(newTotal, addOrder, dsl.JSON[Total](), dsl.Name("totals")).
		ToStream().
		To("totals", dsl.String(), dsl.JSON[Total]())
}

func newTotal() Total { return Total{} }

func addOrder(customer string, o Order, t Total) Total {
	return Total{Orders: t.Orders + 1, Cents: t.Cents + o.Cents}
}
