package runtime_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/streamgen/streamgen/internal/broker"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/state"
	"github.com/streamgen/streamgen/runtime/store"
	"github.com/streamgen/streamgen/templates"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// burstKeys is how many keys the record of the tests changes: in memory they would take
// some 20 MiB, and the budget of the tests allows one.
const burstKeys = 200_000

// failingKeys is the same for the tests in which something fails: enough to spill.
const failingKeys = 50_000

// bursts is a topology in which a record with the value n stands for n keys: each is counted
// in a table, whose results are coalesced, and written to a topic at once.
type bursts struct {
	dirty, total, waiting atomic.Int64                    // the most there was: bytes in the cache, bytes in the sinks
	at                    atomic.Pointer[func(int) error] // called before a key is changed
}

func (b *bursts) topology() *gen.Topology {
	spec := gen.Store{Name: "counts", Timestamped: true, Logged: true}
	return &gen.Topology{Name: "Bursts", Hash: "bursts", Subtopologies: []gen.Subtopology{{
		Sources: []gen.Source{{Node: "source", Topic: "words"}},
		Sinks:   []gen.SinkSpec{{Node: "counted", Topic: "counted"}, {Node: "seen", Topic: "seen"}},
		Stores:  []gen.Store{spec},
		NewTask: func(env *gen.TaskEnv) (gen.Task, error) {
			c := state.NewCache(state.Options[int64]{Backend: env.Stores[0].Backend, Timestamped: true, Budget: env.Stores[0].Budget,
				Append: serde.Int64Codec{}.Append, Decode: serde.Int64Codec{}.Decode})
			env.Stores[0].Register(c)
			t := &burstTask{b: b, env: env, cache: c}
			t.count = templates.Count[string]{Store: c, DecodeKey: serde.StringCodec{}.Decode,
				Emit: func(k string, n int64, present bool, ts int64, h []serde.Header) error {
					t.write(0, k, n, ts)
					return nil
				}}
			return t, nil
		},
	}}}
}

type burstTask struct {
	b     *bursts
	env   *gen.TaskEnv
	cache *state.Cache[int64]
	count templates.Count[string]
}

func (t *burstTask) Init() error  { return nil }
func (t *burstTask) Drain() error { return nil }
func (t *burstTask) Close() error { return nil }
func (t *burstTask) Flush() error { return t.count.Flush() }

func burstKey(i int) string { return fmt.Sprintf("%016x", uint64(i)*0x9e3779b97f4a7c15) }

func (t *burstTask) Process(_ int, run *gen.Run) (int, error) {
	for i := range run.Records {
		r := &run.Records[i]
		t.env.Index, t.env.RecordTime = i, r.Timestamp
		n, err := strconv.Atoi(string(r.Value))
		if err != nil {
			return i, err
		}
		for j := range n {
			if at := t.b.at.Load(); at != nil {
				if err := (*at)(j); err != nil {
					return i, err
				}
			}
			k := burstKey(j)
			if err := t.count.Process([]byte(k), k, r.Timestamp, nil); err != nil {
				return i, err
			}
			t.write(1, k, int64(n), r.Timestamp)
			dirty, total := t.cache.Bytes()
			most(&t.b.dirty, dirty)
			most(&t.b.total, total)
		}
	}
	return len(run.Records), nil
}

func (t *burstTask) write(sink int, k string, n, ts int64) {
	out := t.env.Sinks[sink]
	out.Begin()
	out.Buf = append(out.Buf, k...)
	out.Key(true, 0)
	out.Buf = binary.BigEndian.AppendUint64(out.Buf, uint64(n))
	out.Done(true, ts, nil)
	most(&t.b.waiting, int64(len(out.Buf)+90*len(out.Records)))
}

func most(m *atomic.Int64, n int64) {
	if n > m.Load() {
		m.Store(n)
	}
}

// bounded checks that memory did not grow with the bursts.
func (b *bursts) bounded(t *testing.T, app *rt.App) {
	t.Helper()
	const room = 2 << 20 // twice the early commit, of 1 MiB at least
	if d, n, s := b.dirty.Load(), b.total.Load(), b.waiting.Load(); d > room*9/8 || n > room*5/4+burstBudget || s > 3<<20 {
		t.Errorf("at most %d bytes were dirty, %d in the cache and %d in a sink", d, n, s)
	}
	if d := b.dirty.Load(); d < room/2 || app.Metrics().Threads()[0].Spills.Load() == 0 {
		t.Errorf("%d bytes were dirty at most and nothing was spilled: the test tests nothing", d)
	}
}

const burstBudget = 1 << 20 // statestore.cache.max.bytes

func (c *cluster) burstConfig(g rt.Guarantee, dir string) rt.Config {
	cfg := c.config("app", g, dir)
	cfg.CacheMaxBytes = burstBudget
	cfg.Consumer.SessionTimeout = time.Second
	cfg.Consumer.MaxPollInterval = 5 * time.Second
	cfg.Producer.TransactionTimeout = patience // several bursts may lie in one run
	return cfg
}

// expected adds up what bursts of those sizes count.
func expected(sizes ...int) map[string]int64 {
	m := map[string]int64{}
	for _, n := range sizes {
		for i := range n {
			m[burstKey(i)]++
		}
	}
	return m
}

// whole checks the stopped application's store: it holds want, or at least that when twice
// says that something was processed again; and the changelog and the outputs end with the
// same.
func (c *cluster) whole(app, dir string, want map[string]int64, twice bool) {
	c.t.Helper()
	p, err := store.OpenProcess(filepath.Join(dir, app), store.Options{Application: app})
	if err != nil {
		c.t.Fatal(err)
	}
	defer p.Close()
	task, err := p.OpenTask("0_0", []gen.Store{{Name: "counts", Timestamped: true, Logged: true}})
	if err != nil {
		c.t.Fatal(err)
	}
	defer task.Close()
	rows, wrong := map[string]int64{}, 0
	err = task.Backend(0).Scan(nil, nil, func(k, v []byte) bool {
		n := int64(binary.BigEndian.Uint64(v[8:]))
		rows[string(k)] = n
		if n != want[string(k)] && (!twice || n < want[string(k)]) {
			wrong++
		}
		return true
	})
	if err != nil || wrong > 0 || len(rows) != len(want) {
		c.t.Errorf("the store has %d rows of %d, %d of them wrong: %v", len(rows), len(want), wrong, err)
	}
	for _, topic := range []string{"counted", app + "-counts-changelog"} {
		r := c.read(topic)
		r.until(topic+" to say what the store says", func() bool { return len(r.last) == len(rows) && maps.Equal(r.counts(), rows) })
	}
}

// outputs counts what was written for each key at once: exactly n records, or at least.
func (c *cluster) outputs(n int, g rt.Guarantee) {
	c.t.Helper()
	seen := c.read("seen")
	seen.until("the outputs", func() bool { return seen.records >= n })
	for had := -1; had != seen.records; {
		had = seen.records
		seen.poll(200 * time.Millisecond)
	}
	if g == rt.ExactlyOnce && seen.records != n {
		c.t.Errorf("%d outputs, want %d", seen.records, n)
	}
}

// consumed waits until n records of the input are processed and committed.
func (c *cluster) consumed(app string, n int64) {
	c.t.Helper()
	adm := kadm.NewClient(c.cl)
	eventually(c.t, fmt.Sprint(n, " records to be committed"), func() bool {
		o, err := adm.FetchOffsets(c.t.Context(), app)
		at, ok := o.Lookup("words", 0)
		return err == nil && ok && at.At >= n
	})
}

// stop closes an application and checks that the next start restores nothing.
func (c *cluster) stop(app *rt.App, cfg rt.Config) {
	c.t.Helper()
	if err := app.Close(patience); err != nil {
		c.t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(cfg.StateDir, cfg.ApplicationID, "0_0", "spill")); !errors.Is(err, fs.ErrNotExist) {
		c.t.Errorf("the spill is still there: %v", err)
	}
	next := start(c.t, (&bursts{}).topology(), cfg)
	eventually(c.t, "the next start", func() bool { return next.State() == rt.Running })
	if n := next.Metrics().Threads()[0].Restored.Load(); n != 0 {
		c.t.Errorf("%d records were restored after a clean stop", n)
	}
	if err := next.Close(patience); err != nil {
		c.t.Fatal(err)
	}
}

// One record changes 200,000 keys, twenty times the budget: caches and sinks stay within
// their bounds, outputs, changelog and store are complete, and a clean stop leaves nothing to
// restore (S42, S43, S46).
func TestRecordBeyondTheBudget(t *testing.T) {
	for _, g := range guarantees {
		t.Run(string(g), func(t *testing.T) {
			c := newCluster(t, broker.Topic{Name: "words", Partitions: 1}, broker.Topic{Name: "counted", Partitions: 2}, broker.Topic{Name: "seen", Partitions: 2})
			b, dir := &bursts{}, t.TempDir()
			sizes := []int{1000, burstKeys, 10, 30_000, 500}
			total := 0
			for _, n := range sizes {
				c.produce("words", strconv.Itoa(n))
				total += n
			}
			cfg := c.burstConfig(g, dir)
			app := start(t, b.topology(), cfg)
			c.consumed("app", int64(len(sizes)))
			c.stop(app, cfg)
			b.bounded(t, app)
			c.outputs(total, g)
			c.whole("app", dir, expected(sizes...), false)
		})
	}
}

// What fails in the middle of a burst, or in its commit, leaves nothing behind under
// exactly-once, and loses nothing under at-least-once (S42, S44, S46).
func TestBurstFails(t *testing.T) {
	for _, g := range guarantees {
		for name, f := range map[string]kfake.Fault{
			"output":    {Keys: []kmsg.Key{kmsg.Produce}, Topic: "seen", Err: kerr.UnknownServerError, Count: 2},
			"changelog": {Keys: []kmsg.Key{kmsg.Produce}, Topic: "app-counts-changelog", Err: kerr.UnknownServerError, Count: 2},
			"offsets":   {Keys: []kmsg.Key{kmsg.TxnOffsetCommit, kmsg.OffsetCommit}, Err: kerr.UnknownServerError, Count: 1},
			"end":       {Keys: []kmsg.Key{kmsg.EndTxn}, TopLevel: true, Err: kerr.UnknownServerError, Count: 1},
		} {
			if name == "end" && g == rt.AtLeastOnce {
				continue
			}
			t.Run(string(g)+"/"+name, func(t *testing.T) {
				c, k := burstable(t)
				b, dir := &bursts{}, t.TempDir()
				cfg := c.burstConfig(g, dir)
				app := start(t, b.topology(), cfg)
				c.produce("words", "1000")
				c.consumed("app", 1)
				var h *kfake.FaultHandle
				arm := func(j int) error {
					if j == failingKeys*3/4 && h == nil {
						h = k.Fault(f)
					}
					return nil
				}
				b.at.Store(&arm)
				c.produce("words", strconv.Itoa(failingKeys), "10")
				c.consumed("app", 3)
				c.stop(app, cfg)
				b.bounded(t, app)
				if h == nil || h.Hits() == 0 {
					t.Error("the fault did not happen")
				}
				c.outputs(1000+failingKeys+10, g)
				c.whole("app", dir, expected(1000, failingKeys, 10), g == rt.AtLeastOnce)
			})
		}
	}
}

// burstable is a broker that can be told to fail.
func burstable(t *testing.T) (*cluster, *kfake.Cluster) {
	t.Helper()
	k, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(1, "words", "counted", "seen"), kfake.GroupMinSessionTimeout(time.Second))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.Close)
	return connect(t, k.ListenAddrs()[0]), k
}

// An operator that fails in the middle of a burst ends the application at the record; the
// next start finds the state of the last commit and processes the record (S43, S46).
func TestOperatorFailsInABurst(t *testing.T) {
	for _, g := range guarantees {
		t.Run(string(g), func(t *testing.T) {
			c, _ := burstable(t)
			b, dir := &bursts{}, t.TempDir()
			cfg := c.burstConfig(g, dir)
			cfg.Logger = quiet
			c.produce("words", "1000")
			app := start(t, b.topology(), cfg)
			c.consumed("app", 1)
			bad := errors.New("not today")
			fail := func(j int) error {
				if j == failingKeys*3/4 {
					return bad
				}
				return nil
			}
			b.at.Store(&fail)
			c.produce("words", strconv.Itoa(failingKeys))
			select {
			case <-app.Done():
			case <-time.After(patience):
				t.Fatalf("still %v", app.State())
			}
			if err := app.Close(time.Second); !errors.Is(err, bad) {
				t.Fatalf("it ended with %v", err)
			}
			b.at.Store(nil)
			app = start(t, b.topology(), cfg)
			c.consumed("app", 2)
			c.stop(app, cfg)
			b.bounded(t, app)
			c.outputs(1000+failingKeys, g)
			c.whole("app", dir, expected(1000, failingKeys), false)
		})
	}
}

// A process that dies in the middle of a burst leaves a spill on disk and a transaction at
// the broker; its successor throws away the one and fences the other (S42, S43, S46).
func TestCrashInABurst(t *testing.T) {
	for _, g := range guarantees {
		t.Run(string(g), func(t *testing.T) {
			c, _ := burstable(t)
			b, dir, copied := &bursts{}, t.TempDir(), t.TempDir()
			cfg := c.burstConfig(g, dir)
			cfg.Logger = quiet
			cfg.TaskTimeout = 5 * time.Second
			var dying network
			cfg.Dial = dying.dial
			c.produce("words", "1000")
			app := start(t, b.topology(), cfg)
			c.consumed("app", 1)
			died := make(chan error, 1)
			die := func(j int) error {
				if j == failingKeys*3/4 {
					dying.kill()
					died <- snapshot(copied, dir)
					return errors.New("dead")
				}
				return nil
			}
			b.at.Store(&die)
			c.produce("words", strconv.Itoa(failingKeys))
			select {
			case err := <-died:
				if err != nil {
					t.Fatal(err)
				}
			case <-time.After(patience):
				t.Fatal("it never came to the burst")
			}
			if _, err := os.Stat(filepath.Join(copied, "app", "0_0", "spill")); err != nil {
				t.Errorf("nothing was spilled when it died: %v", err)
			}
			app.Close(time.Millisecond)
			b.at.Store(nil)
			next := c.burstConfig(g, copied)
			app = start(t, b.topology(), next)
			c.consumed("app", 2)
			c.stop(app, next)
			b.bounded(t, app)
			c.outputs(1000+failingKeys, g)
			c.whole("app", copied, expected(1000, failingKeys), false)
		})
	}
}

// A burst that comes upon a broker that is away waits for it in the middle of the record, as
// long as the task timeout says; then the worker starts anew, and can be stopped.
func TestBurstWithoutABroker(t *testing.T) {
	for _, g := range guarantees {
		t.Run(string(g), func(t *testing.T) {
			c, _ := burstable(t)
			b := &bursts{}
			cfg := c.burstConfig(g, t.TempDir())
			cfg.Logger = quiet
			cfg.TaskTimeout = 2 * time.Second
			var dying network
			cfg.Dial = dying.dial
			at := func(j int) error {
				if j == 0 {
					dying.kill()
				}
				return nil
			}
			b.at.Store(&at)
			c.produce("words", strconv.Itoa(burstKeys*5/4)) // more than the client buffers
			app := start(t, b.topology(), cfg)
			eventually(t, "the worker to let go", func() bool { return app.Metrics().Threads()[0].Restarts.Load() > 0 })
			began := time.Now()
			app.Close(100 * time.Millisecond)
			if d := time.Since(began); d > 15*time.Second {
				t.Errorf("the stop took %v", d)
			}
		})
	}
}

// snapshot copies a state directory as a crash leaves it; what background work removes
// meanwhile belongs to the spill.
func snapshot(to, from string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o750)
		}
		data, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), data, 0o640)
	})
}
