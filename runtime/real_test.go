//go:build real

package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"strconv"
	"testing"
	"time"

	rt "github.com/streamgen/streamgen/runtime"
	"github.com/twmb/franz-go/pkg/kadm"
)

// realCluster is the broker of scripts/with-kafka.sh with fresh topics.
func realCluster(t *testing.T) (*cluster, string) {
	t.Helper()
	return realTopics(t, 3, "words", "counted")
}

func realTopics(t *testing.T, partitions int32, topics ...string) (*cluster, string) {
	t.Helper()
	addr := os.Getenv("STREAMGEN_KAFKA_BOOTSTRAP")
	if addr == "" {
		t.Fatal("STREAMGEN_KAFKA_BOOTSTRAP is not set: run under scripts/with-kafka.sh")
	}
	c := connect(t, addr)
	adm := kadm.NewClient(c.cl)
	if _, err := adm.DeleteTopics(context.Background(), topics...); err != nil {
		t.Fatal(err)
	}
	eventually(t, "fresh topics", func() bool {
		r, err := adm.CreateTopics(context.Background(), partitions, 1, nil, topics...)
		return err == nil && r.Error() == nil
	})
	return c, fmt.Sprintf("app-%d", time.Now().UnixNano())
}

// Two instances share the work exactly once; one leaves, the other takes its tasks and
// their state over; later the first starts again with what it has on disk.
func TestRealInstancesHandTasksOver(t *testing.T) {
	c, app := realCluster(t)
	list, counts := words(30_000, 300)
	dirs := [2]string{t.TempDir(), t.TempDir()}
	topology := rt.InterpretPlain(incrementing)
	first := start(t, topology, c.config(app, rt.ExactlyOnce, dirs[0]))
	second := start(t, topology, c.config(app, rt.ExactlyOnce, dirs[1]))
	r := c.read("counted")
	c.produce("words", list[:10_000]...)
	r.until("outputs", func() bool { return r.records > 1000 })
	if err := first.Close(patience); err != nil {
		t.Fatal(err)
	}
	c.produce("words", list[10_000:20_000]...)
	r.until("more outputs", func() bool { return r.records > 12_000 })
	start(t, topology, c.config(app, rt.ExactlyOnce, dirs[0]))
	c.produce("words", list[20_000:]...)
	c.read("counted").steps(counts, len(list))
	if second.State() == rt.Failed {
		t.Error(second.Close(time.Second))
	}
}

// A lost state directory is restored from the changelog, to the high watermark.
func TestRealStateIsRestored(t *testing.T) {
	c, app := realCluster(t)
	list, counts := words(20_000, 500)
	c.produce("words", list...)
	a := start(t, rt.InterpretPlain(counting), c.config(app, rt.ExactlyOnce, t.TempDir()))
	r := c.read("counted")
	r.until("first counts", func() bool { return maps.Equal(r.counts(), counts) })
	if err := a.Close(patience); err != nil {
		t.Fatal(err)
	}
	c.produce("words", list...)
	for w := range counts {
		counts[w] *= 2
	}
	b := start(t, rt.InterpretPlain(counting), c.config(app, rt.ExactlyOnce, t.TempDir()))
	r.until("second counts", func() bool { return maps.Equal(r.counts(), counts) })
	if n := b.Metrics().Threads()[0].Restored.Load(); n == 0 {
		t.Error("nothing was restored")
	}
}

// A record beyond the budget, on a real broker: what it writes is in one transaction, whose
// first part is at the broker long before its last; an operator that fails late in it takes
// all of that back.
func TestRealRecordBeyondTheBudget(t *testing.T) {
	c, name := realTopics(t, 1, "words", "counted", "seen")
	b, dir := &bursts{}, t.TempDir()
	cfg := c.burstConfig(rt.ExactlyOnce, dir)
	cfg.ApplicationID, cfg.Logger = name, quiet
	cfg.Consumer.SessionTimeout = 6 * time.Second
	bad := errors.New("not today")
	fail := func(j int) error {
		if j == burstKeys*3/4 {
			return bad
		}
		return nil
	}
	b.at.Store(&fail)
	c.produce("words", "1000", strconv.Itoa(burstKeys))
	app := start(t, b.topology(), cfg)
	select {
	case <-app.Done():
	case <-time.After(patience):
		t.Fatalf("still %v", app.State())
	}
	if err := app.Close(time.Second); !errors.Is(err, bad) {
		t.Fatalf("it ended with %v", err)
	}
	b.at.Store(nil)
	app = start(t, b.topology(), cfg)
	c.consumed(name, 2)
	c.stop(app, cfg)
	b.bounded(t, app)
	c.outputs(1000+burstKeys, rt.ExactlyOnce)
	c.whole(name, dir, expected(1000, burstKeys), false)
}

// A stream-stream join goes on where it was, with its state and without.
func TestRealJoinsSurviveARestart(t *testing.T) {
	for _, kept := range []bool{true, false} {
		c, app := realTopics(t, 1, "left", "right", "joined")
		dirs := [2]string{t.TempDir()}
		if dirs[1] = dirs[0]; !kept {
			dirs[1] = t.TempDir()
		}
		joinsSurvive(t, c, app, rt.ExactlyOnce, dirs)
	}
}

// Windows, sessions and what they emit on close go on where they were, with their state and without.
func TestRealWindowsSurviveARestart(t *testing.T) {
	for _, kept := range []bool{true, false} {
		c, app := realTopics(t, 1, "events", "told")
		dirs := [2]string{t.TempDir()}
		if dirs[1] = dirs[0]; !kept {
			dirs[1] = t.TempDir()
		}
		windowsSurvive(t, c, app, rt.ExactlyOnce, dirs)
	}
}

// A reset on a real cluster, where deletion goes on behind the answer.
func TestRealResetStartsAnew(t *testing.T) {
	c, app := realTopics(t, 2, "words", "counted")
	resetStartsAnew(t, c, app)
}
