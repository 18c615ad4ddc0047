package runtime_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/internal/broker"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/twmb/franz-go/pkg/kgo"
)

// patience bounds every wait of the tests.
const patience = 60 * time.Second

// counting is the topology of most tests: words in, keyed by their text through a
// repartition topic, counted in a store.
func counting(b *dsl.Builder) {
	b.Stream("words", dsl.String(), dsl.String()).
		GroupBy(func(_, word string) string { return word }, dsl.String(), dsl.String()).
		Count(dsl.Name("counts")).
		ToStream().
		To("counted", dsl.String(), dsl.Int64())
}

// shouting has no state.
func shouting(b *dsl.Builder) {
	b.Stream("words", dsl.String(), dsl.String()).
		Filter(func(_, word string) bool { return word != "" }).
		MapValues(func(_, word string) string { return strings.ToUpper(word) }).
		To("shouted", dsl.String(), dsl.String())
}

// cluster is a broker of the test, with a client that produces and one that reads.
type cluster struct {
	t    *testing.T
	addr string
	cl   *kgo.Client
}

func newCluster(t *testing.T, topics ...broker.Topic) *cluster {
	t.Helper()
	b, err := broker.Start(broker.Options{Topics: topics})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return connect(t, b.Addr())
}

func connect(t *testing.T, addr string) *cluster {
	t.Helper()
	cl, err := kgo.NewClient(kgo.SeedBrokers(addr), kgo.RecordPartitioner(kgo.StickyKeyPartitioner(nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cl.Close)
	return &cluster{t: t, addr: addr, cl: cl}
}

// produce writes words as values, round robin over the partitions, one millisecond apart.
func (c *cluster) produce(topic string, words ...string) {
	c.t.Helper()
	recs := make([]*kgo.Record, len(words))
	for i, w := range words {
		recs[i] = &kgo.Record{Topic: topic, Key: fmt.Appendf(nil, "k%d", i%16), Value: []byte(w), Timestamp: time.UnixMilli(int64(1_700_000_000_000 + i))}
	}
	if err := c.cl.ProduceSync(context.Background(), recs...).FirstErr(); err != nil {
		c.t.Fatal(err)
	}
}

// reading consumes topics from the start, committed records only.
type reading struct {
	c       *cluster
	cl      *kgo.Client
	last    map[string]string // last value by key
	records int
	order   []string
}

func (c *cluster) read(topics ...string) *reading {
	c.t.Helper()
	cl, err := kgo.NewClient(kgo.SeedBrokers(c.addr), kgo.ConsumeTopics(topics...), kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.FetchMaxWait(100*time.Millisecond))
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(cl.Close)
	return &reading{c: c, cl: cl, last: map[string]string{}}
}

// until polls until done says so.
func (r *reading) until(what string, done func() bool) {
	r.c.t.Helper()
	deadline := time.Now().Add(patience)
	for !done() {
		if time.Now().After(deadline) {
			r.c.t.Fatalf("waited %v for %s; have %d records, last %v", patience, what, r.records, head(r.last))
		}
		r.poll(200 * time.Millisecond)
	}
}

func (r *reading) poll(d time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	r.cl.PollFetches(ctx).EachRecord(func(rec *kgo.Record) {
		r.records++
		r.order = append(r.order, string(rec.Value))
		if rec.Value == nil {
			delete(r.last, string(rec.Key))
			return
		}
		r.last[string(rec.Key)] = string(rec.Value)
	})
}

func head(m map[string]string) string {
	keys := slices.Sorted(maps.Keys(m))
	return fmt.Sprint(len(keys), " keys ", keys[:min(5, len(keys))])
}

// counts decodes int64 values.
func (r *reading) counts() map[string]int64 {
	m := map[string]int64{}
	for k, v := range r.last {
		if len(v) == 8 {
			m[k] = int64(binary.BigEndian.Uint64([]byte(v)))
		}
	}
	return m
}

// config is one for tests: fast group changes, its own state directory.
func (c *cluster) config(app string, guarantee rt.Guarantee, dir string) rt.Config {
	cfg := rt.Config{
		ApplicationID: app, BootstrapServers: []string{c.addr}, StateDir: dir, ProcessingGuarantee: guarantee,
		CommitInterval: 50 * time.Millisecond, Poll: 20 * time.Millisecond, HTTPAddress: "off", TaskTimeout: 30 * time.Second,
		Logger: logger(c.t),
	}
	cfg.Consumer.SessionTimeout = 6 * time.Second
	cfg.Consumer.HeartbeatInterval = 200 * time.Millisecond
	cfg.Consumer.MaxPollInterval = 10 * time.Second
	cfg.Consumer.FetchMaxWait = 50 * time.Millisecond
	return cfg
}

func logger(t *testing.T) *slog.Logger {
	level := slog.LevelError
	if os.Getenv("STREAMGEN_TEST_LOG") != "" {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: level}))
}

// journal is a log that is read while it is written.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.String()
}

// start runs an App and closes it with the test.
func start(t *testing.T, top *gen.Topology, cfg rt.Config) *rt.App {
	t.Helper()
	app, err := rt.New(top, cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { app.Close(patience) })
	return app
}

// words makes n words out of k different ones, and their counts.
func words(n, k int) ([]string, map[string]int64) {
	list := make([]string, n)
	counts := map[string]int64{}
	for i := range list {
		list[i] = fmt.Sprintf("w%d", i*7919%k)
		counts[list[i]]++
	}
	return list, counts
}

func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-deadline:
			t.Fatalf("waited %v for %s", patience, what)
		case <-tick.C:
		}
	}
}
