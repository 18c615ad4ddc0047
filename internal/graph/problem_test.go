package graph_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/internal/golden"
	"github.com/streamgen/streamgen/internal/graph"
)

func fails(k, v string) (string, error) { return v, nil }

// wrong are topologies that record but do not resolve.
var wrong = []struct {
	name     string
	topology func(b *dsl.Builder)
}{
	{"key change without codecs", func(b *dsl.Builder) { in(b, "in").SelectKey(same).GroupByKey().Count(dsl.Name("n")) }},
	{"key change through others without codecs", func(b *dsl.Builder) {
		in(b, "in").Map(both, dsl.Name("swap")).Filter(keep).GroupByKey().Count(dsl.Name("n"))
	}},
	{"values changed after the codecs were given", func(b *dsl.Builder) {
		in(b, "in").SelectKey(same, codecs()).MapValues(same).GroupByKey().Count(dsl.Name("n"))
	}},
	{"windowed key without codec in a store", func(b *dsl.Builder) {
		in(b, "in").GroupByKey().WindowedBy(dsl.Tumbling(1e6)).Count(dsl.Name("w")).ToStream(dsl.WindowedKey).GroupByKey().Count(dsl.Name("n"))
	}},
	{"one store name twice", func(b *dsl.Builder) {
		g := in(b, "in").GroupByKey()
		g.Count(dsl.Store("n"))
		g.Reduce(latest, dsl.String(), dsl.Store("n"))
	}},
	{"one processor name twice", func(b *dsl.Builder) { in(b, "in").Filter(keep, dsl.Name("x")).Peek(look, dsl.Name("x")) }},
	{"one repartition name twice", func(b *dsl.Builder) {
		in(b, "a").GroupBy(same, dsl.String(), dsl.String(), dsl.Name("g")).Count(dsl.Store("n"))
		in(b, "b").SelectKey(same, codecs()).GroupByKey(dsl.Name("g")).Count(dsl.Store("m"))
	}},
	{"one named grouping with two codecs", func(b *dsl.Builder) {
		s := in(b, "a").SelectKey(same, codecs())
		s.GroupByKey(dsl.Name("g")).Count(dsl.Store("n"))
		s.GroupByKey(dsl.Name("g"), dsl.Codecs(dsl.String(), dsl.JSON[string]())).Count(dsl.Store("m"))
	}},
	{"a name that Kafka refuses", func(b *dsl.Builder) { in(b, "in").GroupByKey().Count(dsl.Store("orders/day")) }},
	{"one topic with two codecs", func(b *dsl.Builder) {
		in(b, "in")
		b.Stream("in", dsl.String(), dsl.JSON[string]())
	}},
	{"written and read with different codecs", func(b *dsl.Builder) { in(b, "a").To("a", dsl.String(), dsl.JSON[string]()) }},
	{"one topic under two policies", func(b *dsl.Builder) {
		in(b, "in")
		in(b, "in", dsl.OnError(dsl.Skip()))
	}},
	{"a stream of a global table's topic", func(b *dsl.Builder) {
		in(b, "in")
		b.GlobalTable("in", dsl.String(), dsl.String())
	}},
	{"keyed state behind a key change", func(b *dsl.Builder) {
		st := b.KeyValueStore("s", dsl.String(), dsl.String())
		in(b, "in").SelectKey(same).Filter(keep).Process(newEcho(st))
	}},
	{"a store that nobody holds", func(b *dsl.Builder) { b.KeyValueStore("s", dsl.String(), dsl.String()) }},
	{"a policy where nothing fails", func(b *dsl.Builder) { in(b, "in").Filter(keep, dsl.OnError(dsl.Skip())) }},
	{"a dead letter from a global table", func(b *dsl.Builder) {
		b.GlobalTable("in", dsl.String(), dsl.String(), dsl.OnError(dsl.DeadLetter("d")))
	}},
	{"a task that writes a global store", func(b *dsl.Builder) {
		st := b.KeyValueStore("prices", dsl.String(), dsl.String())
		in(b, "in").Process(newEcho(st))
		b.GlobalStore("updates", dsl.String(), dsl.String(), st, filling(st))
	}},
	{"a global store filled twice", func(b *dsl.Builder) {
		st := b.KeyValueStore("prices", dsl.String(), dsl.String())
		b.GlobalStore("a", dsl.String(), dsl.String(), st, filling(st))
		b.GlobalStore("b", dsl.String(), dsl.String(), st, filling(st))
	}},
	{"a global store that its processor does not hold", func(b *dsl.Builder) {
		st := b.KeyValueStore("prices", dsl.String(), dsl.String())
		b.GlobalStore("a", dsl.String(), dsl.String(), st, filling(0))
	}},
	{"a global processor with a store of tasks, and one of another's", func(b *dsl.Builder) {
		st, other, own := b.KeyValueStore("prices", dsl.String(), dsl.String()), b.KeyValueStore("other", dsl.String(), dsl.String()), b.KeyValueStore("own", dsl.String(), dsl.String())
		b.GlobalStore("a", dsl.String(), dsl.String(), st, filling([]any{st, other, own}))
		b.GlobalStore("b", dsl.String(), dsl.String(), other, filling(other))
		in(b, "in").Process(newEcho(own))
	}},
	{"a stream of a global store's topic", func(b *dsl.Builder) {
		st := b.KeyValueStore("prices", dsl.String(), dsl.String())
		b.GlobalStore("in", dsl.String(), dsl.String(), st, filling(st))
		in(b, "in")
	}},
	{"a dead letter from a global store", func(b *dsl.Builder) {
		st := b.KeyValueStore("prices", dsl.String(), dsl.String())
		b.GlobalStore("in", dsl.String(), dsl.String(), st, filling(st), dsl.OnError(dsl.DeadLetter("d")))
	}},
	{"two stores of one name, one of them global", func(b *dsl.Builder) {
		st := b.KeyValueStore("n", dsl.String(), dsl.String())
		b.GlobalStore("a", dsl.String(), dsl.String(), st, filling(st))
		in(b, "in").GroupByKey().Count(dsl.Store("n"))
	}},
	{"a pattern that matches a global store's topic", func(b *dsl.Builder) {
		st := b.KeyValueStore("n", dsl.String(), dsl.String())
		b.GlobalStore("orders-a", dsl.String(), dsl.String(), st, filling(st))
		b.StreamPattern("orders-.*", dsl.String(), dsl.String())
	}},
	{"emission of what has no state", func(b *dsl.Builder) { in(b, "in").MapValues(same, dsl.EmitEveryUpdate()) }},
}

// TestProblems checks kind, text and remedy of each problem against testdata/problems.txt.
func TestProblems(t *testing.T) {
	var out strings.Builder
	for _, w := range wrong {
		g, err := dsl.Record(w.topology)
		if err != nil {
			t.Fatal(w.name, err)
		}
		r, err := graph.Resolve(g)
		var ps graph.Problems
		if !errors.As(err, &ps) || r != nil {
			t.Errorf("%s: resolved, error %v", w.name, err)
			continue
		}
		fmt.Fprintf(&out, "%s\n", w.name)
		for _, p := range ps {
			if p.Fix == "" || p.Text == "" {
				t.Errorf("%s: %s has no text or fix", w.name, p.Kind)
			}
			fmt.Fprintf(&out, "  %s node=%d other=%d store=%d\n    %s\n    fix: %s\n", p.Kind, p.Node, p.Other, p.Store, p.Text, p.Fix)
		}
	}
	golden.Assert(t, "testdata/problems.txt", out.String())
}

// TestPoliciesThatAct lists where OnError is no mistake.
func TestPoliciesThatAct(t *testing.T) {
	resolve(t, func(b *dsl.Builder) {
		skip := dsl.OnError(dsl.Skip())
		b.GlobalTable("g", dsl.String(), dsl.String(), skip)
		in(b, "in", skip).TryMapValues(fails, skip).Process(newEcho(), skip)
	})
}

// TestMalformedGraphs checks that a graph no builder makes is refused, not followed.
func TestMalformedGraphs(t *testing.T) {
	for name, g := range map[string]*graph.Graph{
		"id":     {Nodes: []*graph.Node{{ID: 3, Op: graph.Source, Store: -1, Global: -1}}},
		"parent": {Nodes: []*graph.Node{{Op: graph.Filter, In: []int{0}, Store: -1, Global: -1}}},
		"count":  {Nodes: []*graph.Node{{Op: graph.Filter, Store: -1, Global: -1}}},
		"store":  {Nodes: []*graph.Node{{Op: graph.Source, Store: -1, Global: -1}, {ID: 1, Op: graph.Count, In: []int{0}, Store: 4, Global: -1}}},
		"no store": {Nodes: []*graph.Node{{Op: graph.Source, Store: -1, Global: -1},
			{ID: 1, Op: graph.Count, In: []int{0}, Store: -1, Global: -1}}},
		"stores": {Nodes: []*graph.Node{{Op: graph.Source, Store: -1, Global: -1}, {ID: 1, Op: graph.Process, In: []int{0}, Stores: []int{0}, Store: -1, Global: -1}}},
		"table":  {Nodes: []*graph.Node{{Op: graph.Source, Store: -1, Global: -1}, {ID: 1, Op: graph.JoinGlobal, In: []int{0}, Store: -1, Global: 0}}},
	} {
		_, err := graph.Resolve(g)
		var ps graph.Problems
		if !errors.As(err, &ps) || ps[0].Kind != graph.Malformed {
			t.Errorf("%s: error %v", name, err)
		}
	}
}
