package main

import (
	"time"

	"github.com/streamgen/streamgen/dsl"
)

//go:generate go tool streamgen gen .

// Order is a record of the topic "orders", keyed by user.
type Order struct {
	ID       string  `json:"id"`
	Amount   float64 `json:"amount"`
	Location string  `json:"location"`
}

// Orders are a user's orders of one millisecond.
type Orders struct {
	Orders []Order `json:"orders"`
}

// Summary is what is known of a user's orders so far.
type Summary struct {
	Count    int64   `json:"count"`
	Total    float64 `json:"total"`
	First    int64   `json:"first"` // timestamps, epoch milliseconds
	Last     int64   `json:"last"`
	Location string  `json:"location"`
}

// Alert is a record of the topic "fraud-alerts", keyed by user.
type Alert struct {
	Rule  string `json:"rule"` // amount, velocity or location
	Order string `json:"order,omitempty"`
	Text  string `json:"text"`
}

// Fraud watches each user's orders for amounts, rates and locations out of the usual.
//
//streamgen:topology
func Fraud(b *dsl.Builder) {
	summaries := b.KeyValueStore("user-transaction-summary", dsl.String(), dsl.JSON[Summary]())
	recent := b.WindowStore("recent-orders-window", dsl.String(), dsl.JSON[Orders](), 2*time.Hour, window)

	b.Stream("orders", dsl.String(), dsl.JSON[Order](), dsl.OnError(dsl.DeadLetter("orders-unreadable"))).
		Process(func() *Detector { return &Detector{Summaries: summaries, Recent: recent} }, dsl.Name("detector")).
		To("fraud-alerts", dsl.String(), dsl.JSON[Alert]())
}
