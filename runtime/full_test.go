package runtime_test

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	rt "github.com/streamgen/streamgen/runtime"
	"github.com/streamgen/streamgen/runtime/store"
)

// full is a run against a disk that becomes full.
type full struct {
	t      *testing.T
	c      *cluster
	cfg    rt.Config
	disk   *store.Disk
	app    *rt.App
	ended  chan error
	n      int
	counts map[string]int64
}

// fillUp starts an application, lets it work, and fills its disk.
func fillUp(t *testing.T, g rt.Guarantee, patience time.Duration) *full {
	c, _ := faultable(t)
	f := &full{t: t, c: c, disk: store.NewMemDisk(), counts: map[string]int64{}}
	f.cfg = c.config("app", g, "state")
	f.cfg.Logger = nil // the failure is wanted
	f.cfg.NumStreamThreads = 2
	f.cfg.Disk = f.disk
	rt.SetState(&f.cfg, store.Options{MemTable: 16 << 10, Patience: patience})
	f.run()
	f.produce()
	r := c.read("counted")
	r.until("the first outputs", func() bool { return r.records == f.n })
	// A rebalance would flush the tasks that move: wait until each worker has its share.
	eventually(t, "both workers", func() bool {
		n, idle := int64(0), false
		for _, th := range f.app.Metrics().Threads() {
			tasks := th.ActiveTasks.Load()
			n, idle = n+tasks, idle || tasks == 0
		}
		return n == 6 && !idle && f.app.State() == rt.Running
	})
	f.disk.Fail(func(path string, read bool) error {
		if read {
			return nil
		}
		return fmt.Errorf("write %s: %w", path, syscall.ENOSPC)
	})
	return f
}

func (f *full) run() {
	f.t.Helper()
	var err error
	if f.app, err = rt.New(rt.InterpretPlain(incrementing), f.cfg); err != nil {
		f.t.Fatal(err)
	}
	f.ended = make(chan error, 1)
	go func(app *rt.App, ended chan<- error) { ended <- app.Run(f.t.Context()) }(f.app, f.ended)
}

// produce writes long words, so that the store's write buffers are full soon.
func (f *full) produce() {
	f.t.Helper()
	var list []string
	for i := range 100 {
		w := fmt.Sprintf("%01000d", (f.n+i*7)%150)
		list = append(list, w)
		f.counts[w]++
	}
	f.n += len(list)
	f.c.produce("words", list...)
}

// goOn frees the disk, starts the application again, and checks that every word was
// counted once, in steps of one. It returns how many records were restored.
func (f *full) goOn(g rt.Guarantee) int64 {
	f.t.Helper()
	f.disk.Fail(nil)
	f.run()
	f.produce()
	if g == rt.ExactlyOnce {
		f.c.read("counted").steps(f.counts, f.n)
	} else {
		r := f.c.read("counted")
		r.until("counts", func() bool {
			got := r.counts()
			for w, n := range f.counts {
				if got[w] < n {
					return false
				}
			}
			return true
		})
	}
	restored := int64(0)
	for _, th := range f.app.Metrics().Threads() {
		restored += th.Restored.Load()
	}
	if err := f.app.Close(patience); err != nil {
		f.t.Error(err)
	}
	<-f.ended
	return restored
}

// S42, S43: a full disk stops the application with one error, and loses nothing: the commit
// stands at the broker, the store is behind it, and a start with space on the disk takes
// the rest from the changelog.
func TestFullDiskStopsTheApplication(t *testing.T) {
	for _, g := range guarantees {
		t.Run(string(g), func(t *testing.T) {
			f := fillUp(t, g, 300*time.Millisecond)
			tick := time.NewTicker(20 * time.Millisecond)
			defer tick.Stop()
			deadline := time.After(patience)
			var err error
			for running := true; running; {
				select {
				case err = <-f.ended:
					running = false
				case <-deadline:
					t.Fatalf("the application is %v", f.app.State())
				case <-tick.C:
					f.produce()
				}
			}
			if !errors.Is(err, syscall.ENOSPC) || f.app.State() != rt.Failed {
				t.Fatalf("it is %v: %v", f.app.State(), err)
			}
			for _, w := range []string{"commit, step apply", "task 1_", "state/app/1_", "no space left on device", "free some space there", "restart"} {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%q does not say %q", err, w)
				}
			}
			if n := strings.Count(err.Error(), "no space left"); n != 1 {
				t.Errorf("the error is told %d times: %v", n, err)
			}
			if f.goOn(g) == 0 {
				t.Error("nothing was restored: the store was not behind its changelog")
			}
		})
	}
}

// A stop is not held up by a disk that is full, however long the application would wait
// for it.
func TestFullDiskDoesNotHoldUpAStop(t *testing.T) {
	for _, g := range guarantees {
		t.Run(string(g), func(t *testing.T) {
			f := fillUp(t, g, time.Hour)
			for range 10 {
				f.produce()
			}
			began := time.Now()
			err := f.app.Close(2 * time.Second)
			if !errors.Is(err, syscall.ENOSPC) {
				t.Errorf("%v", err)
			}
			if n := strings.Count(err.Error(), "no space left"); n != 1 {
				t.Errorf("the error is told %d times: %v", n, err)
			}
			if d := time.Since(began); d > patience/2 {
				t.Errorf("it took %v", d)
			}
			<-f.ended
			f.goOn(g)
		})
	}
}
