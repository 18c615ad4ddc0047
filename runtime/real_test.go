//go:build real

package runtime_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"testing"
	"time"

	rt "github.com/streamgen/streamgen/runtime"
	"github.com/twmb/franz-go/pkg/kadm"
)

// realCluster is the broker of scripts/with-kafka.sh with fresh topics.
func realCluster(t *testing.T) (*cluster, string) {
	t.Helper()
	addr := os.Getenv("STREAMGEN_KAFKA_BOOTSTRAP")
	if addr == "" {
		t.Fatal("STREAMGEN_KAFKA_BOOTSTRAP is not set: run under scripts/with-kafka.sh")
	}
	c := connect(t, addr)
	adm := kadm.NewClient(c.cl)
	if _, err := adm.DeleteTopics(context.Background(), "words", "counted"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "fresh topics", func() bool {
		r, err := adm.CreateTopics(context.Background(), 3, 1, nil, "words", "counted")
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
