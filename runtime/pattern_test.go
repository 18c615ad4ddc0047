package runtime_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/internal/broker"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/twmb/franz-go/pkg/kadm"
)

// countingMatches counts the words of all topics that match, in a store.
func countingMatches(b *dsl.Builder) {
	b.StreamPattern("words-.*", dsl.String(), dsl.String()).
		GroupBy(func(_, word string) string { return word }, dsl.String(), dsl.String()).
		Count(dsl.Name("counts")).
		ToStream().To("counted", dsl.String(), dsl.Int64())
}

func (c *cluster) create(topic string, partitions int32) {
	c.t.Helper()
	r, err := kadm.NewClient(c.cl).CreateTopics(context.Background(), partitions, 1, nil, topic)
	if err == nil {
		err = r.Error()
	}
	if err != nil {
		c.t.Fatal(err)
	}
}

// S145 on a broker: topics that come to match are taken up while the application runs, by two
// instances that notice at different times; nothing is lost or counted twice.
func TestTopicsThatComeToMatchAreRead(t *testing.T) {
	for name, guarantee := range map[string]rt.Guarantee{"at least once": rt.AtLeastOnce, "exactly once": rt.ExactlyOnce} {
		t.Run(name, func(t *testing.T) {
			c := newCluster(t, broker.Topic{Name: "words-a", Partitions: 3}, broker.Topic{Name: "wordless", Partitions: 1}, broker.Topic{Name: "counted", Partitions: 1})
			for i, age := range []time.Duration{200 * time.Millisecond, time.Second} {
				cfg := c.config("app", guarantee, t.TempDir())
				cfg.MetadataMaxAge = age
				cfg.NumStreamThreads = 2 - i
				start(t, rt.InterpretPlain(countingMatches), cfg)
			}
			want := map[string]int64{}
			r := c.read("counted")
			list, _ := words(300, 20)
			send := func(topic string) {
				c.produce(topic, list...)
				for _, w := range list {
					want[w]++
				}
				r.until("the words of "+topic, func() bool { return maps.Equal(r.counts(), want) })
			}
			send("words-a")
			for i := range 2 {
				topic := fmt.Sprintf("words-%d", i)
				c.create(topic, 3-int32(i))
				send(topic)
				send("words-a")
			}
		})
	}
}

// S145: what a pattern and another source both read is refused at the start, when a topic's name
// is known only then.
func TestTopicOfAPatternHasOneReader(t *testing.T) {
	c := newCluster(t, broker.Topic{Name: "words-a", Partitions: 1}, broker.Topic{Name: "out", Partitions: 1})
	app, err := rt.New(rt.InterpretPlain(func(b *dsl.Builder) {
		b.StreamPattern("words-.*", dsl.String(), dsl.String()).To("out", dsl.String(), dsl.String())
		b.StreamPattern(".*-a", dsl.String(), dsl.String()).To("out", dsl.String(), dsl.String())
	}), c.config("app", rt.AtLeastOnce, t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Start(t.Context()); err == nil || !strings.Contains(err.Error(), `topic "words-a" is read by`) {
		t.Errorf("error %v", err)
	}
}
