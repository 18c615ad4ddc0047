package store

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/state"
)

// TestCrashLeavesAPrefix runs random commits against a disk that may lose its power at any
// moment. Whatever survives must be exactly the state after some commit, the one whose
// offsets the database says, of all stores together; and going on from there must work.
func TestCrashLeavesAPrefix(t *testing.T) {
	seeds := 30
	if testing.Short() {
		seeds = 10
	}
	behind := 0
	for seed := range uint64(seeds) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 3))
			disk := NewMemDisk()
			// states[i] is what all stores hold after commit i; a commit's offset is its number.
			states := []map[string]string{{}}
			for range 4 {
				p, task := openCrashed(t, disk)
				at := checkPrefix(t, task, states)
				behind += len(states) - 1 - at
				states = states[:at+1]
				for range 1 + r.IntN(60) {
					states = append(states, randomCommit(t, r, task, states[len(states)-1], len(states)))
					if r.IntN(15) == 0 {
						if err := task.Flush(); err != nil {
							t.Fatal(err)
						}
					}
				}
				disk = disk.Crash(seed<<8 | uint64(len(states)))
				if err := task.Close(); err != nil {
					t.Fatal(err)
				}
				if err := p.Close(); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
	if behind == 0 {
		t.Error("no crash lost anything: the test tests nothing")
	}
}

var crashSpecs = []gen.Store{
	{Name: "kv", Timestamped: true, Logged: true},
	{Name: "win", Window: true, Retention: 4000, Segment: 2000, Logged: true},
	{Name: "other", Logged: true},
}

func openCrashed(t *testing.T, disk *Disk) (*Process, *Task) {
	t.Helper()
	p, err := OpenProcess("state/app", Options{Application: "app", Disk: disk, MemTable: 64 << 10})
	if err != nil {
		t.Fatal(err)
	}
	task, err := p.OpenTask("0_0", crashSpecs)
	if err != nil {
		t.Fatal(err)
	}
	return p, task
}

// randomCommit applies one batch and returns the state after it.
func randomCommit(t *testing.T, r *rand.Rand, task *Task, before map[string]string, n int) map[string]string {
	t.Helper()
	after := maps.Clone(before)
	b := task.NewBatch()
	for range r.IntN(40) {
		i := r.IntN(3)
		key := fmt.Appendf(nil, "k%d", r.IntN(200))
		if crashSpecs[i].Window {
			key = state.AppendKey(nil, key, int64(n)*50+r.Int64N(500))
		}
		var val []byte
		if r.IntN(4) > 0 {
			val = fmt.Appendf(nil, "%d-%0*d", n, r.IntN(600), r.Int())
		}
		if err := b.Put(i, key, val, int64(n)); err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("%d/%x", i, key)
		delete(after, name)
		if val != nil {
			after[name] = string(val)
		}
	}
	for i := range crashSpecs {
		b.SetOffset(i, int64(n))
	}
	if err := b.Commit(); err != nil {
		t.Fatal(err)
	}
	// What retention dropped with this commit.
	low := max(0, task.Time(1)-4000) / 2000
	for name := range after {
		var key []byte
		if n, _ := fmt.Sscanf(name, "1/%x", &key); n == 1 {
			if _, start, _ := state.SplitKey(key); start/2000 < low {
				delete(after, name)
			}
		}
	}
	return after
}

// checkPrefix compares all stores with the state that the offsets name, and returns its
// number.
func checkPrefix(t *testing.T, task *Task, states []map[string]string) int {
	t.Helper()
	at, ok := task.Offset(0)
	for i := range crashSpecs {
		if next, k := task.Offset(i); next != at || k != ok {
			t.Fatalf("store %d is at %d %v, store 0 at %d %v: a commit was torn", i, next, k, at, ok)
		}
	}
	if at >= int64(len(states)) {
		t.Fatalf("the database is at commit %d of %d", at, len(states)-1)
	}
	got := map[string]string{}
	for i := range crashSpecs {
		err := task.Backend(i).Scan(nil, nil, func(k, v []byte) bool {
			if crashSpecs[i].Timestamped {
				v = v[8:]
			}
			got[fmt.Sprintf("%d/%x", i, k)] = string(v)
			return true
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if want := states[at]; !maps.Equal(got, want) {
		keys := slices.Sorted(maps.Keys(want))
		t.Fatalf("at offset %d there are %d rows, want %d: %.300v", at, len(got), len(want), keys)
	}
	return int(at)
}
