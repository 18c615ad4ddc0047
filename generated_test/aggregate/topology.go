// Package aggregate is a case of the conformance corpus: a struct of the user folds records.
package aggregate

//go:generate go tool streamgen gen .

import "github.com/streamgen/streamgen/dsl"

// Sale is what is read.
type Sale struct {
	Shop   string  `json:"shop"`
	Amount float64 `json:"amount"`
	Tags   []string
}

// Total is what is kept for each shop.
type Total struct {
	Sales  int64          `json:"sales"`
	Amount float64        `json:"amount"`
	ByTag  map[string]int `json:"byTag,omitempty"`
	Last   string
}

func newTotal() Total { return Total{} }

func addSale(shop string, s Sale, t Total) Total {
	t.Sales++
	t.Amount += s.Amount
	t.Last = s.Shop
	for _, tag := range s.Tags {
		if t.ByTag == nil {
			t.ByTag = map[string]int{}
		}
		t.ByTag[tag]++
	}
	return t
}

//streamgen:topology
func Totals(b *dsl.Builder) {
	b.Stream("sales", dsl.String(), dsl.JSON[Sale](), dsl.OnError(dsl.Skip())).
		GroupBy(func(k string, s Sale) string { return s.Shop }, dsl.String(), dsl.JSON[Sale]()).
		Aggregate(newTotal, addSale, dsl.JSON[Total](), dsl.Name("totals")).
		ToStream().
		To("totals-out", dsl.String(), dsl.JSON[Total]())
}
