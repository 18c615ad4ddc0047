package store

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/state"
)

// spillers returns caches over the stores of crashSpecs that keep next to nothing in memory.
func spillers(task *Task, bound int64, bulk int) []state.Store {
	task.SpillBeyond(bound)
	task.spill.bulk = bulk
	var caches []state.Store
	for i, s := range crashSpecs {
		o := state.Options[string]{Backend: task.Backend(i), Append: serde.StringCodec{}.Append, Decode: serde.StringCodec{}.Decode, Timestamped: s.Timestamped}
		if s.Window {
			caches = append(caches, state.NewWindows(o, s.Retention))
		} else {
			caches = append(caches, state.NewCache(o))
		}
	}
	return caches
}

// spilledChanges makes random changes through the caches and returns the state after them.
func spilledChanges(t *testing.T, r *rand.Rand, caches []state.Store, before map[string]string, n, changes int) map[string]string {
	t.Helper()
	after := maps.Clone(before)
	highest := int64(-1)
	for range changes {
		i := r.IntN(3)
		key := fmt.Appendf(nil, "k%d", r.IntN(200))
		val := fmt.Sprintf("%d-%0*d", n, r.IntN(200), r.Int())
		gone := r.IntN(4) == 0
		name := fmt.Sprintf("%d/%x", i, key)
		var c *state.Cache[string]
		switch s := caches[i].(type) {
		case *state.Cache[string]:
			c = s
			e, err := c.Find(key)
			if err != nil {
				t.Fatal(err)
			}
			if v, ok := after[name]; ok != e.Present() || v != e.Val {
				t.Fatalf("commit %d: %s is %q %v, want %q %v", n, name, e.Val, e.Present(), v, ok)
			}
			if gone {
				c.Delete(e, int64(n), nil)
			} else {
				c.Set(e, val, int64(n), nil)
			}
		case *state.Windows[string]:
			start := int64(n)*50 + r.Int64N(500)
			highest = max(highest, start)
			name = fmt.Sprintf("%d/%x", i, state.AppendKey(nil, key, start))
			e, err := s.FindAt(key, start)
			if err != nil {
				t.Fatal(err)
			}
			if gone {
				s.DeleteAt(e, start, int64(n), nil)
			} else {
				s.SetAt(e, start, val, int64(n), nil)
			}
		}
		delete(after, name)
		if !gone {
			after[name] = val
		}
	}
	return after
}

// TestCrashOfSpilledCommitsLeavesAPrefix is TestCrashLeavesAPrefix for transactions that do
// not fit into memory, applied as batches and as sorted tables; in between some are aborted,
// and the power fails while others are open.
func TestCrashOfSpilledCommitsLeavesAPrefix(t *testing.T) {
	seeds := 30
	if testing.Short() {
		seeds = 10
	}
	tables, lost := 0, 0
	for seed := range uint64(seeds) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 5))
			disk := NewMemDisk()
			states := []map[string]string{{}}
			for range 4 {
				p, task := openCrashed(t, disk)
				at := checkPrefix(t, task, states)
				lost += len(states) - 1 - at
				states = states[:at+1]
				caches := spillers(task, 500, []int{1, 60, 1000}[r.IntN(3)])
				for range 1 + r.IntN(20) {
					now := states[len(states)-1]
					if r.IntN(5) == 0 { // aborted
						spilledChanges(t, r, caches, now, len(states), r.IntN(100))
						if err := task.DropSpill(); err != nil {
							t.Fatal(err)
						}
						caches = spillers(task, 500, task.spill.bulk)
					}
					n := len(states)
					if r.IntN(3) == 0 { // one that fits, in a batch that the next table must not overtake
						states = append(states, randomCommit(t, r, task, now, n))
						caches = spillers(task, 500, task.spill.bulk)
						continue
					}
					after := spilledChanges(t, r, caches, now, n, 20+r.IntN(150))
					b := task.NewBatch()
					for i, c := range caches {
						if err := c.EachDirty(func(k, v []byte, ts int64) error { return b.Put(i, k, v, ts) }); err != nil {
							t.Fatal(err)
						}
						b.SetOffset(i, int64(n))
					}
					if b.spilled >= task.spill.bulk {
						tables++
					}
					if err := b.Commit(); err != nil {
						t.Fatal(err)
					}
					if task.Spilled() {
						t.Fatal("the spill outlived its commit")
					}
					for _, c := range caches {
						c.Committed()
					}
					low := max(0, task.Time(1)-4000) / 2000
					maps.DeleteFunc(after, func(name, _ string) bool {
						var key []byte
						n, _ := fmt.Sscanf(name, "1/%x", &key)
						_, start, _ := state.SplitKey(key)
						return n == 1 && start/2000 < low
					})
					states = append(states, after)
					if got := checkPrefix(t, task, states); got != n {
						t.Fatalf("commit %d shows state %d", n, got)
					}
				}
				if r.IntN(2) == 0 {
					spilledChanges(t, r, caches, states[len(states)-1], len(states), 50)
				}
				disk = disk.Crash(seed<<8 | uint64(len(states)))
				if err := errors.Join(task.Close(), p.Close()); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
	if tables == 0 || lost == 0 {
		t.Errorf("%d commits were tables, %d were lost: the test tests nothing", tables, lost)
	}
}

// What a process that died had spilled is gone with the next open, and with Close.
func TestSpillIsThrownAway(t *testing.T) {
	disk := NewMemDisk()
	for _, dies := range []bool{true, false} {
		p, task := openCrashed(t, disk)
		if _, err := disk.fs().Stat(task.spill.dir()); !errors.Is(err, fs.ErrNotExist) {
			t.Fatalf("the spill is there when the task opens: %v", err)
		}
		spilledChanges(t, rand.New(rand.NewPCG(1, 1)), spillers(task, 1, 1), map[string]string{}, 1, 50)
		if _, err := disk.fs().Stat(task.spill.dir()); err != nil {
			t.Fatal(err)
		}
		before := disk
		if dies {
			disk = disk.Crash(1)
		}
		if err := errors.Join(task.Close(), p.Close()); err != nil {
			t.Fatal(err)
		}
		if names, err := before.fs().List(task.dir); err != nil || slices.Contains(names, spillDir) {
			t.Fatalf("after Close there are %v %v", names, err)
		}
	}
}

// A store in memory has nowhere to spill to, and needs not.
func TestStoresInMemoryDoNotSpill(t *testing.T) {
	p, err := OpenProcess("state/app", Options{Application: "app", Disk: NewMemDisk()})
	if err != nil {
		t.Fatal(err)
	}
	task, err := p.OpenTask("0_0", []gen.Store{{Name: "m", InMemory: true}})
	if err != nil {
		t.Fatal(err)
	}
	task.SpillBeyond(1)
	if _, ok := task.Backend(0).(state.Spiller); ok {
		t.Error("it lends a scratch")
	}
	if err := errors.Join(task.DropSpill(), task.Close(), p.Close()); err != nil {
		t.Fatal(err)
	}
}
