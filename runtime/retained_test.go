package runtime_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/internal/broker"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/twmb/franz-go/pkg/kgo"
)

// A window store that lost its disk reads of its changelog what retention keeps, and nothing live is
// missing: every window that still takes records goes on where it was, although the records came in
// disorder, as far apart as grace allows.
func TestWindowsRestoreWhatRetentionKeeps(t *testing.T) {
	const (
		windows = 12_000
		size    = 100 // milliseconds
		mess    = 300 // windows within which records change places: half of the grace
	)
	// In the future: markers of transactions have the broker's time, and are found like records.
	base := time.Now().Add(time.Hour).Truncate(time.Hour).UnixMilli()
	c := newCluster(t, broker.Topic{Name: "events", Partitions: 1}, broker.Topic{Name: "told", Partitions: 1})
	topology := rt.InterpretPlain(func(b *dsl.Builder) {
		b.Stream("events", dsl.String(), dsl.String()).GroupByKey().
			WindowedBy(dsl.Tumbling(size*time.Millisecond).Grace(time.Minute)).
			Count(dsl.Name("counts")).
			ToStream(func(k string, w dsl.Window) string { return fmt.Sprint((w.Start - base) / size) }).
			To("told", dsl.String(), dsl.Int64())
	})
	send := func(list []int) {
		recs := make([]*kgo.Record, len(list))
		for i, w := range list {
			recs[i] = &kgo.Record{Topic: "events", Key: []byte("k"), Value: []byte("v"), Timestamp: time.UnixMilli(base + int64(w)*size + 50)}
		}
		if err := c.cl.ProduceSync(context.Background(), recs...).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
	list := make([]int, windows)
	for i := range list {
		list[i] = i
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for at := 0; at < windows; at += mess {
		rng.Shuffle(mess, func(i, j int) { list[at+i], list[at+j] = list[at+j], list[at+i] })
	}
	app := start(t, topology, c.config("app", rt.ExactlyOnce, t.TempDir()))
	r := c.read("told")
	// In several commits: one would write its windows in the order of their last updates.
	for at := 0; at < windows; at += 4 * mess {
		send(list[at : at+4*mess])
		r.until("a count of each window", func() bool { return len(r.last) == at+4*mess })
	}
	if err := app.Close(patience); err != nil {
		t.Fatal(err)
	}

	app = start(t, topology, c.config("app", rt.ExactlyOnce, t.TempDir()))
	eventually(t, "RUNNING", func() bool { return app.State() == rt.Running })
	// Segments are a minute long: two whole ones and a part of one may be live.
	if n := app.Metrics().Threads()[0].Restored.Load(); n < 600 || n > 3000 {
		t.Errorf("%d of %d records were restored", n, windows)
	}
	again := list[:0]
	for w := windows - 590; w < windows; w++ { // what is not late yet
		again = append(again, w)
	}
	send(again)
	r.until("second counts", func() bool { return r.counts()[fmt.Sprint(windows-1)] == 2 })
	for _, w := range again {
		if n := r.counts()[fmt.Sprint(w)]; n != 2 {
			t.Fatalf("window %d counts %d, want 2", w, n)
		}
	}
}
