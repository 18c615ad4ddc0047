package graph_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/internal/golden"
	"github.com/streamgen/streamgen/internal/graph"
)

func resolve(t *testing.T, topology func(*dsl.Builder)) *graph.Resolved {
	t.Helper()
	g, err := dsl.Record(topology)
	if err != nil {
		t.Fatal(err)
	}
	r, err := graph.Resolve(g)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestUnnamedStoresGetKafkaStreamsNames checks the names that fix proposes against the
// store names of the Java topology, in one pass although numbers shift.
func TestUnnamedStoresGetKafkaStreamsNames(t *testing.T) {
	for file, topology := range map[string]func(b *dsl.Builder){
		"unnamed_stores": func(b *dsl.Builder) {
			in(b, "in").GroupByKey().Count(dsl.Store("x")).ToStream().ForEach(discard)
			in(b, "in2").GroupBy(same, dsl.String(), dsl.String()).Reduce(latest, dsl.String(), dsl.Store("y")).ToStream().ForEach(look)
		},
		"unnamed_windows": func(b *dsl.Builder) {
			g := in(b, "in").GroupByKey()
			w := g.WindowedBy(dsl.Tumbling(time.Minute))
			g.Aggregate(empty, latest, dsl.String(), dsl.Store("a")).ToStream().ForEach(look)
			w.Count(dsl.Store("b")).ToStream(dsl.WindowedKey).ForEach(discardWindowed)
			w.Reduce(latest, dsl.String(), dsl.Store("c")).ToStream(dsl.WindowedKey).ForEach(func(dsl.Windowed[string], string) {})
			w.Aggregate(empty, latest, dsl.String(), dsl.Store("d")).ToStream(dsl.WindowedKey).ForEach(func(dsl.Windowed[string], string) {})
		},
		"unnamed_sessions": func(b *dsl.Builder) {
			g := in(b, "in").GroupByKey()
			w := g.SessionsBy(dsl.Sessions(time.Minute))
			g.Aggregate(empty, latest, dsl.String(), dsl.Store("a")).ToStream().ForEach(look)
			w.Count(dsl.Store("b")).ToStream(dsl.SessionKey).ForEach(func(dsl.Sessioned[string], int64) {})
			w.Reduce(latest, dsl.String(), dsl.Store("c")).ToStream(dsl.SessionKey).ForEach(func(dsl.Sessioned[string], string) {})
			w.Aggregate(empty, latest, joined, dsl.String(), dsl.Store("d")).ToStream(dsl.SessionKey).ForEach(func(dsl.Sessioned[string], string) {})
		},
	} {
		g, err := dsl.Record(topology)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range g.Stores { // the builder refuses unnamed stores, so the names go now
			s.Name = ""
		}
		_, err = graph.Resolve(g)
		var ps graph.Problems
		if !errors.As(err, &ps) || len(ps) != len(g.Stores) {
			t.Fatalf("error %v", err)
		}
		java, err := os.ReadFile("testdata/describe/" + file + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range ps {
			if p.Kind != graph.MissingStoreName || !strings.Contains(string(java), "(stores: ["+p.Name+"])") {
				t.Errorf("problem %d proposes %q, which Kafka Streams does not have", i, p.Name)
			}
		}
		if file == "unnamed_stores" && !strings.Contains(string(java), ps[1].Name+"-repartition]") {
			t.Errorf("%s is not the repartition topic's base", ps[1].Name)
		}
	}
}

// TestText compares recorded graphs and what Resolve makes of them with testdata/text.txt.
func TestText(t *testing.T) {
	var out strings.Builder
	for _, name := range []string{"flights", "shared_grouping", "process_shared", "global_named", "same_topic", "windowed_kept"} {
		g, err := dsl.Record(described[name])
		if err != nil {
			t.Fatal(err)
		}
		r, err := graph.Resolve(g)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "== %s\n%s", name, g)
		for _, s := range r.Steps {
			fmt.Fprintf(&out, "step %d %s in=%v out=%v sub=%d", s.ID, s.Name, s.In, s.Out, s.Sub)
			if s.Op == graph.Repartition {
				fmt.Fprintf(&out, " reader=%d topic=%s", s.Reader, s.Topic)
			}
			if s.Alias >= 0 {
				fmt.Fprintf(&out, " alias=%d", s.Alias)
			}
			fmt.Fprintf(&out, " codecs=(%s,%s) rekeyed=%v key-tail=%d\n", s.Key, s.Val, s.Rekeyed, s.KeyTail)
		}
		for i, s := range r.Subs {
			fmt.Fprintf(&out, "sub %d %+v\n", i, s)
		}
		fmt.Fprintf(&out, "topics %+v\nglobals %v store-subs %v\n", r.Topics, r.Globals, r.StoreSub)
	}
	golden.Assert(t, "testdata/text.txt", out.String())
}

func TestPartitionsFollowTheWidestSource(t *testing.T) {
	r := resolve(t, func(b *dsl.Builder) {
		s := in(b, "a").Merge(in(b, "b")).GroupBy(same, dsl.String(), dsl.String()).Count(dsl.Store("n")).ToStream()
		s.SelectKey(func(k string, _ int64) string { return k }).GroupByKey(dsl.Codecs(dsl.String(), dsl.Int64())).Count(dsl.Store("m"))
		out(in(b, "c"), "d", dsl.String())
	})
	got, err := r.Partitions(map[string]int32{"a": 2, "b": 5, "c": 1})
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(got) != "[5 5 5 1]" {
		t.Errorf("tasks %v of %d sub-topologies, want [5 5 5 1]", got, len(r.Subs))
	}
	if _, err := r.Partitions(map[string]int32{"a": 2, "c": 1}); err == nil || !strings.Contains(err.Error(), "source topic b") {
		t.Errorf("error %v", err)
	}
}

// S136: a repartition has the partitions it asks for, else those of what writes it.
func TestPartitionsOfARepartition(t *testing.T) {
	r := resolve(t, func(b *dsl.Builder) {
		s := in(b, "a").Repartition(dsl.Name("wide"), dsl.Partitions(7))
		out(s.SelectKey(same).Repartition(codecs(), dsl.Name("same")), "b", dsl.String())
	})
	got, err := r.Partitions(map[string]int32{"a": 2})
	if err != nil || fmt.Sprint(got) != "[2 7 7]" {
		t.Errorf("tasks %v, %v; want [2 7 7]", got, err)
	}
}

func TestEmitEveryUpdateIsNotFlushed(t *testing.T) {
	r := resolve(t, func(b *dsl.Builder) {
		g := in(b, "a").GroupByKey().WindowedBy(dsl.Tumbling(time.Minute))
		g.Count(dsl.Name("n"), dsl.EmitEveryUpdate())
		g.Count(dsl.Name("m"))
	})
	if f := r.Subs[0].Flush; len(f) != 1 || r.Steps[f[0]].Name != "m" {
		t.Errorf("flush %v", f)
	}
}

func TestTypeNames(t *testing.T) {
	for in, want := range map[string]string{
		"main.Flight":                              "Flight",
		"example.com/app.Flight":                   "Flight",
		"map[string][]byte":                        "map[string][]uint8",
		"serde.JSONCodec[example.com/app-go.T]":    "JSONCodec[T]",
		"window.Windowed[string]":                  "Windowed[string]",
		"struct { A int; B main.T }":               "struct{Aint;BT}",
		"struct{A int; B main.T}":                  "struct{Aint;BT}",
		"interface {}":                             "any",
		"main.T·1":                                 "T",
		"[]rune":                                   "[]int32",
		"*gopkg.in/yaml%2ev3.Node":                 "*Node",
		"processor.KV[string,map[main.K][]main.V]": "KV[string,map[K][]V]",
	} {
		if got := graph.TypeName(in); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}

// S139: lists of topics that overlap are no source of either.
func TestOverlappingListsOfTopicsAreRefused(t *testing.T) {
	for _, second := range [][]string{{"b", "c"}, {"a"}, {"a", "b", "c"}} {
		g, err := dsl.Record(func(b *dsl.Builder) {
			out(b.Streams([]string{"a", "b"}, dsl.String(), dsl.String()), "x", dsl.String())
			out(b.Streams(second, dsl.String(), dsl.String()), "y", dsl.String())
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = graph.Resolve(g)
		var ps graph.Problems
		if !errors.As(err, &ps) || len(ps) != 1 || ps[0].Kind != graph.OverlappingTopics {
			t.Errorf("%v: %v", second, err)
		}
	}
}
