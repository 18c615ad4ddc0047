//go:build chaos && linux

package killtest

import (
	"context"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/streamgen/streamgen/internal/clicks/judge"
	"github.com/twmb/franz-go/pkg/kgo"
)

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
	r, err := newRun(Options{
		Bootstrap: embedded(t), Binary: build(t, application), Dir: t.ArtifactDir(), Guarantee: "exactly_once_v2", Log: t.Logf,
		Name: "full", Seed: 5, Processes: 1, Workers: 2, Partitions: 2,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer r.close()
	var topics []string
	for _, name := range []string{"clicks", "sums", "windows", "increments", "tallies", "pairs"} {
		topics = append(topics, r.prefix()+name)
	}
	if _, err := r.adm.CreateTopics(ctx, int32(r.Partitions), 1, nil, topics...); err != nil {
		t.Fatal(err)
	}
	if r.watch, err = newWatch(ctx, r.Bootstrap, r.prefix()+"increments"); err != nil {
		t.Fatal(err)
	}
	d, err := mount(r.stateDir(0), 4)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.unmount(); err != nil {
			t.Error(err)
		}
	})
	resize := func(size int) {
		if err := d.resize(size); err != nil {
			t.Fatal(err)
		}
	}
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
			resize(8) // the next start gets a little further
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
	resize(256)
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
