package gentest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/streamgen/streamgen/codegen/plan/lock"
	"github.com/streamgen/streamgen/generated_test/evolved/one"
	"github.com/streamgen/streamgen/generated_test/evolved/three"
	"github.com/streamgen/streamgen/generated_test/evolved/two"
	"github.com/streamgen/streamgen/internal/broker"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/serde/registry"
	"github.com/twmb/franz-go/pkg/kgo"
)

// TestStateOutlivesReleases: what a release wrote into stores and changelogs goes on in the next, in a rolling deploy
// there and back where compat says so, and after a stop where it says migratable; each release in both modes.
// S250, S251, S252, S253, S254.
func TestStateOutlivesReleases(t *testing.T) {
	for mode, releases := range map[string][3]func() *gen.Topology{
		"generated":   {one.NewPayments, two.NewPayments, three.NewPayments},
		"interpreted": {func() *gen.Topology { return rt.InterpretPlain(one.Payments) }, func() *gen.Topology { return rt.InterpretPlain(two.Payments) }, func() *gen.Topology { return rt.InterpretPlain(three.Payments) }},
	} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			e := evolve(t)
			first := e.start(releases[0])
			e.pay(first)
			second := e.start(releases[1])
			e.pay(first, second)
			e.stop(first)
			e.pay(second)
			first = e.start(releases[0]) // back again
			e.pay(first, second)
			e.stop(second)
			e.pay(first)
			e.stop(first)
			third := e.start(releases[2])
			e.pay(third)
			e.stop(third)
		})
	}
}

// TestReleasesAreJudgedSo: compat says of the releases above what the test above shows.
func TestReleasesAreJudgedSo(t *testing.T) {
	read := func(release string) *lock.File {
		text, err := os.ReadFile(filepath.Join("evolved", release, lock.Name))
		if err != nil {
			t.Fatal(err)
		}
		f, err := lock.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	for _, c := range []struct {
		old, now string
		want     lock.Verdict
	}{{"one", "two", lock.Compatible}, {"two", "one", lock.Migratable}, {"two", "three", lock.Migratable}, {"one", "three", lock.Migratable}, {"three", "one", lock.Reset}} {
		worst := lock.Compatible
		changes := lock.Compare(read(c.old), read(c.now))
		for _, change := range changes {
			worst = max(worst, change.Verdict)
		}
		if worst != c.want {
			t.Errorf("%s after %s is %s, want %s: %+v", c.now, c.old, worst, c.want, changes)
		}
	}
}

type evolving struct {
	*testing.T
	addr    string
	cl      *kgo.Client
	schemas *registry.Client
	round   int
	last    map[string]string
}

func evolve(t *testing.T) *evolving {
	t.Helper()
	b, err := broker.Start(broker.Options{Topics: []broker.Topic{{Name: "payments", Partitions: 2}, {Name: "sums", Partitions: 1}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	cl, err := kgo.NewClient(kgo.SeedBrokers(b.Addr()), kgo.ConsumeTopics("sums"), kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.FetchMaxWait(50*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cl.Close)
	return &evolving{T: t, addr: b.Addr(), cl: cl, schemas: registry.Mock(), last: map[string]string{}}
}

// start begins an instance with an empty disk: its state comes from the changelogs.
func (e *evolving) start(release func() *gen.Topology) *rt.App {
	e.Helper()
	cfg := rt.Config{ApplicationID: "app", BootstrapServers: []string{e.addr}, StateDir: e.TempDir(), ProcessingGuarantee: rt.ExactlyOnce,
		CommitInterval: 50 * time.Millisecond, Poll: 20 * time.Millisecond, HTTPAddress: "off", Schemas: e.schemas}
	cfg.Consumer.SessionTimeout = 6 * time.Second
	cfg.Consumer.HeartbeatInterval = 200 * time.Millisecond
	cfg.Consumer.FetchMaxWait = 50 * time.Millisecond
	app, err := rt.New(release(), cfg)
	if err != nil {
		e.Fatal(err)
	}
	if err := app.Start(e.Context()); err != nil {
		e.Fatal(err)
	}
	e.Cleanup(func() { app.Close(10 * time.Second) })
	return app
}

func (e *evolving) stop(app *rt.App) {
	e.Helper()
	if err := app.Close(30 * time.Second); err != nil {
		e.Fatal(err)
	}
}

// pay adds 1 to the sums of eight keys when the instances share the tasks, and waits until all sums say so.
func (e *evolving) pay(apps ...*rt.App) {
	e.Helper()
	ctx, cancel := context.WithTimeout(e.Context(), 60*time.Second)
	defer cancel()
	for _, app := range apps {
		for h := app.Health(); len(h.Workers) == 0 || len(h.Workers[0].Tasks) == 0; h = app.Health() {
			if ctx.Err() != nil {
				e.Fatal("an instance has no task")
			}
			e.poll(ctx, 20*time.Millisecond)
		}
	}
	e.round++
	for k := range 8 {
		r := &kgo.Record{Topic: "payments", Key: fmt.Append(nil, "k", k), Value: []byte(`{"amount":1}`), Timestamp: time.UnixMilli(1_700_000_000_000 + int64(e.round))}
		if err := e.cl.ProduceSync(ctx, r).FirstErr(); err != nil {
			e.Fatal(err)
		}
	}
	want := fmt.Sprint(e.round, " ", e.round)
	for {
		done := 0
		for _, v := range e.last {
			if v == want {
				done++
			}
		}
		if done == 16 {
			return
		}
		if ctx.Err() != nil {
			e.Fatalf("round %d: the sums are %v", e.round, e.last)
		}
		e.poll(ctx, 100*time.Millisecond)
	}
}

func (e *evolving) poll(ctx context.Context, d time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	e.cl.PollFetches(ctx).EachRecord(func(r *kgo.Record) {
		e.last[string(r.Key)+string(r.Value[:4])] = string(r.Value[5:])
	})
}
