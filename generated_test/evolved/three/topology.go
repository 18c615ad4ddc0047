// Package three is the release after two: fields have other names and wider types, so the instances before it must have stopped.
package three

import (
	"fmt"

	"github.com/streamgen/streamgen/dsl"
)

//go:generate go tool streamgen gen .

// Payment is what comes in.
type Payment struct {
	Amount float64 `json:"amount"`
}

// Spent has another name and a wider type.
type Spent struct {
	Max    float64 `json:"max"`
	Amount float64 `json:"amount" alias:"total"`
	N      int64   `json:"n"`
}

// Sum has another name and a wider type, in another order.
type Sum struct {
	_      struct{} `avro:"evolved.Sum"`
	Max    float64  `avro:"max,default=0"`
	Amount float64  `avro:"amount,alias=total"`
	N      int64    `avro:"n"`
}

// Payments keeps the same sums as JSON and as Avro.
//
//streamgen:topology
func Payments(b *dsl.Builder) {
	payments := b.Stream("payments", dsl.String(), dsl.JSON[Payment]()).GroupByKey()
	payments.Aggregate(newSpent, addSpent, dsl.JSON[Spent](), dsl.Name("spent")).
		ToStream().
		MapValues(func(_ string, s Spent) string { return fmt.Sprint("json ", s.Amount, " ", s.N) }, dsl.Codecs(dsl.String(), dsl.String())).
		To("sums", dsl.String(), dsl.String())
	payments.Aggregate(newSum, addSum, dsl.Avro[Sum](), dsl.Name("sum")).
		ToStream().
		MapValues(func(_ string, s Sum) string { return fmt.Sprint("avro ", s.Amount, " ", s.N) }, dsl.Codecs(dsl.String(), dsl.String())).
		To("sums", dsl.String(), dsl.String())
}

func newSpent() Spent { return Spent{} }

func addSpent(_ string, p Payment, s Spent) Spent {
	s.Amount += p.Amount
	s.N++
	s.Max = max(s.Max, p.Amount)
	return s
}

func newSum() Sum { return Sum{} }

func addSum(_ string, p Payment, s Sum) Sum {
	s.Amount += p.Amount
	s.N++
	s.Max = max(s.Max, p.Amount)
	return s
}
