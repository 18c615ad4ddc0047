package store

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/state"
)

func TestTaskKeepsWhatWasFlushed(t *testing.T) {
	disk := NewMemDisk()
	specs := []gen.Store{{Name: "counts", Timestamped: true, Logged: true}}
	p := openProcess(t, disk)
	task := openTask(t, p, "0_1", specs)
	if _, ok := task.Offset(0); ok {
		t.Fatal("a new store has an offset")
	}
	b := task.NewBatch()
	if err := b.Put(0, []byte("a"), []byte("1"), 7); err != nil {
		t.Fatal(err)
	}
	b.SetOffset(0, 42)
	if err := b.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := task.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := task.Close(); err != nil {
		t.Fatal(err)
	}
	task = openTask(t, p, "0_1", specs)
	if next, ok := task.Offset(0); !ok || next != 42 {
		t.Fatalf("offset %d %v, want 42", next, ok)
	}
	v, ok, err := task.Backend(0).Get([]byte("a"))
	if err != nil || !ok || string(v) != "\x00\x00\x00\x00\x00\x00\x00\x071" {
		t.Fatalf("got %q %v %v", v, ok, err)
	}
}

func openProcess(t *testing.T, disk *Disk) *Process {
	t.Helper()
	p, err := OpenProcess("state/app", Options{Application: "app", Disk: disk})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, task := range p.tasks {
			task.Close()
		}
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

func openTask(t *testing.T, p *Process, id string, specs []gen.Store) *Task {
	t.Helper()
	task, err := p.OpenTask(id, specs)
	if err != nil {
		t.Fatal(err)
	}
	return task
}

// TestLayoutChanges opens one database under changing topologies.
func TestLayoutChanges(t *testing.T) {
	p := openProcess(t, NewMemDisk())
	a, b := gen.Store{Name: "a", Logged: true}, gen.Store{Name: "b", Logged: true}
	unlogged := gen.Store{Name: "u"}
	reopen := func(specs ...gen.Store) *Task {
		t.Helper()
		if old := p.tasks["0_0"]; old != nil {
			if err := old.Flush(); err != nil {
				t.Fatal(err)
			}
			if err := old.Close(); err != nil {
				t.Fatal(err)
			}
		}
		return openTask(t, p, "0_0", specs)
	}
	task := reopen(a, b, unlogged)
	batch := task.NewBatch()
	for i, v := range []string{"of a", "of b", "of u"} {
		if err := batch.Put(i, []byte("k"), []byte(v), 0); err != nil {
			t.Fatal(err)
		}
		batch.SetOffset(i, int64(i+1))
	}
	if err := batch.Commit(); err != nil {
		t.Fatal(err)
	}
	want := func(task *Task, i int, value string, next int64) {
		t.Helper()
		v, ok, err := task.Backend(i).Get([]byte("k"))
		got, known := task.Offset(i)
		if err != nil || string(v) != value || ok != (value != "") || got != next || known != (next != 0) {
			t.Errorf("store %d: %q %v %v offset %d %v, want %q at %d", i, v, ok, err, got, known, value, next)
		}
	}
	// Another order, a store less, a store more: names count.
	task = reopen(b, gen.Store{Name: "new", Logged: true}, a)
	want(task, 0, "of b", 2)
	want(task, 1, "", 0)
	want(task, 2, "of a", 1)
	// The store that was missing is back.
	task = reopen(unlogged, a)
	want(task, 0, "of u", 3)
	// A logged store with another layout starts over; the others stay.
	stamped := a
	stamped.Timestamped = true
	task = reopen(stamped, b)
	want(task, 0, "", 0)
	want(task, 1, "of b", 2)
	// A store that was in memory for a while begins anew on disk: what lay there has grown old.
	inMemory := b
	inMemory.InMemory = true
	task = reopen(inMemory, stamped)
	want(task, 0, "", 0)
	task = reopen(stamped, b)
	want(task, 1, "", 0)
	batch = task.NewBatch()
	if err := batch.Put(1, []byte("k"), []byte("of b"), 0); err != nil {
		t.Fatal(err)
	}
	batch.SetOffset(1, 2)
	if err := batch.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := task.Flush(); err != nil {
		t.Fatal(err)
	}
	// One without a changelog is refused, and nothing is set aside.
	if err := task.Close(); err != nil {
		t.Fatal(err)
	}
	unlogged.Timestamped = true
	if _, err := p.OpenTask("0_0", []gen.Store{unlogged, b}); err == nil || !strings.Contains(err.Error(), "no changelog") {
		t.Fatalf("a changed store without changelog: %v", err)
	}
	task = openTask(t, p, "0_0", []gen.Store{b})
	want(task, 0, "of b", 2)
}

// TestWindowRows compares a window store, on disk and in memory, with a sorted list.
func TestWindowRows(t *testing.T) {
	for _, inMemory := range []bool{false, true} {
		t.Run(fmt.Sprint("memory-", inMemory), func(t *testing.T) {
			const retention, segment = 900, 300
			r := rand.New(rand.NewPCG(5, 5))
			p := openProcess(t, NewMemDisk())
			task := openTask(t, p, "0_0", []gen.Store{{Name: "w", Window: true, Retention: retention, Segment: segment, InMemory: inMemory, Logged: true}})
			back := task.Backend(0)
			want, now := map[string]string{}, int64(-1)
			for n := range 200 {
				b := task.NewBatch()
				for range 20 {
					start := max(0, int64(n)*20+r.Int64N(2000)-1500)
					key := state.AppendKey(nil, fmt.Appendf(nil, "k%d", r.IntN(30)), start)
					val := fmt.Appendf(nil, "v%d", r.Int())
					if r.IntN(4) == 0 {
						val = nil
					}
					if err := b.Put(0, key, val, 0); err != nil {
						t.Fatal(err)
					}
					low := max(0, now-retention) / segment
					if now = max(now, start); start/segment >= low {
						want[string(key)] = string(val)
					}
				}
				if err := b.Commit(); err != nil {
					t.Fatal(err)
				}
				low := max(0, now-retention) / segment
				for k, v := range want {
					if _, start, _ := state.SplitKey([]byte(k)); v == "" || start/segment < low {
						delete(want, k)
					}
				}
				from := state.AppendKey(nil, fmt.Appendf(nil, "k%d", r.IntN(30)), r.Int64N(4000))
				to := state.AppendKey(nil, fmt.Appendf(nil, "k%d", r.IntN(30)), r.Int64N(4000))
				switch r.IntN(4) {
				case 0:
					from = nil
				case 1:
					to = nil
				}
				var got, expected []string
				err := back.Scan(from, to, func(k, v []byte) bool {
					got = append(got, fmt.Sprintf("%x=%s", k, v))
					if _, ok, err := back.Get(k); !ok || err != nil {
						t.Fatalf("row %x is scanned and not found: %v", k, err)
					}
					return true
				})
				for _, k := range slices.Sorted(maps.Keys(want)) {
					if k >= string(from) && (to == nil || k < string(to)) {
						expected = append(expected, fmt.Sprintf("%x=%s", k, want[k]))
					}
				}
				if err != nil || !slices.Equal(got, expected) {
					t.Fatalf("commit %d: %d rows %v, want %d\n%v\n%v", n, len(got), err, len(expected), got, expected)
				}
			}
			if len(want) == 0 || task.Time(0) != now {
				t.Fatalf("%d rows, time %d want %d", len(want), task.Time(0), now)
			}
			if n := len(task.tables[0].rowsHeld(t, task)); n != len(want) {
				t.Fatalf("%d rows are held, %d are visible: segments are not dropped", n, len(want))
			}
		})
	}
}

// rowsHeld lists what lies under the store's number, visible or not.
func (tab *table) rowsHeld(t *testing.T, task *Task) (keys []string) {
	t.Helper()
	if tab.mem != nil {
		tab.mem.Scan(nil, nil, func(k, _ []byte) bool { keys = append(keys, string(k)); return true })
		return keys
	}
	lo, hi := tab.bounds()
	it, err := task.db.NewIter(&pebble.IterOptions{LowerBound: lo, UpperBound: hi})
	if err != nil {
		t.Fatal(err)
	}
	for ok := it.First(); ok; ok = it.Next() {
		keys = append(keys, string(it.Key()))
	}
	if err := it.Close(); err != nil {
		t.Fatal(err)
	}
	return keys
}

func TestWindowTimeSurvivesAReopen(t *testing.T) {
	p := openProcess(t, NewMemDisk())
	specs := []gen.Store{{Name: "w", Window: true, Retention: 1000, Segment: 500, Logged: true}}
	task := openTask(t, p, "0_0", specs)
	b := task.NewBatch()
	for _, start := range []int64{0, 600, 5000} {
		if err := b.Put(0, state.AppendKey(nil, []byte("k"), start), []byte("v"), 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := task.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := task.Close(); err != nil {
		t.Fatal(err)
	}
	task = openTask(t, p, "0_0", specs)
	w := state.NewWindows(state.Options[int64]{Backend: task.Backend(0)}, 1000)
	if w.Time() != 5000 || w.Live(4000) || !w.Live(4001) {
		t.Fatalf("reopened at %d", w.Time())
	}
	if rows := task.tables[0].rowsHeld(t, task); len(rows) != 1 {
		t.Fatalf("held %q", rows)
	}
}

func TestDiscardedBatchesLeaveNothing(t *testing.T) {
	p := openProcess(t, NewMemDisk())
	task := openTask(t, p, "0_0", []gen.Store{{Name: "d", Logged: true}, {Name: "m", InMemory: true}})
	b := task.NewBatch()
	for i := range 2 {
		if err := b.Put(i, []byte("k"), []byte("v"), 0); err != nil {
			t.Fatal(err)
		}
		b.SetOffset(i, 3)
	}
	if b.Len() == 0 {
		t.Error("the batch has no size")
	}
	b.Discard()
	for i := range 2 {
		if _, ok := task.Offset(i); ok {
			t.Errorf("store %d has an offset", i)
		}
		if _, found, err := task.Backend(i).Get([]byte("k")); found || err != nil {
			t.Errorf("store %d has the row, %v", i, err)
		}
	}
}

func TestTasksInMemoryMakeNoDirectory(t *testing.T) {
	p := openProcess(t, NewMemDisk())
	task := openTask(t, p, "0_0", []gen.Store{{Name: "m", InMemory: true, Logged: true}})
	b := task.NewBatch()
	if err := b.Put(0, []byte("k"), []byte{}, 0); err != nil {
		t.Fatal(err)
	}
	if err := b.Commit(); err != nil {
		t.Fatal(err)
	}
	if v, ok, err := task.Backend(0).Get([]byte("k")); !ok || v == nil || err != nil {
		t.Errorf("an empty value is read as %v %v %v", v, ok, err)
	}
	if err := task.Flush(); err != nil {
		t.Fatal(err)
	}
	if ids, err := p.Tasks(); err != nil || len(ids) != 0 {
		t.Errorf("tasks on disk: %v %v", ids, err)
	}
}
