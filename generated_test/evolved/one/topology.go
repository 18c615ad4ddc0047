// Package one is the first release of an application whose state evolves.
package one

import (
	"fmt"

	"github.com/streamgen/streamgen/dsl"
)

//go:generate go tool streamgen gen .

// Payment is what comes in.
type Payment struct {
	Amount float64 `json:"amount"`
}

// Spent is kept as JSON.
type Spent struct {
	Total float64 `json:"total"`
	N     int32   `json:"n"`
}

// Sum is kept as Avro.
type Sum struct {
	_     struct{} `avro:"evolved.Sum"`
	Total float64  `avro:"total"`
	N     int32    `avro:"n"`
}

// Payments keeps the same sums as JSON and as Avro.
//
//streamgen:topology
func Payments(b *dsl.Builder) {
	payments := b.Stream("payments", dsl.String(), dsl.JSON[Payment]()).GroupByKey()
	payments.Aggregate(newSpent, addSpent, dsl.JSON[Spent](), dsl.Name("spent")).
		ToStream().
		MapValues(func(_ string, s Spent) string { return fmt.Sprint("json ", s.Total, " ", s.N) }, dsl.Codecs(dsl.String(), dsl.String())).
		To("sums", dsl.String(), dsl.String())
	payments.Aggregate(newSum, addSum, dsl.Avro[Sum](), dsl.Name("sum")).
		ToStream().
		MapValues(func(_ string, s Sum) string { return fmt.Sprint("avro ", s.Total, " ", s.N) }, dsl.Codecs(dsl.String(), dsl.String())).
		To("sums", dsl.String(), dsl.String())
}

func newSpent() Spent { return Spent{} }

func addSpent(_ string, p Payment, s Spent) Spent {
	s.Total += p.Amount
	s.N++
	return s
}

func newSum() Sum { return Sum{} }

func addSum(_ string, p Payment, s Sum) Sum {
	s.Total += p.Amount
	s.N++
	return s
}
