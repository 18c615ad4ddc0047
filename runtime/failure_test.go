package runtime_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/internal/broker"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/streamgen/streamgen/runtime/fault"
	"github.com/twmb/franz-go/pkg/kgo"
)

// poisoned counts words per partition and refuses "poison" while it is on.
func poisoned(on *atomic.Bool) func(*dsl.Builder) {
	return func(b *dsl.Builder) {
		b.Stream("words", dsl.String(), dsl.String()).
			TryFilter(func(_, word string) (bool, error) {
				if word == "poison" && on.Load() {
					return false, errors.New("poison")
				}
				return true, nil
			}).
			GroupByKey().
			Count(dsl.Name("counts"), dsl.EmitEveryUpdate()).
			ToStream().
			To("counted", dsl.String(), dsl.Int64())
	}
}

// put writes words into a partition, keyed by it.
func (c *cluster) put(partition int32, words ...string) {
	c.t.Helper()
	cl, err := kgo.NewClient(kgo.SeedBrokers(c.addr), kgo.RecordPartitioner(kgo.ManualPartitioner()))
	if err != nil {
		c.t.Fatal(err)
	}
	defer cl.Close()
	for _, w := range words {
		if err := cl.ProduceSync(c.t.Context(), &kgo.Record{Topic: "words", Partition: partition, Key: fmt.Append(nil, partition), Value: []byte(w)}).FirstErr(); err != nil {
			c.t.Fatal(err)
		}
	}
}

// A task with a record that it refuses waits, longer each time; the other one of the same
// worker goes on and commits. Mended, the record is processed, once.
func TestFailedTaskWaitsWhileOthersGoOn(t *testing.T) {
	for _, g := range guarantees {
		t.Run(string(g), func(t *testing.T) {
			c := newCluster(t, broker.Topic{Name: "words", Partitions: 2}, broker.Topic{Name: "counted", Partitions: 1})
			var on atomic.Bool
			on.Store(true)
			cfg := c.config("app", g, t.TempDir())
			cfg.Logger = quiet
			var mu sync.Mutex
			var told []rt.Failure
			cfg.OnFailure = func(f rt.Failure) rt.FailureResponse {
				mu.Lock()
				defer mu.Unlock()
				told = append(told, f)
				return rt.ReplaceThread
			}
			app := start(t, rt.InterpretPlain(poisoned(&on)), cfg)
			r := c.read("counted")
			c.put(0, "a", "poison", "b")
			eventually(t, "the second failure", func() bool { mu.Lock(); defer mu.Unlock(); return len(told) >= 2 })
			c.put(1, "x", "y")
			r.until("the other task's counts", func() bool { return r.counts()["1"] == 2 })
			if app.State() != rt.Rebalancing {
				t.Errorf("the state is %v although a task does not run", app.State())
			}
			mu.Lock()
			f := told[1]
			mu.Unlock()
			if f.Task != "0_0" || f.Phase != fault.Process || f.Topic != "words" || f.Partition != 0 || f.Offset != 1 || f.Times != 2 || !strings.Contains(f.Err.Error(), "poison") {
				t.Errorf("told %+v", f)
			}
			on.Store(false)
			r.until("all counts", func() bool { return r.counts()["0"] == 3 && r.counts()["1"] == 2 })
			eventually(t, "the state RUNNING", func() bool { return app.State() == rt.Running })
			if err := app.Close(patience); err != nil {
				t.Fatal(err)
			}
			if g == rt.ExactlyOnce && r.records != 5 {
				t.Errorf("%d outputs, want 5: %v", r.records, r.order)
			}
			if n := app.Metrics().Threads()[0]; n.TaskFailures.Load() != int64(len(told)) || n.Failures.Load() != 0 {
				t.Errorf("%d failures of the task and %d of the worker were counted, %d told", n.TaskFailures.Load(), n.Failures.Load(), len(told))
			}
		})
	}
}

// What the coalesced results of one task do at a commit is that task's failure too.
func TestFailureInAFlushIsTheTasks(t *testing.T) {
	for _, g := range guarantees {
		t.Run(string(g), func(t *testing.T) {
			c := newCluster(t, broker.Topic{Name: "words", Partitions: 2}, broker.Topic{Name: "counted", Partitions: 1})
			var on atomic.Bool
			on.Store(true)
			var failures atomic.Int32
			cfg := c.config("app", g, t.TempDir())
			cfg.Logger = quiet
			cfg.OnFailure = func(rt.Failure) rt.FailureResponse { failures.Add(1); return rt.ReplaceThread }
			app := start(t, rt.InterpretPlain(func(b *dsl.Builder) {
				b.Stream("words", dsl.String(), dsl.String()).GroupByKey().Count(dsl.Name("counts")).ToStream().
					TryFilter(func(k string, _ int64) (bool, error) {
						if k == "0" && on.Load() {
							return false, errors.New("not at this commit")
						}
						return true, nil
					}).
					To("counted", dsl.String(), dsl.Int64())
			}), cfg)
			r := c.read("counted")
			c.put(0, "a", "b")
			eventually(t, "the second failure", func() bool { return failures.Load() >= 2 })
			c.put(1, "x", "y")
			r.until("the other task's counts", func() bool { return r.counts()["1"] == 2 })
			on.Store(false)
			r.until("all counts", func() bool { return r.counts()["0"] == 2 })
			if err := app.Close(patience); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// A failure that is answered with the end of the application ends every instance.
func TestFailureEndsAllInstances(t *testing.T) {
	c := newCluster(t, broker.Topic{Name: "words", Partitions: 2}, broker.Topic{Name: "counted", Partitions: 1})
	var bad atomic.Int32 // the instance that meets the record first; the other one can take it
	var apps []*rt.App
	for i := range int32(2) {
		cfg := c.config("app", rt.ExactlyOnce, t.TempDir())
		cfg.Logger = quiet
		if err := cfg.Set("streamgen.on.failure", "SHUTDOWN_APPLICATION"); err != nil {
			t.Fatal(err)
		}
		apps = append(apps, start(t, rt.InterpretPlain(func(b *dsl.Builder) {
			b.Stream("words", dsl.String(), dsl.String()).
				TryFilter(func(_, _ string) (bool, error) {
					if bad.CompareAndSwap(0, i+1) || bad.Load() == i+1 {
						return false, errors.New("poison")
					}
					return true, nil
				}).
				To("counted", dsl.String(), dsl.String())
		}), cfg))
	}
	eventually(t, "two running instances", func() bool {
		return !slices.ContainsFunc(apps, func(a *rt.App) bool { return a.State() != rt.Running })
	})
	c.put(0, "poison")
	var texts []string
	for _, a := range apps {
		<-a.Done()
		if a.State() != rt.Failed {
			t.Errorf("state %v", a.State())
		}
		texts = append(texts, fmt.Sprint(a.Close(0)))
	}
	slices.Sort(texts)
	if !strings.HasPrefix(texts[0], "KSTREAM-FILTER") || !strings.HasPrefix(texts[1], "another instance had a failure") {
		t.Errorf("%q", texts)
	}
}

func TestOnFailureIsAProperty(t *testing.T) {
	var c rt.Config
	if err := c.Set("streamgen.on.failure", "restart"); err == nil || !strings.Contains(err.Error(), "is not shutdown_client, replace_thread, shutdown_application") {
		t.Error(err)
	}
	if err := c.Set("streamgen.on.failure", "replace_thread"); err != nil || c.OnFailure(rt.Failure{}) != rt.ReplaceThread {
		t.Error(err)
	}
}
