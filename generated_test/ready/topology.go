// Package ready is a case of the conformance corpus: the ready functions for Reduce.
package ready

//go:generate go tool streamgen gen .

import (
	"time"

	"github.com/streamgen/streamgen/dsl"
)

// Celsius is a type of its own.
type Celsius float64

//streamgen:topology
func Folded(b *dsl.Builder) {
	byKey := b.Stream("values", dsl.String(), dsl.Int64()).GroupByKey()
	byKey.Reduce(dsl.Sum, dsl.Int64(), dsl.Name("sums")).ToStream().To("sums-out", dsl.String(), dsl.Int64())
	byKey.Reduce(dsl.Min, dsl.Int64(), dsl.Name("least"), dsl.EmitEveryUpdate()).ToStream().To("least-out", dsl.String(), dsl.Int64())
	byKey.WindowedBy(dsl.Hopping(20*time.Millisecond, 10*time.Millisecond).Grace(10*time.Millisecond)).
		Reduce(dsl.Max, dsl.Int64(), dsl.Name("most")).
		ToStream(dsl.WindowedKey).To("most-out", dsl.TimeWindowed(dsl.String(), 20*time.Millisecond), dsl.Int64())
	byKey.SessionsBy(dsl.Sessions(15*time.Millisecond)).
		Reduce(dsl.Sum, dsl.Int64(), dsl.Name("visits")).
		ToStream(dsl.SessionKey).To("visits-out", dsl.SessionWindowed(dsl.String()), dsl.Int64())

	b.Stream("names", dsl.String(), dsl.String()).GroupByKey().
		Reduce(dsl.Max, dsl.String(), dsl.Name("last-name")).ToStream().To("names-out", dsl.String(), dsl.String())
	b.Stream("readings", dsl.String(), dsl.JSON[Celsius]()).GroupByKey().
		Reduce(dsl.Min[string, Celsius], dsl.JSON[Celsius](), dsl.Name("coldest")).ToStream().To("coldest-out", dsl.String(), dsl.JSON[Celsius]())

	b.Table("stock", dsl.String(), dsl.Int64(), dsl.Name("stock")).
		GroupBy(func(item string, n int64) (string, int64) { return item[:min(1, len(item))], n }, dsl.String(), dsl.Int64(), dsl.Name("by-letter")).
		Reduce(dsl.Sum, dsl.Subtract, dsl.Int64(), dsl.Name("stock-by-letter")).
		ToStream().To("stock-out", dsl.String(), dsl.Int64())
}
