package graph_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/internal/graph"
)

func tableOf(b *dsl.Builder, topic string, opts ...dsl.Option) dsl.Table[string, string] {
	return b.Table(topic, dsl.String(), dsl.String(), opts...)
}

func with(k, v, u string) string                  { return v + u }
func maybe(k, v string, u dsl.Opt[string]) string { return v + u.V }

func keepIn[W any](k string, w W, v string) bool            { return true }
func sameIn[W any](k string, w W, v string) string          { return v }
func byKey[W any](k string, w W, v string) (string, string) { return k, v }

func init() {
	described["table"] = func(b *dsl.Builder) {
		out(tableOf(b, "plain").ToStream(), "o1", dsl.String())
		out(tableOf(b, "named", dsl.Name("kept")).ToStream(), "o2", dsl.String())
		out(tableOf(b, "stored", dsl.Store("store")).ToStream(dsl.Name("changes")), "o3", dsl.String())
	}
	described["table_join"] = func(b *dsl.Builder) {
		t, u := tableOf(b, "t", dsl.Store("t-store")), tableOf(b, "u", dsl.Store("u-store"))
		s := in(b, "s")
		out(s.Join(t, with), "o1", dsl.String())
		out(s.LeftJoin(u, maybe, dsl.Name("enrich")), "o2", dsl.String())
		r := s.SelectKey(same, codecs())
		out(r.Join(t, with), "o3", dsl.String())
		out(r.LeftJoin(u, maybe), "o4", dsl.String())
		out(r.LeftJoin(t, maybe, dsl.Name("by-value")), "o5", dsl.String())
	}
	described["table_join_computed"] = func(b *dsl.Builder) {
		t := tableOf(b, "t", dsl.Store("t-store"))
		f := t.Filter(keep).MapValues(same).FilterNot(keep, dsl.Name("kept"))
		out(in(b, "s").Join(f, with), "o1", dsl.String())
		n := in(b, "in").GroupByKey().Count(dsl.Store("n"))
		out(in(b, "s2").LeftJoin(n, func(k, v string, n dsl.Opt[int64]) string { return v }), "o2", dsl.String())
	}
	described["table_filter"] = func(b *dsl.Builder) {
		t := tableOf(b, "t")
		out(t.Filter(keep).ToStream(), "o1", dsl.String())
		out(t.Filter(keep, dsl.Name("keep"), dsl.Store("kept")).ToStream(), "o2", dsl.String())
		out(t.MapValues(same, dsl.Store("mapped"), codecs()).ToStream(), "o3", dsl.String())
		out(t.MapValues(same, dsl.Name("change")).ToStream(), "o4", dsl.String())
	}
	described["table_group"] = func(b *dsl.Builder) {
		t := tableOf(b, "t", dsl.Store("t-store"))
		out(t.GroupBy(both, dsl.String(), dsl.String()).Count(dsl.Store("n")).ToStream(), "o1", dsl.Int64())
		out(t.Filter(keep).GroupBy(both, dsl.String(), dsl.String(), dsl.Name("by-value")).
			Reduce(latest, latest, dsl.String(), dsl.Name("reduced"), dsl.Store("r")).ToStream(), "o2", dsl.String())
		g := t.MapValues(same).GroupBy(both, dsl.String(), dsl.String(), dsl.Name("shared"))
		out(g.Aggregate(empty, latest, latest, dsl.String(), dsl.Store("a1")).ToStream(), "o3", dsl.String())
		out(g.Count(dsl.Name("c2"), dsl.Store("a2")).ToStream(), "o4", dsl.Int64())
	}
	described["table_table"] = func(b *dsl.Builder) {
		t, u := tableOf(b, "t", dsl.Store("t-store")), tableOf(b, "u", dsl.Store("u-store"))
		j := t.Join(u, with)
		l := t.LeftJoin(u.Filter(keep), maybe, dsl.Name("lefts"))
		o := j.OuterJoin(l, func(k string, v, u dsl.Opt[string]) string { return v.V + u.V }, dsl.Name("all"), dsl.Store("joined"), codecs())
		out(o.ToStream(), "o1", dsl.String())
		out(in(b, "s").Join(j, with), "o2", dsl.String())
	}
	described["window_tables"] = func(b *dsl.Builder) {
		g := in(b, "in").GroupByKey()
		t := g.WindowedBy(dsl.Tumbling(time.Minute)).Reduce(latest, dsl.String(), dsl.Store("n"))
		out(t.Filter(keepIn).MapValues(sameIn).ToStream(inner, codecs()), "o1", dsl.String())
		out(t.FilterNot(keepIn, dsl.Name("kept"), dsl.Store("kept-store")).ToStream(inner, codecs()), "o2", dsl.String())
		out(t.MapValues(sameIn, dsl.Store("mapped"), codecs()).GroupBy(byKey, dsl.String(), dsl.String()).Count(dsl.Store("per-key")).ToStream(), "o3", dsl.Int64())
		s := g.SessionsBy(dsl.Sessions(time.Minute)).Reduce(latest, dsl.String(), dsl.Store("s"))
		out(s.MapValues(sameIn[dsl.Session], dsl.Name("change")).GroupBy(byKey[dsl.Session], dsl.String(), dsl.String(), dsl.Name("by-key")).
			Reduce(latest, latest, dsl.String(), dsl.Store("sessions-per-key")).ToStream(), "o4", dsl.String())
		out(s.Filter(keepIn[dsl.Session], dsl.Store("some")).ToStream(func(k string, w dsl.Session) string { return k }, codecs()), "o5", dsl.String())
	}
	described["to_table"] = func(b *dsl.Builder) {
		s := in(b, "s")
		out(s.ToTable().ToStream(), "o1", dsl.String())
	}
	described["to_table_rekeyed"] = func(b *dsl.Builder) {
		s := in(b, "s")
		t := s.MapValues(same).ToTable(dsl.Name("tab"), dsl.Store("tab-store"), codecs())
		u := s.SelectKey(same).ToTable(dsl.Store("u-store"), codecs())
		out(t.Join(u, with).ToStream(), "o2", dsl.String())
		out(s.Join(t, with), "o4", dsl.String())
	}
	described["to_table_named"] = func(b *dsl.Builder) {
		v := in(b, "s").SelectKey(same).ToTable(dsl.Name("v"), dsl.Store("v-store"), codecs())
		out(v.ToStream(), "o3", dsl.String())
	}
}

// TestNamesOfUnnamedTables resolves what lacks names with the names that are proposed, and
// compares with what Kafka Streams makes of unnamed tables.
func TestNamesOfUnnamedTables(t *testing.T) {
	record := func(names map[int]string) *graph.Graph {
		g, err := dsl.Record(func(b *dsl.Builder) {
			x := tableOf(b, "t")
			u := in(b, "s").ToTable()
			out(x.Join(u, with).ToStream(), "o1", dsl.String())
			out(tableOf(b, "w").GroupBy(both, dsl.String(), dsl.String()).Reduce(latest, latest, dsl.String(), dsl.Store("unnamed")).ToStream(), "o2", dsl.String())
			out(tableOf(b, "x").GroupBy(both, dsl.String(), dsl.String()).Count(dsl.Store("unnamed2")).ToStream(), "o3", dsl.Int64())
		})
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range g.Stores {
			if strings.HasPrefix(s.Name, "unnamed") {
				s.Name = ""
			}
			if name := names[i]; name != "" {
				s.Name = name
			}
		}
		return g
	}
	_, err := graph.Resolve(record(nil))
	var problems graph.Problems
	if !errors.As(err, &problems) {
		t.Fatalf("unnamed stores give %v", err)
	}
	want, err := os.ReadFile(filepath.Join("testdata", "describe", "unnamed_tables.txt"))
	if err != nil {
		t.Fatal(err)
	}
	stores := map[string]bool{}
	for _, m := range regexp.MustCompile(`stores: \[(\S+)\]`).FindAllStringSubmatch(string(want), -1) {
		stores[m[1]] = true
	}
	for _, p := range problems {
		if p.Kind != graph.MissingStoreName || !stores[p.Name] {
			t.Errorf("%s: %s is not among the names of Kafka Streams, %v", p.Text, p.Name, stores)
		}
		delete(stores, p.Name)
	}
	if len(stores) > 0 {
		t.Errorf("no store is called %v", stores)
	}
}
