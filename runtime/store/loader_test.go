package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/runtime/gen"
)

// load fills store i with n rows through a loader.
func load(t *testing.T, task *Task, i, n int, next int64) {
	t.Helper()
	l := task.Loader(i)
	err := l.Apply(n, func(i int) (phys, value []byte, ts int64) {
		phys, live, err := l.Place(nil, binary.BigEndian.AppendUint32(nil, uint32(i)))
		if err != nil || !live {
			t.Fatalf("row %d: live %v, %v", i, live, err)
		}
		return phys, []byte("v"), 0
	}, next)
	if err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, task *Task, i int) (n int) {
	t.Helper()
	if err := task.Backend(i).Scan(nil, nil, func(_, _ []byte) bool { n++; return true }); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestNumbersAreSafeInACrash cuts the power right after rows were ingested for a new store:
// they are on disk whatever happens. Whether the store's number is or not, the next store
// to be numbered must not find them among its own.
func TestNumbersAreSafeInACrash(t *testing.T) {
	for seed := range uint64(10) {
		disk := NewMemDisk()
		p := openProcess(t, disk)
		old := gen.Store{Name: "old", Logged: true}
		task := openTask(t, p, "0_0", []gen.Store{old})
		if err := task.Flush(); err != nil {
			t.Fatal(err)
		}
		if err := task.Close(); err != nil {
			t.Fatal(err)
		}
		task = openTask(t, p, "0_0", []gen.Store{{Name: "a", Logged: true}, old})
		load(t, task, 0, 2*bulkRows, 100)
		p = openProcess(t, disk.Crash(seed))
		task = openTask(t, p, "0_0", []gen.Store{{Name: "b", Logged: true}, old})
		if n := count(t, task, 0); n != 0 {
			t.Fatalf("seed %d: store b has %d rows of store a", seed, n)
		}
		if _, ok := task.Offset(0); ok {
			t.Fatalf("seed %d: store b has an offset", seed)
		}
	}
}

func TestLoadsOverrideAndLeaveNoFiles(t *testing.T) {
	disk := NewMemDisk()
	p := openProcess(t, disk)
	task := openTask(t, p, "0_0", []gen.Store{{Name: "a", Logged: true}, {Name: "b", Logged: true}})
	load(t, task, 1, 10, 5)
	load(t, task, 0, bulkRows+7, 10)
	load(t, task, 0, bulkRows, 20)
	load(t, task, 0, 3, 30)
	if n := count(t, task, 0); n != bulkRows+7 {
		t.Errorf("%d rows", n)
	}
	if n := count(t, task, 1); n != 10 {
		t.Errorf("%d rows in the other store", n)
	}
	if next, ok := task.Offset(0); !ok || next != 30 {
		t.Errorf("offset %d %v", next, ok)
	}
	// What a process leaves that dies while it writes a table.
	path := disk.fs().PathJoin(task.dir, loadPrefix+"9.sst")
	if err := writeFile(disk.fs(), path, []byte("half")); err != nil {
		t.Fatal(err)
	}
	if err := task.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := task.Close(); err != nil {
		t.Fatal(err)
	}
	task = openTask(t, p, "0_0", []gen.Store{{Name: "a", Logged: true}})
	names, err := disk.fs().List(task.dir)
	if err != nil || strings.Contains(strings.Join(names, " "), loadPrefix) {
		t.Errorf("files %v, %v", names, err)
	}
}

// TestScansShareIterators scans again and again between commits, with other bounds, one
// inside the other, broken off and empty.
func TestScansShareIterators(t *testing.T) {
	p := openProcess(t, NewMemDisk())
	task := openTask(t, p, "0_0", oneStore)
	back := task.Backend(0)
	for round := range 3 {
		b := task.NewBatch()
		for k := range 10 {
			if err := b.Put(0, []byte{byte('a' + k)}, fmt.Append(nil, round), 0); err != nil {
				t.Fatal(err)
			}
		}
		if err := b.Commit(); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			from, to string
			stop     int
			want     string
		}{
			{"a", "d", 9, "abc"}, {"c", "z", 2, "cd"}, {"x", "z", 9, ""}, {"d", "b", 9, ""}, {"a", "z", 99, "abcdefghij"}, {"b", "c", 9, "b"},
		} {
			var got string
			err := back.Scan([]byte(c.from), []byte(c.to), func(k, v []byte) bool {
				got += string(k)
				inner := ""
				err := back.Scan(k, nil, func(in, _ []byte) bool { inner = string(in); return false })
				if err != nil || inner != string(k) || string(v) != fmt.Sprint(round) {
					t.Errorf("round %d: inside, at %s=%s: %q %v", round, k, v, inner, err)
				}
				return len(got) < c.stop
			})
			if err != nil || got != c.want {
				t.Errorf("round %d: %s to %s: %q %v, want %q", round, c.from, c.to, got, err, c.want)
			}
		}
	}
}

// Deletions in a table that is linked in take the rows away that the database has already.
func TestLoadedDeletionsDelete(t *testing.T) {
	p, err := OpenProcess("state/app", Options{Application: "app", Disk: NewMemDisk()})
	if err != nil {
		t.Fatal(err)
	}
	task, err := p.OpenTask("0_0", oneStore)
	if err != nil {
		t.Fatal(err)
	}
	for _, value := range [][]byte{[]byte("v"), nil} {
		l := task.Loader(0)
		var keys [][]byte
		for i := range 2 * bulkRows {
			k, _, err := l.Place(nil, fmt.Appendf(nil, "%06d", i))
			if err != nil {
				t.Fatal(err)
			}
			keys = append(keys, k)
		}
		if err := l.Apply(len(keys), func(i int) ([]byte, []byte, int64) { return keys[i], value, 0 }, 1); err != nil {
			t.Fatal(err)
		}
	}
	left := 0
	if err := task.Backend(0).Scan(nil, nil, func(_, _ []byte) bool { left++; return true }); err != nil || left > 0 {
		t.Errorf("%d rows are left %v", left, err)
	}
	if err := errors.Join(task.Close(), p.Close()); err != nil {
		t.Fatal(err)
	}
}
