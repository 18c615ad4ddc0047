// Package broad uses every way of writing a topology that the compiler follows.
package broad

import (
	"fmt"
	"strings"
	"time"

	"github.com/streamgen/streamgen/codegen/testdata/topologies/broad/part"
	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/runtime/processor"
)

type Config struct {
	Topic  string
	Min    int
	Window time.Duration
	Accept func(k string, v int64) bool
}

type Order struct {
	User   string
	Amount int64
}

var isLarge = func(k string, v int64) bool { return v > 100 }

func amount(_ string, o Order) int64 { return o.Amount }

func longerThan(n int) func(k string, v int64) bool {
	limit := n + 1
	return func(k string, v int64) bool { return len(k) > limit }
}

func prefixes(c Config) (string, error) { return strings.ToUpper(c.Topic), nil }

type scale struct{ by int64 }

func (s scale) apply(_ string, v int64) int64 { return v * s.by }

func keep[K, V any](s dsl.Stream[K, V], pred func(K, V) bool, opts ...dsl.Option) dsl.Stream[K, V] {
	kept := s.Filter(pred, opts...)
	return kept.Peek(func(k K, v V) { var zero V; _ = zero; _ = fmt.Sprint(k, v) })
}

func split(s dsl.Stream[string, int64]) (small, large dsl.Stream[string, int64]) {
	small = s.Filter(func(k string, v int64) bool { return v <= 10 })
	large = s.Filter(isLarge)
	return
}

//streamgen:topology
func Broad(b *dsl.Builder, cfg Config) {
	const factor = 3
	codec := dsl.JSON[Order]()
	topic := "orders"
	name := dsl.Name("large" + "-ones")
	by := scale{by: int64(cfg.Min)}
	prefix, err := prefixes(cfg)
	_ = err

	orders := b.Stream(topic, dsl.String(), codec, dsl.OnError(dsl.DeadLetter("dead")))
	amounts := orders.MapValues(amount)
	amounts = keep(amounts, isLarge, name)
	amounts = amounts.MapValues(by.apply).MapValues(func(k string, v int64) int64 { return v*factor + int64(len(prefix)) })
	amounts = amounts.Filter(longerThan(cfg.Min)).Filter(cfg.Accept)
	small, large := split(amounts)
	merged := (small).Merge(large)
	part.Write(merged, cfg.Topic+"-out")
	tagged := part.Tag(orders, func(k string, o Order) string { return o.User }, dsl.Codecs(dsl.String(), codec))
	counts := tagged.GroupByKey().Count(dsl.Store("counts"), dsl.EmitEveryUpdate())
	counts.ToStream().To("counts", dsl.String(), dsl.Int64())
	spec := dsl.Tumbling(time.Minute).Grace(factor * time.Second)
	enrich := func(s dsl.Stream[string, Order]) dsl.Grouped[string, Order] { return s.GroupByKey(dsl.Name("again")) }
	enrich(tagged).WindowedBy(spec).Reduce(bigger, codec, dsl.Name("bigger")).
		ToStream(func(k string, w dsl.Window) string { return k + w.String() }).
		To("bigger", dsl.String(), codec)
	enrich(tagged).WindowedBy(dsl.Tumbling(cfg.Window)).Count(dsl.Name("windows")).ToStream(dsl.WindowedKey).
		To("windows", dsl.TimeWindowed(dsl.String(), cfg.Window), dsl.Int64())

	seen := b.KeyValueStore("seen", dsl.String(), dsl.Int64())
	recent := b.WindowStore("recent", dsl.String(), codec, time.Hour, time.Minute)
	b.Stream("clicks", dsl.String(), codec).
		Process(func() *dedupe { return &dedupe{seen: seen, recent: recent} }, dsl.Name("dedupe")).
		To("unique", dsl.String(), codec)
}

func bigger(_ string, v, old Order) Order {
	if v.Amount > old.Amount {
		return v
	}
	return old
}

type dedupe struct {
	seen   *dsl.KeyValueStore[string, int64]
	recent *dsl.WindowStore[string, Order]
}

func (d *dedupe) Init(*processor.Context[string, Order]) error { return nil }

func (d *dedupe) Process(ctx *processor.Context[string, Order], r processor.Record[string, Order]) error {
	if _, ok := d.seen.Get(r.Key); !ok {
		d.seen.Put(r.Key, r.Timestamp)
		ctx.Forward(r)
	}
	return nil
}

func (d *dedupe) Close() error { return nil }
