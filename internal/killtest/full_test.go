//go:build chaos && linux

package killtest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/streamgen/streamgen/internal/clicks/judge"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// disk is a file system of its own under the application's state, in memory.
type disk struct {
	t   *testing.T
	dir string
}

// mount makes a disk of so many MiB. It takes root, and fails without.
func mount(t *testing.T, dir string, size int) *disk {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%dm", size)); err != nil {
		t.Fatalf("no small disk can be mounted on %s: %v; this test has to run as root, where mounting is allowed", dir, err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Errorf("unmounting %s: %v", dir, err)
		}
	})
	return &disk{t, dir}
}

func (d *disk) resize(size int) {
	d.t.Helper()
	if err := syscall.Mount("tmpfs", d.dir, "tmpfs", syscall.MS_REMOUNT, fmt.Sprintf("size=%dm", size)); err != nil {
		d.t.Fatal(err)
	}
}

func (d *disk) full() bool {
	var s syscall.Statfs_t
	if err := syscall.Statfs(d.dir, &s); err != nil {
		d.t.Fatal(err)
	}
	return s.Bavail < s.Blocks/20
}

// wide feeds n clicks whose pages do not compress, so that the state takes n KiB at least.
func (r *run) wide(ctx context.Context, n int) (*judge.Truth, error) {
	cl, err := kgo.NewClient(kgo.SeedBrokers(r.Bootstrap), kgo.DefaultProduceTopic(r.prefix()+"clicks"))
	if err != nil {
		return nil, err
	}
	defer cl.Close()
	truth, in := judge.NewTruth(), judge.NewInput(r.Seed, r.began.UnixMilli())
	var records []*kgo.Record
	for range n {
		c := in.Next()
		var page strings.Builder
		for range 128 {
			fmt.Fprintf(&page, "%016x", r.rng.Uint64())
		}
		c.Page = page.String()
		value, err := c.Value()
		if err != nil {
			return nil, err
		}
		truth.Add(c)
		records = append(records, &kgo.Record{Key: []byte(c.Page), Value: value, Timestamp: time.UnixMilli(c.Time)})
	}
	return truth, cl.ProduceSync(ctx, records...).FirstErr()
}

// A disk that fills up stops the application with one error, at each start until there is
// space; SIGTERM ends it while it waits for the disk; with space everything is there once.
func TestChaosFullDisk(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	r := &run{Options: Options{
		Bootstrap: embedded(t), Binary: build(t, application), Dir: t.ArtifactDir(), Guarantee: "exactly_once_v2", Log: t.Logf,
		Name: "full", Seed: 5, Processes: 1, Workers: 2, Partitions: 2,
	}, rng: rand.New(rand.NewPCG(5, 2)), procs: make([]*process, 1), since: make([]int64, 1), began: time.Now()}
	cl, err := kgo.NewClient(kgo.SeedBrokers(r.Bootstrap))
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	r.adm = kadm.NewClient(cl)
	var topics []string
	for _, name := range []string{"clicks", "sums", "windows", "increments", "tallies"} {
		topics = append(topics, r.prefix()+name)
	}
	if _, err := r.adm.CreateTopics(ctx, int32(r.Partitions), 1, nil, topics...); err != nil {
		t.Fatal(err)
	}
	if r.watch, err = newWatch(ctx, r.Bootstrap, r.prefix()+"increments"); err != nil {
		t.Fatal(err)
	}
	d := mount(t, r.stateDir(0), 4)
	defer func() {
		if p := r.procs[0]; p != nil && !p.dead() {
			p.kill()
		}
	}()
	truth, err := r.wide(ctx, 16_000)
	if err != nil {
		t.Fatal(err)
	}
	ends := func(limit time.Duration) {
		t.Helper()
		select {
		case <-r.procs[0].done:
		case <-time.After(limit):
			t.Fatalf("it still runs after %v\n%s", limit, r.procs[0].tail())
		}
	}
	for start := range 3 {
		if start == 1 {
			d.resize(8) // the next start gets a little further
		}
		if start > 0 {
			if err := os.Truncate(r.procs[0].log, 0); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.start(0); err != nil {
			t.Fatal(err)
		}
		p := r.procs[0]
		if start == 0 {
			for !d.full() || !strings.Contains(p.tail(), "free some space") && !strings.Contains(p.tail(), "writing state in the background failed") {
				if err := pause(ctx, 20*time.Millisecond); err != nil {
					t.Fatal(err)
				}
			}
			p.cmd.Process.Signal(syscall.SIGTERM)
			ends(40 * time.Second)
			continue
		}
		ends(patience)
		lines := strings.Split(p.tail(), "\n")
		last := lines[len(lines)-1]
		t.Logf("start %d: %v\n%s", start, p.err, p.tail())
		if code := p.cmd.ProcessState.ExitCode(); code != 1 {
			t.Errorf("it exits with %d", code)
		}
		for _, w := range []string{"task ", r.stateDir(0), "no space left on device", "free some space there", "then restart"} {
			if !strings.Contains(last, w) {
				t.Errorf("its last line does not say %q", w)
			}
		}
		if n := strings.Count(last, "no space left on device"); n != 1 {
			t.Errorf("the error is told %d times", n)
		}
	}
	d.resize(256)
	if err := r.start(0); err != nil {
		t.Fatal(err)
	}
	for !r.consumed(ctx) {
		if r.procs[0].dead() {
			t.Fatal(r.procs[0].ended())
		}
		if err := pause(ctx, 100*time.Millisecond); err != nil {
			t.Fatalf("%v\n%s", err, r.procs[0].tail())
		}
	}
	if err := r.procs[0].stop(30 * time.Second); err != nil {
		t.Fatal(err)
	}
	if err := r.dump(0, "the clean stop", true); err != nil {
		t.Fatal(err)
	}
	seen, err := r.read(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if diff := judge.Verify(truth, seen); len(diff) > 0 {
		t.Errorf("not exactly once:\n%v", diff)
	}
}
