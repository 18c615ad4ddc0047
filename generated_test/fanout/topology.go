// Package fanout is a case of the conformance corpus: one stream feeds several sinks and aggregations.
package fanout

//go:generate go tool streamgen gen .

import (
	"time"

	"github.com/streamgen/streamgen/dsl"
)

//streamgen:topology
func Fan(b *dsl.Builder) {
	in := b.Stream("fan-in", dsl.String(), dsl.Int64())
	in.To("copy", dsl.String(), dsl.Int64())
	even := in.Filter(func(k string, v int64) bool { return v%2 == 0 })
	even.To("even", dsl.String(), dsl.Int64())
	even.GroupByKey().Count(dsl.Name("even-count")).ToStream().To("even-counts", dsl.String(), dsl.Int64())
	in.GroupByKey().
		Reduce(func(k string, v, old int64) int64 { return v + old }, dsl.Int64(), dsl.Name("sum"), dsl.EmitEveryUpdate()).
		ToStream().To("sums", dsl.String(), dsl.Int64())
	in.GroupBy(func(k string, v int64) int64 { return v % 3 }, dsl.Int64(), dsl.Int64()).
		WindowedBy(dsl.Tumbling(time.Second).Grace(time.Minute)).
		Count(dsl.Name("thirds")).
		ToStream(dsl.WindowedKey).
		To("third-counts", dsl.TimeWindowed(dsl.Int64(), time.Second), dsl.Int64())
	in.ForEach(func(k string, v int64) {})
}
