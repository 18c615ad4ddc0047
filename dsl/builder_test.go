package dsl_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/runtime/processor"
)

type (
	stream = dsl.Stream[string, string]
	ctx    = processor.Context[string, string]
)

func in(b *dsl.Builder) stream { return b.Stream("in", dsl.String(), dsl.String()) }

// TestMistakesAreCollected checks that recording never panics and that errors name the
// place, the operator and the remedy.
func TestMistakesAreCollected(t *testing.T) {
	var none func(k, v string) bool
	var zero stream
	var other *dsl.Builder
	if _, err := dsl.Record(func(b *dsl.Builder) { other = b }); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		topology func(b *dsl.Builder)
		want     []string
	}{
		"empty topic":     {func(b *dsl.Builder) { b.Stream("", dsl.String(), dsl.String()) }, []string{"builder_test.go:", "Stream: the topic is empty"}},
		"empty sink":      {func(b *dsl.Builder) { in(b).To("", dsl.String(), dsl.String()) }, []string{"To: the topic is empty"}},
		"nil codec":       {func(b *dsl.Builder) { b.Stream[string, string]("in", nil, dsl.String()) }, []string{`Stream("in"): a codec is nil`}},
		"nil function":    {func(b *dsl.Builder) { in(b).Filter(none) }, []string{"Filter: the function is nil"}},
		"zero handle":     {func(b *dsl.Builder) { zero.Present() }, []string{"builder_test.go:", "Present: called on a zero handle"}},
		"zero argument":   {func(b *dsl.Builder) { in(b).Merge(zero) }, []string{"Merge: the argument is a zero handle"}},
		"other builder":   {func(b *dsl.Builder) { in(b).Merge(in(other)) }, []string{"Merge: the argument was made by another Builder"}},
		"unnamed store":   {func(b *dsl.Builder) { in(b).GroupByKey().Count() }, []string{"count: the store has no name"}},
		"empty store":     {func(b *dsl.Builder) { b.KeyValueStore("", dsl.String(), dsl.String()) }, []string{"KeyValueStore: the name is empty"}},
		"bad window":      {func(b *dsl.Builder) { in(b).GroupByKey().WindowedBy(dsl.Tumbling(0)) }, []string{"WindowedBy: window size is 0 ms"}},
		"short retention": {func(b *dsl.Builder) { b.WindowStore("w", dsl.String(), dsl.String(), time.Second, time.Minute) }, []string{`WindowStore("w"): size is 1m0s and retention 1s`}},
		"empty dead letter": {func(b *dsl.Builder) {
			b.Stream("in", dsl.String(), dsl.String(), dsl.OnError(dsl.DeadLetter("")))
		}, []string{"DeadLetter: the topic is empty"}},
		"foreign codecs": {func(b *dsl.Builder) {
			in(b).SelectKey(func(k, v string) int { return 1 }, dsl.Codecs(dsl.String(), dsl.String()))
		}, []string{"select-key: Codecs encode (string, string), but the records are (int, string)"}},
		"panic":   {func(b *dsl.Builder) { panic(errors.New("boom")) }, []string{"the topology function panicked: boom"}},
		"several": {func(b *dsl.Builder) { in(b).Filter(none).GroupByKey().Count() }, []string{"Filter: the function is nil", "count: the store has no name"}},
		"nil processor": {func(b *dsl.Builder) {
			in(b).Process((func() *holder)(nil))
		}, []string{"Process: the function is nil"}},
	} {
		t.Run(name, func(t *testing.T) {
			g, err := dsl.Record(c.topology)
			if err == nil || g != nil {
				t.Fatalf("recorded, error %v", err)
			}
			for _, w := range c.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%q lacks %q", err, w)
				}
			}
		})
	}
	if _, err := dsl.Record(nil); err == nil {
		t.Error("a nil function was recorded")
	}
}

// holder keeps store handles in every place a processor may keep them.
type holder struct {
	direct *dsl.KeyValueStore[string, string]
	inner  struct {
		list []any
	}
	byName map[string]*dsl.WindowStore[string, string]
	self   *holder
}

func (*holder) Init(*ctx) error                             { return nil }
func (*holder) Process(*ctx, dsl.Rec[string, string]) error { return nil }
func (*holder) Close() error                                { return nil }

func TestProcessFindsTheStoresItHolds(t *testing.T) {
	g, err := dsl.Record(func(b *dsl.Builder) {
		w := b.WindowStore("w", dsl.String(), dsl.String(), time.Minute, time.Second)
		b.KeyValueStore("unused", dsl.String(), dsl.String())
		x, y := b.KeyValueStore("x", dsl.String(), dsl.String()), b.KeyValueStore("y", dsl.String(), dsl.String())
		in(b).Process(func() *holder {
			h := &holder{direct: x, byName: map[string]*dsl.WindowStore[string, string]{"w": w}}
			h.inner.list = []any{1, y}
			h.self = h
			return h
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := g.Nodes[1].Stores, []int{0, 2, 3}; len(got) != 3 || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
		t.Errorf("stores %v, want %v", got, want)
	}
}

func TestStructureLeavesOutOptionValues(t *testing.T) {
	topology := func(topic string, size time.Duration, name string) func(*dsl.Builder) {
		return func(b *dsl.Builder) {
			b.Stream(topic, dsl.String(), dsl.String()).GroupByKey().WindowedBy(dsl.Tumbling(size)).Count(dsl.Name(name))
		}
	}
	hash := func(f func(*dsl.Builder)) string {
		h, err := dsl.Structure(f)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	base := hash(topology("a", time.Hour, "n"))
	if base != hash(topology("b", time.Minute, "n")) {
		t.Error("topic or window size changed the structure")
	}
	if base == hash(topology("a", time.Hour, "m")) {
		t.Error("another store name is the same structure")
	}
	if _, err := dsl.Structure(func(b *dsl.Builder) { b.Stream("", dsl.String(), dsl.String()) }); err == nil {
		t.Error("a broken topology has a structure")
	}
}

// S132: nothing may follow what ended the branches.
func TestBranchAfterDefaultIsRefused(t *testing.T) {
	_, err := dsl.Record(func(b *dsl.Builder) {
		parts := b.Stream("in", dsl.String(), dsl.String()).Split("p-")
		parts.Default()
		parts.Branch("late", func(k, v string) bool { return true })
		parts.Drop()
	})
	if err == nil || !strings.Contains(err.Error(), "Branch: Default has ended the branches") || !strings.Contains(err.Error(), "Drop: Default has ended") {
		t.Errorf("error %v", err)
	}
}
