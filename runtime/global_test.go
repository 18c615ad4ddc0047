package runtime_test

import (
	"context"
	"slices"
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
