package changelog_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/internal/changelog"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/state"
	"github.com/streamgen/streamgen/runtime/store"
)

// chain is a task's stores with everything below them: caches, changelog topics, database,
// disk. The topics are slices; what is in them has been committed.
type chain struct {
	specs  []gen.Store
	disk   *store.Disk
	p      *store.Process
	task   *store.Task
	kv     []*state.Cache[string] // by index in specs, nil for window stores
	win    []*state.Windows[string]
	topics [][]record
	bound  int64 // of each cache's dirty bytes; 0 for none
	spills int   // commits of transactions that had spilled
}

const chainRetention = 2000

func (c *chain) start(t *testing.T, chunk int) {
	t.Helper()
	var err error
	if c.p, err = store.OpenProcess("state/app", store.Options{Application: "app", Disk: c.disk, MemTable: 64 << 10}); err != nil {
		t.Fatal(err)
	}
	if c.task, err = c.p.OpenTask("0_0", c.specs); err != nil {
		t.Fatal(err)
	}
	c.task.SpillBeyond(c.bound)
	if c.topics == nil {
		c.topics = make([][]record, len(c.specs))
	}
	c.kv, c.win = make([]*state.Cache[string], len(c.specs)), make([]*state.Windows[string], len(c.specs))
	for i, spec := range c.specs {
		next, _ := c.task.Offset(i)
		r := changelog.NewRestore(c.task.Loader(i), chunk)
		for o := next; o < int64(len(c.topics[i])); o++ {
			rec := c.topics[i][o]
			if err := r.Add(rec.key, rec.value, rec.ts, o); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.Finish(int64(len(c.topics[i]))); err != nil {
			t.Fatal(err)
		}
		o := state.Options[string]{
			Backend: c.task.Backend(i), Append: serde.StringCodec{}.Append, Decode: serde.StringCodec{}.Decode,
			Timestamped: spec.Timestamped, Budget: 4000,
		}
		if spec.Window {
			c.win[i] = state.NewWindows(o, spec.Retention)
		} else {
			c.kv[i] = state.NewCache(o)
		}
	}
}

func (c *chain) stop(t *testing.T, flush bool) {
	t.Helper()
	if flush {
		if err := c.task.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.task.Close(); err != nil {
		t.Fatal(err)
	}
	if err := c.p.Close(); err != nil {
		t.Fatal(err)
	}
}

func (c *chain) store(i int) state.Store {
	if c.specs[i].Window {
		return c.win[i]
	}
	return c.kv[i]
}

// commit writes the changes to the topics and, unless the process dies before, applies
// them.
func (c *chain) commit(t *testing.T, dies bool) {
	t.Helper()
	if c.task.Spilled() {
		c.spills++
	}
	b := c.task.NewBatch()
	for i := range c.specs {
		sink := &gen.Sink{Partitions: 1}
		if err := changelog.Write(c.store(i), i, b, sink, 0); err != nil {
			t.Fatal(err)
		}
		for _, r := range sink.Records {
			rec := record{key: sink.Buf[r.Start:r.KeyEnd], ts: r.Timestamp}
			if !r.NoValue {
				rec.value = sink.Buf[r.KeyEnd:r.End]
			}
			c.topics[i] = append(c.topics[i], rec)
		}
		b.SetOffset(i, int64(len(c.topics[i])))
	}
	if dies {
		b.Discard()
		return
	}
	if err := b.Commit(); err != nil {
		t.Fatal(err)
	}
	for i := range c.specs {
		c.store(i).Committed()
	}
}

// shows returns everything that can be seen in store i.
func (c *chain) shows(t *testing.T, i int) map[string]string {
	t.Helper()
	rows := map[string]string{}
	see := func(k []byte, v string) bool { rows[string(k)] = v; return true }
	var err error
	if c.specs[i].Window {
		err = c.win[i].ViewTimes(0, 1<<40).Each(see)
	} else {
		err = c.kv[i].View(nil, nil).Each(see)
	}
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// TestChain runs random histories through caches, changelogs and databases, with aborts,
// clean stops, power cuts, deaths between the commit of the transaction and that of the
// database, and budgets so small that most reads miss; two maps say what must be seen.
func TestChain(t *testing.T) {
	specs := []gen.Store{
		{Name: "kv", Timestamped: true, Logged: true},
		{Name: "win", Window: true, Timestamped: true, Retention: chainRetention, Segment: 700, Logged: true},
		{Name: "mem", InMemory: true, Logged: true},
		{Name: "memwin", InMemory: true, Window: true, Retention: chainRetention, Segment: 700, Logged: true},
	}
	seeds := 25
	if testing.Short() {
		seeds = 8
	}
	for seed := range uint64(seeds) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 9))
			c := &chain{specs: specs, disk: store.NewMemDisk(), bound: []int64{0, 1, 300, 600}[seed%4]}
			c.start(t, 0)
			now := make([]map[string]string, len(specs))
			for i := range now {
				now[i] = map[string]string{}
			}
			settled := cloneAll(now)
			clock, settledClock := int64(0), int64(0)
			highest := make([]int64, len(specs)) // start put, per window store
			for step := range 1500 {
				i := r.IntN(len(specs))
				key, val := fmt.Appendf(nil, "k%d", r.IntN(150)), strings.Repeat("v", r.IntN(30))+fmt.Sprint(step)
				clock += 3
				switch n := r.IntN(200); {
				case n < 170:
					if specs[i].Window {
						start := max(0, clock-r.Int64N(chainRetention/2))
						e, err := c.win[i].FindAt(key, start)
						if err != nil {
							t.Fatal(err)
						}
						row := string(state.AppendKey(nil, key, start))
						if old, ok := now[i][row]; ok != e.Present() || e.Val != old {
							t.Fatalf("step %d: row %x is %q %v, want %q %v", step, row, e.Val, e.Present(), old, ok)
						}
						highest[i] = max(highest[i], start)
						c.win[i].SetAt(e, start, val, clock, nil)
						now[i][row] = val
						break
					}
					e, err := c.kv[i].Find(key)
					if err != nil {
						t.Fatal(err)
					}
					if old, ok := now[i][string(key)]; ok != e.Present() || e.Val != old {
						t.Fatalf("step %d: key %s is %q %v, want %q %v", step, key, e.Val, e.Present(), old, ok)
					}
					if r.IntN(3) == 0 {
						c.kv[i].Delete(e, clock, nil)
						delete(now[i], string(key))
					} else {
						c.kv[i].Set(e, val, clock, nil)
						now[i][string(key)] = val
					}
				case n < 190:
					dies := r.IntN(8) == 0
					c.commit(t, dies)
					settled, settledClock = cloneAll(now), clock
					if dies {
						disk := c.disk.Crash(seed<<16 | uint64(step))
						c.stop(t, false)
						c.disk = disk
						c.start(t, 1<<12)
					}
				default: // lost since the last commit, in some way
					var disk *store.Disk
					if n < 195 {
						disk = c.disk.Crash(seed<<16 | uint64(step))
					}
					c.stop(t, n == 199)
					if disk != nil {
						c.disk = disk
					}
					c.start(t, 1<<(8+r.IntN(10)))
					now, clock = cloneAll(settled), settledClock
					for i := range highest {
						highest[i] = 0
						for k := range now[i] {
							if specs[i].Window {
								_, start, _ := state.SplitKey([]byte(k))
								highest[i] = max(highest[i], start)
							}
						}
					}
				}
				for i := range specs {
					maps.DeleteFunc(now[i], func(k, _ string) bool {
						_, start, _ := state.SplitKey([]byte(k))
						return specs[i].Window && start <= highest[i]-chainRetention
					})
					if step%25 == 0 {
						if got := c.shows(t, i); !maps.Equal(got, now[i]) {
							t.Fatalf("step %d: %s shows %d rows, want %d\n%.400q\n%.400q", step, specs[i].Name, len(got), len(now[i]),
								slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(now[i])))
						}
					}
				}
			}
			c.stop(t, true)
			if c.bound > 0 && c.spills == 0 {
				t.Error("nothing was spilled")
			}
		})
	}
}

func cloneAll(m []map[string]string) []map[string]string {
	out := make([]map[string]string, len(m))
	for i := range m {
		out[i] = maps.Clone(m[i])
	}
	return out
}
