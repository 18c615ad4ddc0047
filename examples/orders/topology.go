package main

import (
	"encoding/json/v2"
	"fmt"
	"time"

	"github.com/streamgen/streamgen/dsl"
)

//go:generate go tool streamgen gen .

// Order is an order: JSON text in the topic "raw-orders", keyed by account; with its user
// in all that comes after the join.
type Order struct {
	ID     string  `json:"id"`
	Type   string  `json:"type"` // PREMIUM or STANDARD
	Amount float64 `json:"amount"`
	User   string  `json:"user,omitempty"`
}

// The types of orders.
const (
	Premium  = "PREMIUM"
	Standard = "STANDARD"
)

// Orders gives each order the user of its account, sends it to the topic of its type and
// to "enriched-orders", and keeps orders per account and hour, turnover per account over
// five minutes, and sessions of each user. An order's time is when it is processed.
//
//streamgen:topology
func Orders(b *dsl.Builder) {
	users := b.Table("user-data", dsl.String(), dsl.String(), dsl.Store("user-data"))

	enriched := b.Stream("raw-orders", dsl.String(), dsl.String(), dsl.WallclockTimestamp()).
		FilterOpt(func(account, text dsl.Opt[string]) bool { return text.Or("") != "" }).
		TryMapValues(parse, dsl.Codecs(dsl.String(), dsl.JSON[Order]()), dsl.OnError(dsl.DeadLetter("raw-orders-unreadable"))).
		Filter(func(account string, o Order) bool { return o.Amount > 0 }).
		Join(users, func(account string, o Order, user string) Order {
			o.User = user
			return o
		}, dsl.Codecs(dsl.String(), dsl.JSON[Order]()))

	types := enriched.Split("orders-")
	types.Branch("premium", func(account string, o Order) bool { return o.Type == Premium }).
		MapValues(func(account string, o Order) Order {
			o.Amount *= 0.9
			return o
		}).
		To("premium-orders", dsl.String(), dsl.JSON[Order]())
	types.Branch("standard", func(account string, o Order) bool { return o.Type == Standard }).
		To("standard-orders", dsl.String(), dsl.JSON[Order]())
	types.Drop()

	enriched.GroupByKey().
		WindowedBy(dsl.Tumbling(time.Hour)).
		Count(dsl.Name("order-count-store"))

	enriched.
		MapValues(func(account string, o Order) float64 { return o.Amount }, dsl.Codecs(dsl.String(), dsl.Float64())).
		GroupByKey().
		WindowedBy(dsl.Hopping(5*time.Minute, time.Minute)).
		Reduce(func(account string, amount, sum float64) float64 { return sum + amount }, dsl.Float64(), dsl.Name("revenue-store"))

	enriched.
		GroupBy(func(account string, o Order) string { return o.User }, dsl.String(), dsl.JSON[Order]()).
		SessionsBy(dsl.Sessions(30 * time.Minute)).
		Count(dsl.Name("session-store"))

	enriched.To("enriched-orders", dsl.String(), dsl.JSON[Order]())
}

// parse reads an order. What it cannot read goes to a topic of its own.
func parse(_ string, text string) (o Order, err error) {
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return o, fmt.Errorf("not an order: %w", err)
	}
	return o, nil
}
