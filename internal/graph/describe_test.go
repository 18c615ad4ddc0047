package graph_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/processor"
	"github.com/streamgen/streamgen/runtime/serde"
)

// echo is a processor that holds any stores.
type echo struct {
	stores []*dsl.KeyValueStore[string, string]
}

func (*echo) Init(*context) error                                   { return nil }
func (*echo) Process(ctx *context, r dsl.Rec[string, string]) error { ctx.Forward(r); return nil }
func (*echo) Close() error                                          { return nil }

func newEcho(s ...*dsl.KeyValueStore[string, string]) func() *echo {
	return func() *echo { return &echo{s} }
}

// values is a processor of values that holds any stores.
type values struct {
	stores []*dsl.KeyValueStore[string, string]
}

func (*values) Init(*processor.ValueContext[string]) error { return nil }
func (*values) Process(ctx *processor.ValueContext[string], r dsl.Rec[string, string]) error {
	ctx.Forward(r.Value)
	return nil
}
func (*values) Close() error { return nil }

func newValues(s ...*dsl.KeyValueStore[string, string]) func() *values {
	return func() *values { return &values{s} }
}

// fill is a processor that holds any stores of a global one, and tells, which reads them.
type fill[S any] struct{ store S }

func (*fill[S]) Init(*processor.GlobalContext) error                             { return nil }
func (*fill[S]) Process(*processor.GlobalContext, dsl.Rec[string, string]) error { return nil }
func (*fill[S]) Close() error                                                    { return nil }

func filling[S any](s S) func() *fill[S] { return func() *fill[S] { return &fill[S]{s} } }

// tells is a processor that holds what reads a global store beside a store.
type tells struct {
	echo
	global *dsl.ReadOnlyKeyValueStore[string, string]
}

func newTells(g *dsl.ReadOnlyKeyValueStore[string, string], s ...*dsl.KeyValueStore[string, string]) func() *tells {
	return func() *tells { return &tells{echo{s}, g} }
}

func parts(k, v string) []string { return []string{v} }

type (
	context = processor.Context[string, string]
	stream  = dsl.Stream[string, string]
	pair    = dsl.KV[string, string]
)

func in(b *dsl.Builder, topic string, opts ...dsl.Option) stream {
	return b.Stream(topic, dsl.String(), dsl.String(), opts...)
}

func out[V any](s dsl.Stream[string, V], topic string, c serde.Codec[V]) {
	s.To(topic, dsl.String(), c)
}

func keep(k, v string) bool                           { return true }
func same(k, v string) string                         { return v }
func both(k, v string) (string, string)               { return k, v }
func one(k, v string) []pair                          { return []pair{{Key: k, Value: v}} }
func look(k, v string)                                {}
func latest(k, v, old string) string                  { return v }
func latestCount(k string, v, old int64) int64        { return v }
func joined(k, v, g string) string                    { return v + g }
func left(k, v string, g dsl.Opt[string]) string      { return v + g.V }
func empty() string                                   { return "" }
func discard(k string, v int64)                       {}
func codecs() dsl.Option                              { return dsl.Codecs(dsl.String(), dsl.String()) }
func inner(k string, w dsl.Window) string             { return k }
func discardWindowed(k dsl.Windowed[string], v int64) {}

// described are the topologies of testdata/describe/README.md in our words.
var described = map[string]func(b *dsl.Builder){
	"stateless": func(b *dsl.Builder) {
		out(in(b, "in").Filter(keep).MapValues(same).Map(both).FlatMap(one).SelectKey(same).Peek(look), "out", dsl.String())
	},
	"foreach": func(b *dsl.Builder) {
		s := in(b, "in")
		s.ForEach(look)
		out(s.Filter(keep), "out", dsl.String())
	},
	"merge": func(b *dsl.Builder) {
		x, y := in(b, "a"), in(b, "b")
		out(x.Filter(keep).Merge(y), "out", dsl.String())
	},
	"count": func(b *dsl.Builder) {
		out(in(b, "in").GroupByKey().Count(dsl.Store("counts")).ToStream(), "out", dsl.Int64())
	},
	"windowed": func(b *dsl.Builder) {
		in(b, "in").GroupBy(same, dsl.String(), dsl.String()).
			WindowedBy(dsl.Tumbling(time.Hour).Grace(10*time.Minute)).
			Aggregate(empty, latest, dsl.String(), dsl.Store("by-hour")).ToStream(dsl.WindowedKey).
			To("out", dsl.TimeWindowed(dsl.String(), time.Hour), dsl.String())
	},
	"reduce": func(b *dsl.Builder) {
		out(in(b, "in").SelectKey(same, codecs()).GroupByKey().Reduce(latest, dsl.String(), dsl.Store("last")).ToStream(), "out", dsl.String())
	},
	"global_join": func(b *dsl.Builder) {
		s := in(b, "in")
		t := b.GlobalTable("names", dsl.String(), dsl.String())
		out(s.JoinGlobal(t, same, joined), "out", dsl.String())
		out(s.LeftJoinGlobal(t, same, left), "left", dsl.String())
	},
	"global_store": func(b *dsl.Builder) {
		out(in(b, "a").Filter(keep), "o1", dsl.String())
		prices := b.KeyValueStore("prices", dsl.String(), dsl.String())
		known := b.GlobalStore("updates", dsl.String(), dsl.String(), prices, filling(prices))
		own := b.KeyValueStore("own", dsl.String(), dsl.String())
		s := in(b, "in")
		out(s.Process(newTells(known, own)), "o2", dsl.String())
		out(s.SelectKey(same).Process(newTells(known)), "o3", dsl.String())
		names := b.TimestampedKeyValueStore("names", dsl.String(), dsl.String())
		b.TimestampedGlobalStore("topic", dsl.String(), dsl.String(), names, filling(names), dsl.Name("naming"))
		b.GlobalTable("g", dsl.String(), dsl.String())
		out(in(b, "z"), "o4", dsl.String())
	},
	"process": func(b *dsl.Builder) {
		s2 := b.KeyValueStore("s2", dsl.String(), dsl.String())
		s1 := b.KeyValueStore("s1", dsl.String(), dsl.String())
		out(in(b, "in").Process(newEcho(s2, s1)), "out", dsl.String())
	},
	"process_shared": func(b *dsl.Builder) {
		s1 := b.KeyValueStore("s1", dsl.String(), dsl.String())
		out(in(b, "a").Process(newEcho(s1)), "out", dsl.String())
		out(in(b, "z").Process(newEcho(s1), dsl.Name("second")), "out2", dsl.String())
	},
	"named": func(b *dsl.Builder) {
		in(b, "in", dsl.Name("input")).Filter(keep, dsl.Name("keep")).MapValues(same).
			GroupBy(same, dsl.String(), dsl.String(), dsl.Name("by-value")).
			Count(dsl.Name("count")).ToStream(dsl.Name("changes")).
			To("out", dsl.String(), dsl.Int64(), dsl.Name("output"))
	},
	"two": func(b *dsl.Builder) {
		out(in(b, "a"), "x", dsl.String())
		out(in(b, "b").Filter(keep), "y", dsl.String())
	},
	"shared_grouping": func(b *dsl.Builder) {
		g := in(b, "in").GroupBy(same, dsl.String(), dsl.String(), dsl.Name("by-value"))
		out(g.Count(dsl.Store("n")).ToStream(), "o1", dsl.Int64())
		out(g.Reduce(latest, dsl.String(), dsl.Store("r")).ToStream(), "o2", dsl.String())
	},
	"unshared_grouping": func(b *dsl.Builder) {
		g := in(b, "in").GroupBy(same, dsl.String(), dsl.String())
		out(g.Count(dsl.Store("n")).ToStream(), "o1", dsl.Int64())
		out(g.Reduce(latest, dsl.String(), dsl.Store("r")).ToStream(), "o2", dsl.String())
	},
	"windowed_mapped": func(b *dsl.Builder) {
		s := in(b, "in").GroupByKey().WindowedBy(dsl.Tumbling(time.Minute)).Count(dsl.Store("n")).ToStream(inner)
		out(s.GroupByKey(dsl.Codecs(dsl.String(), dsl.Int64())).Reduce(latestCount, dsl.Int64(), dsl.Store("again")).ToStream(), "out", dsl.Int64())
	},
	"windowed_kept": func(b *dsl.Builder) {
		in(b, "in").GroupByKey().WindowedBy(dsl.Tumbling(time.Minute)).Reduce(latest, dsl.String(), dsl.Store("n")).ToStream(dsl.WindowedKey).
			GroupByKey(dsl.Codecs(dsl.TimeWindowed(dsl.String(), time.Minute), dsl.String())).
			Count(dsl.Store("m")).ToStream().ForEach(discardWindowed)
	},
	"sessions": func(b *dsl.Builder) {
		in(b, "in").GroupBy(same, dsl.String(), dsl.String()).
			SessionsBy(dsl.Sessions(time.Hour).Grace(10*time.Minute)).
			Aggregate(empty, latest, joined, dsl.String(), dsl.Store("by-visit")).ToStream(dsl.SessionKey).
			To("out", dsl.SessionWindowed(dsl.String()), dsl.String())
	},
	"sessions_kept": func(b *dsl.Builder) {
		in(b, "in").GroupByKey().SessionsBy(dsl.Sessions(time.Minute)).Reduce(latest, dsl.String(), dsl.Store("n")).ToStream(dsl.SessionKey).
			GroupByKey(dsl.Codecs(dsl.SessionWindowed(dsl.String()), dsl.String())).
			Count(dsl.Store("m")).ToStream().ForEach(func(dsl.Sessioned[string], int64) {})
	},
	"sessions_mapped": func(b *dsl.Builder) {
		s := in(b, "in").GroupByKey().SessionsBy(dsl.Sessions(time.Minute)).Count(dsl.Store("n")).
			ToStream(func(k string, w dsl.Session) string { return k })
		out(s.GroupByKey(dsl.Codecs(dsl.String(), dsl.Int64())).Reduce(latestCount, dsl.Int64(), dsl.Store("again")).ToStream(), "out", dsl.Int64())
	},
	"same_topic": func(b *dsl.Builder) {
		out(in(b, "in").Filter(keep), "x", dsl.String())
		out(in(b, "in").MapValues(same), "y", dsl.String())
	},
	"global_named": func(b *dsl.Builder) {
		in(b, "zz", dsl.Name("a-source"))
		t := b.GlobalTable("names", dsl.String(), dsl.String(), dsl.Name("names-table"), dsl.Store("names-store"))
		out(in(b, "in").LeftJoinGlobal(t, same, left, dsl.Name("enrich")), "out", dsl.String())
	},
	"flights": func(b *dsl.Builder) {
		s := in(b, "flights")
		t := b.GlobalTable("airlines", dsl.String(), dsl.String())
		s.Filter(keep).JoinGlobal(t, same, joined).GroupBy(same, dsl.String(), dsl.String()).
			WindowedBy(dsl.Tumbling(time.Hour).Grace(10*time.Minute)).
			Aggregate(empty, latest, dsl.String(), dsl.Name("delay-by-hour")).ToStream(dsl.WindowedKey).
			To("delay-by-hour", dsl.TimeWindowed(dsl.String(), time.Hour), dsl.String())
	},
	"merge_rekeyed": func(b *dsl.Builder) {
		x, y := in(b, "a"), in(b, "b").SelectKey(same)
		x.Merge(y).GroupByKey(codecs()).Count(dsl.Store("n")).ToStream().ForEach(discard)
	},
	"order": func(b *dsl.Builder) {
		out(in(b, "t1", dsl.Name("zebra")), "x", dsl.String())
		out(in(b, "t2", dsl.Name("ant")), "y", dsl.String())
		in(b, "t3", dsl.Name("Mule")).GroupBy(same, dsl.String(), dsl.String(), dsl.Name("aaa")).Count(dsl.Store("n")).ToStream().ForEach(discard)
		s := in(b, "t4")
		out(s, "z", dsl.String())
		b.GlobalTable("g", dsl.String(), dsl.String(), dsl.Name("glob"), dsl.Store("g"))
		out(in(b, "t5", dsl.Name("bear")), "q", dsl.String())
	},
	"order_late": func(b *dsl.Builder) {
		x, y, z := in(b, "a"), in(b, "b"), in(b, "c")
		out(z, "z", dsl.String())
		y.GroupBy(same, dsl.String(), dsl.String()).Count(dsl.Store("n")).ToStream().ForEach(discard)
		x.GroupBy(same, dsl.String(), dsl.String()).Count(dsl.Store("m")).ToStream().ForEach(discard)
	},
	"chain": func(b *dsl.Builder) {
		out(in(b, "a").GroupBy(same, dsl.String(), dsl.String()).Count(dsl.Store("n")).ToStream().
			GroupBy(func(k string, n int64) string { return k }, dsl.String(), dsl.Int64()).
			Reduce(latestCount, dsl.Int64(), dsl.Store("m")).ToStream(), "o", dsl.Int64())
		out(in(b, "b"), "p", dsl.String())
	},
	"diamond": func(b *dsl.Builder) {
		s1 := b.KeyValueStore("s1", dsl.String(), dsl.String())
		s := in(b, "in")
		l, r := s.Filter(keep), s.MapValues(same).Peek(look)
		m := l.Merge(r)
		out(m.Process(newEcho(s1)), "o1", dsl.String())
		out(m.Merge(s).Merge(l).MapValues(same), "o2", dsl.String())
		out(r, "o3", dsl.String())
	},
	"branches": func(b *dsl.Builder) {
		s := in(b, "in")
		orders := s.Split("orders-")
		premium, second, rest := orders.Branch("premium", keep), orders.Branch("", keep), orders.Default()
		out(premium, "o1", dsl.String())
		out(second.MapValues(same), "o2", dsl.String())
		out(rest, "o3", dsl.String())
		unnamed := s.Split("")
		unnamed.Branch("", keep)
		out(unnamed.Default(dsl.Name("-rest")), "o4", dsl.String())
		rekeyed := s.SelectKey(same).Split("rekeyed-")
		a := rekeyed.Branch("a", keep)
		rekeyed.Drop()
		a.GroupByKey(codecs()).Count(dsl.Store("n")).ToStream().ForEach(discard)
	},
	"repartition": func(b *dsl.Builder) {
		s1 := b.KeyValueStore("s1", dsl.String(), dsl.String())
		s := in(b, "in")
		s.SelectKey(same).Repartition(codecs()).GroupByKey().Count(dsl.Store("n")).ToStream().ForEach(discard)
		out(s.SelectKey(same).Repartition(codecs(), dsl.Name("by-value"), dsl.Partitions(3),
			dsl.Partitioner(func(r dsl.Rec[string, string], n int) int { return 0 })).Process(newEcho(s1)), "o1", dsl.String())
		out(s.Repartition(dsl.Name("kept")), "o2", dsl.String())
	},
	"topic_lists": func(b *dsl.Builder) {
		read := func(topics ...string) stream { return b.Streams(topics, dsl.String(), dsl.String()) }
		out(read("c", "a", "b"), "o1", dsl.String())
		out(read("a", "b", "c").Filter(keep), "o2", dsl.String())
		out(read("orders-eu", "orders-us", "orders-asia", "returns", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10"), "o3", dsl.String())
		s := in(b, "d")
		s.ToDynamic(func(r dsl.Rec[string, string]) string { return r.Value }, dsl.String(), dsl.String())
		s.Filter(keep).ToDynamic(func(r dsl.Rec[string, string]) string { return r.Value }, dsl.String(), dsl.String(), dsl.Name("routed"))
	},
	"value_operators": func(b *dsl.Builder) {
		s1 := b.KeyValueStore("s1", dsl.String(), dsl.String())
		s := in(b, "in")
		out(s.FilterNot(keep).FlatMapValues(parts).ProcessValues(newValues(s1)), "o1", dsl.String())
		s.SelectKey(same).FlatMapValues(parts, dsl.Name("parts")).ProcessValues(newValues(), dsl.Name("fix")).
			GroupByKey(codecs()).Count(dsl.Store("n")).ToStream().ForEach(discard)
		s.Print("x")
		s.Print("", dsl.Name("printer"))
		out(s.Filter(keep), "o2", dsl.String())
	},
	"wide": func(b *dsl.Builder) {
		s := in(b, "in")
		out(s.Filter(keep).MapValues(same), "a", dsl.String())
		out(s.Peek(look).Filter(keep).MapValues(same), "b", dsl.String())
		out(s, "c", dsl.String())
		m := s.MapValues(same)
		out(m, "d", dsl.String())
		out(m.Filter(keep).Merge(s), "e", dsl.String())
		m.FlatMap(one).GroupByKey(codecs()).Count(dsl.Store("n")).ToStream().ForEach(discard)
	},
}

// TestDescribe compares names, sub-topologies and text with Kafka Streams 4.3.1.
func TestDescribe(t *testing.T) {
	for name, topology := range described {
		t.Run(name, func(t *testing.T) {
			want, err := os.ReadFile(filepath.Join("testdata", "describe", name+".txt"))
			if err != nil {
				t.Fatal(err)
			}
			g, err := dsl.Record(topology)
			if err != nil {
				t.Fatal(err)
			}
			r, err := graph.Resolve(g)
			if err != nil {
				t.Fatal(err)
			}
			if got := r.Describe(); got != string(want) {
				t.Errorf("got:\n%s\nKafka Streams prints:\n%s", got, want)
			}
		})
	}
	files, _ := filepath.Glob("testdata/describe/*.txt")
	for _, f := range files {
		if name := strings.TrimSuffix(filepath.Base(f), ".txt"); described[name] == nil && !strings.HasPrefix(name, "unnamed_") {
			t.Errorf("%s has no topology", f)
		}
	}
}
