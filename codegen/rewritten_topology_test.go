package codegen_test

// alikeTopology is a further topology to rewrite: operators whose functions differ in
// constants only, constants of many types, and captured values.
const alikeTopology = `// Package alike holds operators that are alike.
package alike

import (
	"fmt"
	"strings"
	"time"

	"github.com/streamgen/streamgen/dsl"
)

// Level is a number with a name.
type Level int8

func (l Level) String() string { return fmt.Sprintf("level%d", int8(l)) }

// Config holds what deployments differ in.
type Config struct {
	Least int64
	Mark  string
}

//streamgen:topology
func Alike(b *dsl.Builder, cfg Config) {
	mark := strings.ToUpper(cfg.Mark)
	in := b.Stream("alike-in", dsl.String(), dsl.String())
	in.MapValues(func(k, v string) string { return v + "!" }).
		MapValues(func(k, v string) string { return v + "?" }).
		MapValues(func(k, v string) string { return v + mark + fmt.Sprint('x', Level(3), 2*time.Second, uint8(200), 0.5, "") }).
		Filter(func(k, v string) bool { return v != "a!?" }).
		Filter(func(k, v string) bool { return v != "b!?" }).
		To("alike-out", dsl.String(), dsl.String())
	numbers := b.Stream("alike-numbers", dsl.String(), dsl.Int64())
	low := numbers.MapValues(func(k string, v int64) int64 { return v%7 + 1 })
	high := numbers.MapValues(func(k string, v int64) int64 { return v%5 + 3 })
	low.Merge(high).
		Filter(func(k string, v int64) bool { return v > cfg.Least }).
		SelectKey(func(k string, v int64) string { return strings.Repeat("n", int(v%3)) }).
		To("alike-merged", dsl.String(), dsl.Int64())
	low.GroupBy(func(k string, v int64) string { return fmt.Sprint(k, Level(v)) }, dsl.String(), dsl.Int64()).
		WindowedBy(dsl.Tumbling(100*time.Millisecond).Grace(50*time.Millisecond)).
		Aggregate(func() string { return "|" }, func(k string, v int64, agg string) string { return fmt.Sprint(agg, v, ',') }, dsl.String(), dsl.Name("alike-lists"), dsl.EmitEveryUpdate()).
		ToStream(func(k string, w dsl.Window) string { return k + "@" + w.String() }).
		To("alike-lists", dsl.String(), dsl.String())
	high.GroupByKey().
		Reduce(func(k string, v, old int64) int64 { return 2*old + v + 1 }, dsl.Int64(), dsl.Name("alike-sums")).
		ToStream().
		To("alike-sums", dsl.String(), dsl.Int64())
}
`
