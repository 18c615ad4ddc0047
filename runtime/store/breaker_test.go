package store

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/state"
)

// ticking is a clock that a failing disk moves: each failed write takes a second.
type ticking struct{ seconds atomic.Int64 }

func (c *ticking) now() time.Time { return time.Unix(1_700_000_000+c.seconds.Load(), 0) }

// fill makes writes to files fail as on a full disk.
func (c *ticking) fill(d *Disk, concerns func(name string) bool) {
	d.Fail(func(path string, read bool) error {
		if read || !concerns(filepath.Base(path)) {
			return nil
		}
		c.seconds.Add(1)
		return &fs.PathError{Op: "write", Path: path, Err: syscall.ENOSPC}
	})
}

func isTable(name string) bool    { return strings.HasSuffix(name, ".sst") }
func isManifest(name string) bool { return strings.HasPrefix(name, "MANIFEST-") }

var fullSpecs = []gen.Store{{Name: "counts", Timestamped: true, Logged: true}}

func openFull(t *testing.T, disk *Disk, c *ticking) (*Process, *Task) {
	t.Helper()
	p, err := OpenProcess("state/app", Options{Application: "app", Disk: disk, MemTable: 64 << 10, Patience: 5 * time.Second, Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	task, err := p.OpenTask("0_1", fullSpecs)
	if err != nil {
		t.Fatal(err)
	}
	return p, task
}

// commit applies rows of commit n, some kilobytes.
func commitRows(task *Task, n int) error {
	b := task.NewBatch()
	for i := range 16 {
		if err := b.Put(0, fmt.Appendf(nil, "k%d", i), fmt.Appendf(nil, "%01000d", n), 0); err != nil {
			return err
		}
	}
	b.SetOffset(0, int64(n))
	return b.Commit()
}

// whole checks that a database holds what one commit left, and returns its number.
func whole(t *testing.T, task *Task) int64 {
	t.Helper()
	next, _ := task.Offset(0)
	for i := range 16 {
		v, ok, err := task.Backend(0).Get(fmt.Appendf(nil, "k%d", i))
		if err != nil || ok != (next > 0) || ok && string(v[8:]) != fmt.Sprintf("%01000d", next) {
			t.Fatalf("at offset %d row %d is %.20q… %v %v", next, i, v, ok, err)
		}
	}
	return next
}

func isFull(t *testing.T, err error, dir string) {
	t.Helper()
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("%v is not ENOSPC", err)
	}
	for _, w := range []string{"task 0_1", dir, "no space left on device", "free some space", "restart", "restored from the changelogs"} {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q does not say %q", err, w)
		}
	}
}

// A disk that stays full fails the commit that waits for it, however often Pebble tries
// again; the task and the process close; what is left is a whole earlier commit, and with
// space again it goes on from there.
func TestFullDiskFailsTheCommit(t *testing.T) {
	for name, concerns := range map[string]func(string) bool{
		"tables":     isTable,
		"manifest":   isManifest,
		"everything": func(string) bool { return true },
	} {
		t.Run(name, func(t *testing.T) {
			disk, c := NewMemDisk(), &ticking{}
			p, task := openFull(t, disk, c)
			for n := 1; n <= 20; n++ {
				if err := commitRows(task, n); err != nil {
					t.Fatal(err)
				}
			}
			c.fill(disk, concerns)
			n, err := 20, error(nil)
			for ; err == nil && n < 1000; n++ {
				err = commitRows(task, n+1)
			}
			isFull(t, err, task.dir)
			if err := commitRows(task, n+1); err == nil {
				t.Error("the next commit succeeds")
			}
			if err := task.Flush(); err == nil {
				t.Error("the flush succeeds")
			}
			if err := task.Close(); err != nil {
				t.Error(err)
			}
			if err := p.Close(); err != nil {
				t.Error(err)
			}
			disk.Fail(nil)
			// The same disk, and one that lost its power on top of it.
			for _, d := range []*Disk{disk.Crash(7), disk} {
				p, task := openFull(t, d, c)
				at := whole(t, task)
				if at == 0 || at >= int64(n) {
					t.Errorf("at offset %d of %d", at, n)
				}
				for n := int(at) + 1; n < int(at)+50; n++ {
					if err := commitRows(task, n); err != nil {
						t.Fatal(err)
					}
				}
				if err := errors.Join(task.Flush(), task.Close()); err != nil {
					t.Fatal(err)
				}
				task, err := p.OpenTask("0_1", fullSpecs)
				if err != nil {
					t.Fatal(err)
				}
				if again := whole(t, task); again != at+49 {
					t.Errorf("after going on from %d it is at %d", at, again)
				}
				if err := errors.Join(task.Close(), p.Close()); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// A disk that is full for less than the patience costs time only.
func TestFullDiskThatIsClearedInTime(t *testing.T) {
	disk, c := NewMemDisk(), &ticking{}
	p, task := openFull(t, disk, c)
	var failures, left atomic.Int64
	for n := 1; n <= 200; n++ {
		if n%50 == 0 {
			left.Store(4) // each takes a second, of five
			disk.Fail(func(path string, read bool) error {
				if read || !isTable(path) || left.Add(-1) < 0 {
					return nil
				}
				failures.Add(1)
				c.seconds.Add(1)
				return syscall.ENOSPC
			})
		}
		if err := commitRows(task, n); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(task.Flush(), task.Close()); err != nil {
		t.Fatal(err)
	}
	if n := failures.Load(); n < 12 {
		t.Errorf("only %d writes failed: the test tests nothing", n)
	}
	task, err := p.OpenTask("0_1", fullSpecs)
	if err != nil {
		t.Fatal(err)
	}
	if at := whole(t, task); at != 200 {
		t.Errorf("at %d", at)
	}
	if err := errors.Join(task.Close(), p.Close()); err != nil {
		t.Fatal(err)
	}
}

// A flush waits like a commit, and the tasks that come after the first one do not each
// wait again.
func TestFullDiskFailsTheFlush(t *testing.T) {
	disk, c := NewMemDisk(), &ticking{}
	p, task := openFull(t, disk, c)
	other, err := p.OpenTask("0_2", fullSpecs)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(commitRows(task, 1), commitRows(other, 1)); err != nil {
		t.Fatal(err)
	}
	c.fill(disk, isTable)
	isFull(t, task.Flush(), task.dir)
	waited := c.seconds.Load()
	if err := other.Flush(); !errors.Is(err, syscall.ENOSPC) {
		t.Error(err)
	}
	if more := c.seconds.Load() - waited; waited < 5 || more > 2 {
		t.Errorf("the first task waited %d s, the second %d s", waited, more)
	}
	if err := errors.Join(task.Close(), other.Close(), p.Close()); err != nil {
		t.Error(err)
	}
}

// A disk that is full from the start fails the opening, and is not taken for damage.
func TestFullDiskFailsTheOpening(t *testing.T) {
	for name, concerns := range map[string]func(string) bool{
		"manifest": isManifest, "everything": func(string) bool { return true },
	} {
		t.Run(name, func(t *testing.T) {
			disk, c := NewMemDisk(), &ticking{}
			p, err := OpenProcess("state/app", Options{Application: "app", Disk: disk, Now: c.now})
			if err != nil {
				t.Fatal(err)
			}
			c.fill(disk, concerns)
			_, err = p.OpenTask("0_1", fullSpecs)
			isFull(t, err, filepath.Join("state", "app", "0_1"))
			disk.Fail(nil)
			task, err := p.OpenTask("0_1", fullSpecs)
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(commitRows(task, 1), task.Flush(), task.Close(), p.Close()); err != nil {
				t.Error(err)
			}
			if names, _ := disk.fs().List("state/app"); strings.Contains(fmt.Sprint(names), "damaged") {
				t.Errorf("%q", names)
			}
		})
	}
}

// A restore that finds the disk full says so, whether it writes rows or whole tables.
func TestFullDiskFailsTheRestore(t *testing.T) {
	for _, rows := range []int{100, 2 * bulkRows} {
		t.Run(fmt.Sprint(rows), func(t *testing.T) {
			disk, c := NewMemDisk(), &ticking{}
			p, task := openFull(t, disk, c)
			c.fill(disk, isTable)
			var err error
			for i := range 100 {
				l := task.Loader(0)
				err = l.Apply(rows, func(n int) ([]byte, []byte, int64) {
					phys, _, err := l.Place(nil, fmt.Appendf(nil, "k%09d", n))
					if err != nil {
						t.Fatal(err)
					}
					return phys, fmt.Appendf(nil, "%0100d", i), 0
				}, int64(i))
				if err != nil {
					break
				}
			}
			isFull(t, err, task.dir)
			if err := errors.Join(task.Close(), p.Close()); err != nil {
				t.Error(err)
			}
		})
	}
}

// Flushes succeed while compactions cannot read their inputs, until there are too many
// tables: no write to memory helps then, the commit that waits is given up, the database
// with it.
func TestUnreadableDiskFailsTheCommit(t *testing.T) {
	disk, c := NewMemDisk(), &ticking{}
	p, task := openFull(t, disk, c)
	defer disk.Fail(nil) // lets what was given up come to its end
	broken := errors.New("input/output error")
	n := 0
	for ; n < 30; n++ {
		if err := commitRows(task, n); err != nil {
			t.Fatal(err)
		}
	}
	// The commit may come back before there are too many tables. Whatever waits for ever is
	// given up.
	wait := make(chan struct{})
	defer close(wait)
	givenUp := make(chan error, 1)
	go func() {
		err, given := task.disk.run(func() error { <-wait; return nil })
		if !given {
			err = fmt.Errorf("it came back: %w", err)
		}
		givenUp <- err
	}()
	disk.Fail(func(path string, read bool) error {
		if !read || !isTable(path) {
			return nil
		}
		c.seconds.Add(1)
		return broken
	})
	var err error
	for ; err == nil && n < 3000; n++ {
		err = commitRows(task, n)
	}
	if !errors.Is(err, broken) {
		t.Fatal(err)
	}
	if err := <-givenUp; !errors.Is(err, broken) {
		t.Error(err)
	}
	if err := commitRows(task, n); !errors.Is(err, broken) {
		t.Errorf("the next commit: %v", err)
	}
	if err := errors.Join(task.Close(), p.Close()); err != nil {
		t.Error(err)
	}
}

// What is begun when the database is past help fails without touching it: nothing is left
// behind that would work on a batch or a database given back meanwhile.
func TestNothingIsBegunAfterTheTrip(t *testing.T) {
	for range 50 {
		c := &ticking{}
		p, task := openFull(t, NewMemDisk(), c)
		for range 2 * stuckAfter {
			c.seconds.Add(1)
			task.disk.failed(syscall.EIO)
		}
		if err := commitRows(task, 1); !errors.Is(err, syscall.EIO) {
			t.Fatal(err)
		}
		if err := task.Flush(); !errors.Is(err, syscall.EIO) {
			t.Fatal(err)
		}
		if task.given {
			t.Fatal("a database in which nothing waits is given up")
		}
		if err := errors.Join(task.Close(), p.Close()); err != nil {
			t.Fatal(err)
		}
	}
}

// A transaction that spills to a full disk fails, whether it is the spill that waits or the
// commit that follows; with space again the last commit is there, and nothing of the spill.
func TestFullDiskFailsTheSpill(t *testing.T) {
	for name, concerns := range map[string]func(string) bool{
		"tables": isTable, "manifest": isManifest, "everything": func(string) bool { return true },
	} {
		t.Run(name, func(t *testing.T) {
			disk, c := NewMemDisk(), &ticking{}
			p, task := openFull(t, disk, c)
			if err := errors.Join(commitRows(task, 1), task.Flush()); err != nil {
				t.Fatal(err)
			}
			task.SpillBeyond(1)
			task.spill.bulk = 1
			o := state.Options[string]{Backend: task.Backend(0), Append: serde.StringCodec{}.Append, Decode: serde.StringCodec{}.Decode, Timestamped: true}
			cache := state.NewCache(o)
			put := func(i int) error {
				e, err := cache.Find(fmt.Appendf(nil, "k%d", i%2000))
				if err != nil {
					return err
				}
				cache.Set(e, fmt.Sprintf("%01000d", i), 0, nil)
				return nil
			}
			for i := range 10 {
				if err := put(i); err != nil {
					t.Fatal(err)
				}
			}
			if !task.Spilled() {
				t.Fatal("nothing is spilled: the test tests nothing")
			}
			c.fill(disk, concerns)
			var err error
			for i := 0; err == nil && i < 5000; i++ {
				err = put(i)
			}
			isFull(t, err, task.dir)
			if err := commitRows(task, 2); !errors.Is(err, syscall.ENOSPC) {
				t.Errorf("the commit: %v", err)
			}
			if err := errors.Join(task.Close(), p.Close()); err != nil {
				t.Error(err)
			}
			disk.Fail(nil)
			p, task = openFull(t, disk, c)
			if at := whole(t, task); at != 1 {
				t.Errorf("it is at %d", at)
			}
			if _, err := disk.fs().Stat(task.spill.dir()); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("the spill: %v", err)
			}
			if err := errors.Join(commitRows(task, 2), task.Flush(), task.Close(), p.Close()); err != nil {
				t.Error(err)
			}
		})
	}
}
