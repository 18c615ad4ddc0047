package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/internal/broker"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/processor"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// totals keeps the sum of what comes for each key, and how many records came in all.
type totals struct {
	store  *dsl.KeyValueStore[string, int64]
	seen   int64
	closed *atomic.Int32
}

func (p *totals) Init(*processor.GlobalContext) error { return nil }

func (p *totals) Process(ctx *processor.GlobalContext, r processor.Record[string, string]) error {
	switch {
	case r.Value == "bad":
		return errors.New("no such amount")
	case r.Value == "panic":
		panic("out of order")
	}
	p.seen++
	p.store.Put("seen", p.seen)
	key := r.Key
	if r.NoKey {
		key = "none"
	}
	old, _ := p.store.Get(key)
	p.store.Put(key, old+int64(len(r.Value)))
	return nil
}

func (p *totals) Close() error {
	p.closed.Add(1)
	return nil
}

// lookup answers each word with what the store has for it.
type lookup struct {
	store *dsl.ReadOnlyKeyValueStore[string, int64]
}

func (p *lookup) Init(*processor.Context[string, string]) error { return nil }

func (p *lookup) Process(ctx *processor.Context[string, string], r processor.Record[string, string]) error {
	n, ok := p.store.Get(r.Value)
	all := 0
	for range p.store.All() {
		all++
	}
	ctx.Forward(processor.Record[string, string]{Key: r.Key, Value: fmt.Sprint(r.Value, "=", n, ok, " of ", all), Timestamp: r.Timestamp})
	return nil
}

func (p *lookup) Close() error { return nil }

func looking(closed *atomic.Int32, opts ...dsl.Option) *gen.Topology {
	return rt.InterpretPlain(func(b *dsl.Builder) {
		store := b.KeyValueStore("totals", dsl.String(), dsl.Int64())
		known := b.GlobalStore("amounts", dsl.String(), dsl.String(), store, func() *totals { return &totals{store: store, closed: closed} }, opts...)
		b.Stream("words", dsl.String(), dsl.String()).
			Process(func() *lookup { return &lookup{known} }).
			To("found", dsl.String(), dsl.String())
	})
}

func (c *cluster) amount(key, value string) {
	c.t.Helper()
	r := &kgo.Record{Topic: "amounts", Value: []byte(value)}
	if key != "" {
		r.Key = []byte(key)
	}
	if err := c.cl.ProduceSync(context.Background(), r).FirstErr(); err != nil {
		c.t.Fatal(err)
	}
}

func amounts(t *testing.T) *cluster {
	return newCluster(t, broker.Topic{Name: "words", Partitions: 2}, broker.Topic{Name: "amounts", Partitions: 3}, broker.Topic{Name: "found", Partitions: 1})
}

// ended waits for the end of an application and returns what it failed with.
func ended(t *testing.T, app *rt.App) error {
	t.Helper()
	select {
	case <-app.Done():
	case <-time.After(patience):
		t.Fatal("it goes on")
	}
	return app.Close(patience)
}

// A global store is complete before the first record is processed, follows its topic, and is made
// anew from it after a restart: by one processor, which sees records without a key at either time
// (S220, S221). It has no changelog.
func TestGlobalStoreIsReadAgain(t *testing.T) {
	c := amounts(t)
	c.amount("a", "xx")
	c.amount("b", "x")
	c.amount("a", "xxx")
	c.amount("", "x")
	var closed atomic.Int32
	dir := t.TempDir()
	app := start(t, looking(&closed), c.config("app", rt.ExactlyOnce, dir))
	c.produce("words", "a", "b", "none", "seen")
	r := c.read("found")
	r.until("four answers", func() bool { return r.records == 4 })
	c.amount("c", "xxxx")
	c.amount("", "x")
	eventually(t, "what followed", func() bool { return app.Metrics().GlobalRecords.Load() == 6 })
	c.produce("words", "c", "none", "seen")
	r.until("seven answers", func() bool { return r.records == 7 })
	if err := app.Close(patience); err != nil {
		t.Fatal(err)
	}
	if n := closed.Load(); n != 1 {
		t.Errorf("the processor was closed %d times", n)
	}
	app = start(t, looking(&closed), c.config("app", rt.ExactlyOnce, dir))
	c.produce("words", "none", "seen")
	r.until("nine answers", func() bool { return r.records == 9 })
	if n := app.Metrics().GlobalDroppedKey.Load(); n != 0 {
		t.Errorf("%d records are counted as without a key", n)
	}
	for i, part := range [][]string{{"a=5 true of 4", "b=1 true of 4", "none=1 true of 4", "seen=4 true of 4"},
		{"c=4 true of 5", "none=2 true of 5", "seen=6 true of 5"}, {"none=2 true of 5", "seen=6 true of 5"}} {
		got := slices.Sorted(slices.Values(r.order[:len(part)]))
		if r.order = r.order[len(part):]; !slices.Equal(got, part) {
			t.Errorf("part %d: %q, not %q", i, got, part)
		}
	}
	topics, err := kadm.NewClient(c.cl).ListTopics(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for name := range topics {
		if strings.HasSuffix(name, "-changelog") {
			t.Errorf("there is a changelog: %q", name)
		}
	}
}

// An error of the processor ends the application at the record, at the start as later; Skip leaves
// the record out and counts it; a panic ends it whatever the policy (S223, S11).
func TestGlobalStoreFails(t *testing.T) {
	c := amounts(t)
	c.amount("a", "x")
	var closed atomic.Int32
	failing := start(t, looking(&closed), c.config("fails", rt.AtLeastOnce, t.TempDir()))
	c.amount("a", "bad")
	want := "cannot process the record at amounts-"
	if err := ended(t, failing); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "global store totals") || !strings.Contains(err.Error(), "no such amount") {
		t.Errorf("it ended with %v", err)
	}
	if n := closed.Load(); n != 1 {
		t.Errorf("the processor was closed %d times", n)
	}
	app, err := rt.New(looking(&closed), c.config("fails", rt.AtLeastOnce, t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Start(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("it started, error %v", err)
	}
	skipping := start(t, looking(&closed, dsl.OnError(dsl.Skip())), c.config("skips", rt.AtLeastOnce, t.TempDir()))
	if n := skipping.Metrics().GlobalDroppedError.Load(); n != 1 {
		t.Errorf("%d records are skipped", n)
	}
	c.amount("a", "panic")
	if err := ended(t, skipping); err == nil || !strings.Contains(err.Error(), "panic: out of order") {
		t.Errorf("it ended with %v", err)
	}
}
