// Package namingworst names everything as the generated code would like to name it.
package namingworst

import (
	"fmt"
	str "strings"
	gen "time"

	"github.com/streamgen/streamgen/dsl"
)

// The names of local variables and imports in generated code, taken.
type (
	t           struct{ K, Window int64 }
	d           struct{ N int64 }
	rec         = string
	state       int
	serde       struct{}
	window      string
	shapes      struct{}
	shapesTask0 struct{}
)

func max(a, b int64) int64 { return b - a }

func k(key rec, v t) bool { return max(v.K, v.Window) > 0 }

func run(i rec, err int64) rec { return fmt.Sprint(i, err) }

func env() d { return d{} }

func h(e rec, v t, agg d) d { agg.N += v.K; return agg }

var fault, processor, key, app, i, ts state

func NewShapesHelper() window { return "" }

//streamgen:topology
func Shapes(b *dsl.Builder, d int64, gen2 gen.Duration) {
	t, err := d+1, d-1
	dst := func(t rec) rec { return str.ToUpper(t) }
	stream := b.Stream("in", dsl.String(), dsl.JSON[struct2]()).
		MapValues(func(t rec, strings struct2) struct2 {
			d := str.Repeat(dst(t), 2)
			return struct2{Dur: strings.Dur + int64(gen2/gen.Second) + int64(len(d))}
		}).
		Filter(func(d rec, v struct2) bool { return v.Dur > t+err })
	values := stream.MapValues(func(k rec, v struct2) (n tt) { n.K = v.Dur; return n })
	values.Filter(kk).
		GroupByKey(dsl.Codecs(dsl.String(), dsl.JSON[tt]())).
		WindowedBy(dsl.Tumbling(gen.Minute)).
		Aggregate(zero, add, dsl.JSON[dd](), dsl.Name("key")).
		ToStream(dsl.WindowedKey).
		To("key", dsl.TimeWindowed(dsl.String(), gen.Minute), dsl.JSON[dd]())
	values.GroupByKey(dsl.Codecs(dsl.String(), dsl.JSON[tt]())).Count(dsl.Name("rec"), dsl.EmitEveryUpdate()).ToStream().
		Map(func(rec rec, v int64) (string, int64) { return run(rec, v), v }).
		To("rec", dsl.String(), dsl.Int64())
}

type struct2 struct{ Dur int64 }

type tt = t
type dd = d

func kk(a rec, b tt) bool      { return k(a, b) }
func zero() dd                 { return env() }
func add(a rec, b tt, c dd) dd { return h(a, b, c) }
