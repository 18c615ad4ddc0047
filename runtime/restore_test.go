package runtime_test

import (
	"fmt"
	"maps"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/streamgen/streamgen/internal/broker"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/streamgen/streamgen/runtime/metrics"
)

// restores notes what a listener hears.
type restores struct {
	mu  sync.Mutex
	all []metrics.Restore
	on  func(metrics.Restore)
}

func (r *restores) hear(x metrics.Restore) {
	r.mu.Lock()
	r.all = append(r.all, x)
	r.mu.Unlock()
	if r.on != nil {
		r.on(x)
	}
}

// The listener hears of each store's start, of batches and of its end; while it goes on /readyz and the metrics
// say how far it is. Four partitions of two stores come back at once.
func TestRestoreListener(t *testing.T) {
	const partitions = 4
	c := newCluster(t, broker.Topic{Name: "words", Partitions: partitions}, broker.Topic{Name: "counted", Partitions: partitions})
	list, counts := words(20_000, 3000)
	c.produce("words", list...)
	app := start(t, rt.InterpretPlain(counting), c.config("app", rt.ExactlyOnce, t.TempDir()))
	r := c.read("counted")
	r.until("counts", func() bool { return maps.Equal(r.counts(), counts) })
	if err := app.Close(patience); err != nil {
		t.Fatal(err)
	}

	heard := &restores{}
	cfg := c.config("app", rt.ExactlyOnce, t.TempDir())
	cfg.OnRestore = heard.hear
	var ready, shown string
	handler := make(chan *rt.App, 1)
	heard.on = func(x metrics.Restore) {
		if x.Phase != metrics.RestoreBatch || ready != "" {
			return
		}
		h := (<-handler).Handler()
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "/readyz", nil))
		ready = fmt.Sprintln(w.Code, w.Body.String())
		w = httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
		shown = w.Body.String()
	}
	next, err := rt.New(rt.InterpretPlain(counting), cfg)
	if err != nil {
		t.Fatal(err)
	}
	handler <- next
	if err := next.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer next.Close(patience)
	eventually(t, "RUNNING", func() bool { return next.State() == rt.Running })
	heard.mu.Lock()
	defer heard.mu.Unlock()
	last := map[string]metrics.RestorePhase{}
	var records, bytes int64
	for _, x := range heard.all {
		at, began := last[x.Task]
		switch {
		case began != (x.Phase != metrics.RestoreStarted), x.Store != "counts", x.Topic != "app-counts-changelog", began && at == metrics.RestoreEnded:
			t.Errorf("%+v after %v", x, at)
		case x.Phase == metrics.RestoreEnded:
			records, bytes = records+x.Records, bytes+x.Bytes
			if x.Position != x.End || x.Remaining() != 0 || x.From != 0 {
				t.Errorf("%+v", x)
			}
		}
		last[x.Task] = x.Phase
	}
	if want := []string{"1_0", "1_1", "1_2", "1_3"}; !slices.Equal(slices.Sorted(maps.Keys(last)), want) {
		t.Errorf("heard of %v, want %v", last, want)
	}
	if th := next.Metrics().Threads()[0]; records < int64(len(counts)) || th.Restored.Load() != records || th.RestoreBytes.Load() != bytes {
		t.Errorf("%d records, %d bytes restored; the metrics say %d and %d", records, bytes, th.Restored.Load(), th.RestoreBytes.Load())
	}
	if !strings.HasPrefix(ready, "503 REBALANCING\nrestoring task 1_") {
		t.Errorf("/readyz: %s", ready)
	}
	if !strings.Contains(shown, `kafka_stream_task_metrics_restore_remaining_records_total{task_id="1_`) {
		t.Errorf("/metrics:\n%s", shown)
	}
	if left := next.Metrics().Restores.List(); len(left) > 0 {
		t.Errorf("still listed: %+v", left)
	}
}
