package main

//go:generate go tool streamgen gen .

import (
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/examples/protobuf/shop"
)

// Accounts adds the orders of each customer up. Orders with fields that this program does not know pass with them.
//
//streamgen:topology
func Accounts(b *dsl.Builder) {
	orders := b.Stream("orders", dsl.String(), dsl.Protobuf[*shop.Order]()).Present()
	orders.Filter(large).To("large-orders", dsl.String(), dsl.Protobuf[*shop.Order]())
	orders.
		GroupBy(func(_ string, o *shop.Order) string { return o.Customer }, dsl.String(), dsl.Protobuf[*shop.Order](), dsl.Name("by-customer")).
		Aggregate(newAccount, add, dsl.Protobuf[*shop.Account](), dsl.Name("accounts")).
		ToStream().
		To("account-updates", dsl.String(), dsl.Protobuf[*shop.Account]())
}

func cents(o *shop.Order) (sum int64) {
	for _, l := range o.Lines {
		sum += int64(l.Count) * l.Cents
	}
	return sum
}

func large(_ string, o *shop.Order) bool { return cents(o) >= 100_000 }

func newAccount() *shop.Account { return &shop.Account{} }

func add(customer string, o *shop.Order, a *shop.Account) *shop.Account {
	return &shop.Account{Customer: customer, Orders: a.Orders + 1, Cents: a.Cents + cents(o), Last: later(a.Last, o.Placed)}
}

func later(a, b *timestamppb.Timestamp) *timestamppb.Timestamp {
	if a == nil || b != nil && b.AsTime().After(a.AsTime()) {
		return b
	}
	return a
}
