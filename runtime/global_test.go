package runtime_test

import (
	"context"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/internal/broker"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

func joining(b *dsl.Builder) {
	names := b.GlobalTable("names", dsl.String(), dsl.String())
	b.Stream("words", dsl.String(), dsl.String()).
		JoinGlobal(names,
			func(_, word string) string { return word },
			func(_, word, name string) string { return word + "=" + name }).
		To("joined", dsl.String(), dsl.String())
}

// A global table is complete before the first record is joined, and follows its topic (S31).
func TestGlobalTableIsReadBeforeAndDuring(t *testing.T) {
	c := newCluster(t, broker.Topic{Name: "words", Partitions: 2}, broker.Topic{Name: "names", Partitions: 3}, broker.Topic{Name: "joined", Partitions: 1})
	put := func(k, v string) {
		if err := c.cl.ProduceSync(context.Background(), &kgo.Record{Topic: "names", Key: []byte(k), Value: []byte(v)}).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
	put("a", "first")
	put("b", "second")
	c.produce("words", "a", "b", "c")
	app := start(t, rt.InterpretPlain(joining), c.config("app", rt.ExactlyOnce, t.TempDir()))
	r := c.read("joined")
	r.until("two joins", func() bool { return r.records == 2 })
	put("c", "third")
	eventually(t, "the third row", func() bool { return app.Metrics().GlobalRecords.Load() == 3 })
	c.produce("words", "c")
	r.until("the third join", func() bool { return r.records == 3 })
	slices.Sort(r.order)
	if want := []string{"a=first", "b=second", "c=third"}; !slices.Equal(r.order, want) {
		t.Errorf("%q", r.order)
	}
}

// What a global table leaves out is counted, in both reasons (S10).
func TestGlobalTableCountsDrops(t *testing.T) {
	c := newCluster(t, broker.Topic{Name: "words", Partitions: 1}, broker.Topic{Name: "prices", Partitions: 1}, broker.Topic{Name: "priced", Partitions: 1})
	for _, r := range []*kgo.Record{
		{Key: []byte("a"), Value: []byte("12345678")}, {Value: []byte("12345678")}, {Key: []byte("b"), Value: []byte("short")},
		{Key: []byte("c"), Value: []byte("long, too long")}, {Key: []byte("b")},
	} {
		r.Topic = "prices"
		if err := c.cl.ProduceSync(t.Context(), r).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
	app := start(t, rt.InterpretPlain(func(b *dsl.Builder) {
		prices := b.GlobalTable("prices", dsl.String(), dsl.Int64(), dsl.OnError(dsl.Skip()))
		b.Stream("words", dsl.String(), dsl.String()).
			JoinGlobal(prices, func(_, word string) string { return word }, func(_, _ string, price int64) int64 { return price }).
			To("priced", dsl.String(), dsl.Int64())
	}), c.config("app", rt.ExactlyOnce, t.TempDir()))
	m := app.Metrics()
	if n, key, policy := m.GlobalRecords.Load(), m.GlobalDroppedKey.Load(), m.GlobalDroppedError.Load(); n != 5 || key != 1 || policy != 2 {
		t.Errorf("of %d records %d lack a key and %d cannot be read", n, key, policy)
	}
	w := httptest.NewRecorder()
	app.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if want := `kafka_stream_global_dropped_records_total{reason="error_policy"} 2`; !strings.Contains(w.Body.String(), want) {
		t.Errorf("no %s in\n%s", want, w.Body.String())
	}
}

// Consumed repartition records are deleted, others are not.
func TestRepartitionTopicIsPurged(t *testing.T) {
	c := newCluster(t, broker.Topic{Name: "words", Partitions: 1}, broker.Topic{Name: "counted", Partitions: 1})
	cfg := c.config("app", rt.ExactlyOnce, t.TempDir())
	cfg.RepartitionPurgeInterval = 50 * time.Millisecond
	app := start(t, rt.InterpretPlain(counting), cfg)
	adm := kadm.NewClient(c.cl)
	eventually(t, "the purge", func() bool {
		c.produce("words", "a", "b")
		starts, err := adm.ListStartOffsets(context.Background(), "app-counts-repartition")
		if err != nil {
			t.Fatal(err)
		}
		o, _ := starts.Lookup("app-counts-repartition", 0)
		return o.Offset > 0 && app.Metrics().Purges.Load() > 0
	})
}
