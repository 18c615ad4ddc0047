package changelog_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/internal/changelog"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/state"
	"github.com/streamgen/streamgen/runtime/store"
	"github.com/streamgen/streamgen/runtime/window"
)

// record is one changelog record.
type record struct {
	key, value []byte
	ts         int64
}

func open(t testing.TB, dir string, disk *store.Disk, specs []gen.Store) *store.Task {
	t.Helper()
	p, err := store.OpenProcess(dir, store.Options{Application: "app", Disk: disk})
	if err != nil {
		t.Fatal(err)
	}
	task, err := p.OpenTask("0_0", specs)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := task.Close(); err != nil {
			t.Error(err)
		}
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return task
}

func dump(t testing.TB, b state.Backend) []string {
	t.Helper()
	var rows []string
	err := b.Scan(nil, nil, func(k, v []byte) bool {
		rows = append(rows, fmt.Sprintf("%x=%x", k, v))
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// TestRestoreEqualsTheOriginal writes random commits, then restores their changelog in
// chunks of all sizes, from the beginning or on top of what was there, and compares.
func TestRestoreEqualsTheOriginal(t *testing.T) {
	specs := []gen.Store{
		{Name: "kv", Timestamped: true, Logged: true},
		{Name: "win", Window: true, Timestamped: true, Retention: 400, Segment: 200, Logged: true},
		{Name: "mem", InMemory: true, Logged: true},
		{Name: "ses", Window: true, Session: true, Retention: 400, Segment: 200, Logged: true},
		{Name: "memwin", InMemory: true, Window: true, Retention: 400, Segment: 200, Logged: true},
	}
	for i, spec := range specs {
		for _, chunk := range []int{1, 1 << 10, 1 << 16, 0} {
			for _, from := range []int{0, 1000} {
				beside := from == 0 && chunk == 1<<16 // tables are written on a goroutine of their own
				if spec.InMemory && from > 0 {
					continue
				}
				t.Run(fmt.Sprintf("%s/chunk-%d/from-%d", spec.Name, chunk, from), func(t *testing.T) {
					log := history(t, spec, 6000)
					original := open(t, "state/app", store.NewMemDisk(), specs)
					copied := open(t, "state/app", store.NewMemDisk(), specs)
					put(t, original, i, log)
					put(t, copied, i, log[:from])
					if next, _ := copied.Offset(i); int(next) != from {
						t.Fatalf("the copy is at %d, want %d", next, from)
					}
					r := changelog.NewRestore(copied.Loader(i), chunk)
					if beside {
						r = changelog.NewBuffers(4, int64(4*chunk)).TryRestore(copied.Loader(i))
					}
					for o, rec := range log[from:] {
						if err := r.Add(rec.key, rec.value, rec.ts, int64(from+o)); err != nil {
							t.Fatal(err)
						}
					}
					if err := r.Finish(int64(len(log) + 1)); err != nil {
						t.Fatal(err)
					}
					if next, ok := copied.Offset(i); !ok || next != int64(len(log)+1) {
						t.Errorf("restored up to %d %v", next, ok)
					}
					if a, b := original.Time(i), copied.Time(i); a != b {
						t.Errorf("store time %d, want %d", b, a)
					}
					want, got := dump(t, original.Backend(i)), dump(t, copied.Backend(i))
					if len(want) == 0 || !slices.Equal(want, got) {
						t.Errorf("restored %d rows, want %d", len(got), len(want))
					}
					if r.Stats.Records != int64(len(log)-from) || (spec.Window && from == 0 && r.Stats.Expired == 0) {
						t.Errorf("stats %+v", r.Stats)
					}
				})
			}
		}
	}
}

// history is a random changelog of a store.
func history(t testing.TB, spec gen.Store, n int) []record {
	t.Helper()
	r := rand.New(rand.NewPCG(7, 7))
	var log []record
	for o := range n {
		key := fmt.Appendf(nil, "key-%d", r.IntN(3000))
		switch at := max(0, int64(o)/6*10-r.Int64N(900)); {
		case spec.Session:
			key = state.AppendSession(nil, key[:5], window.Session{Start: max(0, at-r.Int64N(50)), End: at})
		case spec.Window:
			key = state.AppendKey(nil, key[:5], at)
		}
		var val []byte
		if r.IntN(5) > 0 {
			val = make([]byte, r.IntN(20))
		}
		log = append(log, record{key, val, r.Int64N(1000)})
	}
	return log
}

// put writes the records in commits of 100.
func put(t testing.TB, task *store.Task, i int, log []record) {
	t.Helper()
	for at := 0; at < len(log); at += 100 {
		b := task.NewBatch()
		end := min(len(log), at+100)
		for _, r := range log[at:end] {
			if err := b.Put(i, r.key, r.value, r.ts); err != nil {
				t.Fatal(err)
			}
		}
		b.SetOffset(i, int64(end))
		if err := b.Commit(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWriteEncodesOncePerKey(t *testing.T) {
	task := open(t, "state/app", store.NewMemDisk(), []gen.Store{{Name: "s", Timestamped: true, Logged: true}})
	encoded := 0
	c := state.NewCache(state.Options[int64]{
		Backend: task.Backend(0), Timestamped: true, Decode: serde.Int64Codec{}.Decode,
		Append: func(dst []byte, v int64) ([]byte, error) {
			encoded++
			return serde.Int64Codec{}.Append(dst, v)
		},
	})
	change := func(key string, v, ts int64, gone bool) {
		e, err := c.Find([]byte(key))
		if err != nil {
			t.Fatal(err)
		}
		if gone {
			c.Delete(e, ts, nil)
		} else {
			c.Set(e, v, ts, nil)
		}
	}
	change("a", 1, 10, false)
	change("b", 2, 20, false)
	change("a", 3, 30, false)
	change("c", 4, 40, true)
	sink := &gen.Sink{Topic: "app-s-changelog", Partitions: 8}
	b := task.NewBatch()
	if err := changelog.Write(c, 0, b, sink, 5); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range sink.Records {
		got = append(got, fmt.Sprintf("%s=%x absent %v ts %d partition %d",
			sink.Buf[r.Start:r.KeyEnd], sink.Buf[r.KeyEnd:r.End], r.NoValue, r.Timestamp, r.Partition))
	}
	want := []string{
		"b=0000000000000002 absent false ts 20 partition 5",
		"a=0000000000000003 absent false ts 30 partition 5",
		"c= absent true ts 40 partition 5",
	}
	if !slices.Equal(got, want) || encoded != 2 {
		t.Fatalf("%d encodings, records\n%s", encoded, strings.Join(got, "\n"))
	}
	if rows := dump(t, task.Backend(0)); rows != nil {
		t.Fatalf("rows are visible before the commit: %v", rows)
	}
	if err := b.Commit(); err != nil {
		t.Fatal(err)
	}
	if rows := dump(t, task.Backend(0)); len(rows) != 2 || rows[0] != "61=000000000000001e0000000000000003" {
		t.Fatalf("rows %v", rows)
	}
}

func TestForeignRecordsAreErrors(t *testing.T) {
	task := open(t, "state/app", store.NewMemDisk(), []gen.Store{{Name: "w", Window: true, Retention: 1000, Logged: true}})
	for _, key := range [][]byte{nil, {}, []byte("short"), append([]byte("k"), 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)} {
		r := changelog.NewRestore(task.Loader(0), 0)
		if err := r.Add(key, nil, 0, 17); err == nil || !strings.Contains(err.Error(), "offset 17") {
			t.Errorf("key %q: %v", key, err)
		}
	}
}

// One million rows of 8 byte keys and 64 byte values; the report is records per second.
func BenchmarkRestore(b *testing.B) {
	const n = 1_000_000
	val := make([]byte, 64)
	for b.Loop() {
		b.StopTimer()
		dir := b.TempDir()
		p, err := store.OpenProcess(dir, store.Options{Application: "app"})
		if err != nil {
			b.Fatal(err)
		}
		task, err := p.OpenTask("0_0", []gen.Store{{Name: "s", Timestamped: true, Logged: true}})
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		r := changelog.NewRestore(task.Loader(0), 0)
		key := make([]byte, 8)
		for i := range uint64(n) {
			binary.BigEndian.PutUint64(key, i*0x9e3779b97f4a7c15)
			if err := r.Add(key, val, int64(i), int64(i)); err != nil {
				b.Fatal(err)
			}
		}
		if err := r.Finish(n); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if err := task.Close(); err != nil {
			b.Fatal(err)
		}
		if err := p.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rec/s")
}

// target is a store that only notes what it is given.
type target struct {
	rows   map[string]string
	applys int
	most   int // rows at once
}

func (t *target) Place(dst, key []byte) ([]byte, bool, error) { return append(dst, key...), true, nil }

func (t *target) Turn() {}

func (t *target) Apply(n int, at func(i int) ([]byte, []byte, int64), _ int64) error {
	t.applys++
	t.most = max(t.most, n)
	last := ""
	for i := range n {
		k, v, ts := at(i)
		if i > 0 && string(k) <= last {
			return fmt.Errorf("row %d: key %q after %q", i, k, last)
		}
		last = string(k)
		if delete(t.rows, last); v != nil {
			t.rows[last] = fmt.Sprintf("%s@%d", v, ts)
		}
	}
	return nil
}

// A changelog that has each key a hundred times, more than one chunk of it, comes to the store as few
// chunks: those in which most records lost go on.
func TestOverriddenRecordsMakeRoom(t *testing.T) {
	to, want := &target{rows: map[string]string{}}, map[string]string{}
	r := changelog.NewRestore(to, 100<<10)
	rng := rand.New(rand.NewPCG(3, 4))
	const n = 50_000
	for o := range n {
		key := fmt.Sprintf("key-%03d", rng.IntN(500))
		var value []byte
		if delete(want, key); rng.IntN(10) > 0 {
			value = fmt.Append(nil, o)
			want[key] = fmt.Sprintf("%d@%d", o, o)
		}
		if err := r.Add([]byte(key), value, int64(o), int64(o)); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Finish(n); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(to.rows) != fmt.Sprint(want) {
		t.Errorf("%d rows, want %d", len(to.rows), len(want))
	}
	if to.applys != 1 || to.most != 500 || r.Stats.Rows != 500 {
		t.Errorf("applied %d times, at most %d rows, %+v", to.applys, to.most, r.Stats)
	}
}

// Keys with all kinds of shared beginnings and lengths come in order: behind what all share, eight bytes
// decide, then the rest.
func TestRowsComeInOrderOfTheirKeys(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, alphabet := range []int{1, 2, 256} {
		for _, n := range []int{1, 2, 100, 5000} {
			to, want := &target{rows: map[string]string{}}, map[string]string{}
			r := changelog.NewBuffers(2, 1<<20).TryRestore(to)
			for o := range n {
				key := make([]byte, rng.IntN(14))
				for i := range key {
					key[i] = byte(rng.IntN(alphabet))
				}
				key = append([]byte("shared"), key...)
				want[string(key)] = fmt.Sprintf("%d@0", o)
				if err := r.Add(key, fmt.Append(nil, o), 0, int64(o)); err != nil {
					t.Fatal(err)
				}
			}
			if err := r.Finish(0); err != nil {
				t.Fatal(err)
			}
			if fmt.Sprint(to.rows) != fmt.Sprint(want) {
				t.Errorf("alphabet of %d, %d records: rows differ", alphabet, n)
			}
		}
	}
}

// Restores wait for memory, and give it back when they are finished or closed.
func TestBuffersBoundRestores(t *testing.T) {
	b := changelog.NewBuffers(4, 1<<20)
	first, second := b.TryRestore(&target{}), b.TryRestore(&target{})
	if first == nil || second == nil {
		t.Fatal("two restores find no room in four buffers")
	}
	if b.TryRestore(&target{}) != nil {
		t.Fatal("a third one leaves no room for what is being written")
	}
	got := make(chan *changelog.Restore)
	go func() {
		r, err := b.Restore(t.Context(), &target{})
		if err != nil {
			t.Error(err)
		}
		got <- r
	}()
	first.Close()
	(<-got).Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	third := b.TryRestore(&target{})
	if _, err := b.Restore(ctx, &target{}); !errors.Is(err, context.Canceled) || third == nil {
		t.Errorf("a restore that is given up: %v", err)
	}
}
