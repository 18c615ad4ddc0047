package runtime_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/internal/broker"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/twmb/franz-go/pkg/kgo"
)

// The headers of a trace, and others, go with a record through joins, repartitions, sinks and
// dead letters, in their order and twice where they were twice; a coalesced result has those
// of the last update, as a forwarded cache entry in Kafka Streams (S14, S20, S24).
func TestTraceHeadersPassThrough(t *testing.T) {
	topology := func(b *dsl.Builder) {
		names := b.Table("names", dsl.String(), dsl.String(), dsl.Name("names-store"))
		keyed := b.Stream("in", dsl.String(), dsl.String()).
			Join(names, func(_, v, name string) string { return v + " " + name }).
			SelectKey(func(_, v string) string { return v[:1] }, dsl.Codecs(dsl.String(), dsl.String())).
			Repartition(dsl.Name("by-letter"))
		keyed.TryMapValues(func(_, v string) (string, error) {
			if strings.HasPrefix(v, "bad") {
				return "", errors.New("a bad one")
			}
			return v, nil
		}, dsl.OnError(dsl.DeadLetter("dead"))).To("out", dsl.String(), dsl.String())
		keyed.GroupByKey().Count(dsl.Name("counts")).ToStream().To("counted", dsl.String(), dsl.Int64())
	}
	for _, g := range guarantees {
		t.Run(string(g), func(t *testing.T) {
			c := newCluster(t, broker.Topic{Name: "in", Partitions: 1}, broker.Topic{Name: "names", Partitions: 1}, broker.Topic{Name: "out", Partitions: 1},
				broker.Topic{Name: "dead", Partitions: 1}, broker.Topic{Name: "counted", Partitions: 1})
			trace := func(n string) []kgo.RecordHeader {
				return []kgo.RecordHeader{
					{Key: "traceparent", Value: []byte("00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333" + n + "-01")},
					{Key: "tracestate", Value: []byte("vendor=" + n)}, {Key: "baggage", Value: []byte("user=" + n)},
					{Key: "mine", Value: []byte("first")}, {Key: "mine", Value: []byte("second")}, {Key: "empty", Value: nil},
				}
			}
			at := func(ms int64) time.Time { return time.UnixMilli(1_700_000_000_000 + ms) }
			err := c.cl.ProduceSync(t.Context(),
				&kgo.Record{Topic: "names", Key: []byte("k"), Value: []byte("name"), Timestamp: at(0), Headers: trace("9")},
			).FirstErr()
			if err == nil {
				err = c.cl.ProduceSync(t.Context(),
					&kgo.Record{Topic: "in", Key: []byte("k"), Value: []byte("good"), Timestamp: at(1), Headers: trace("1")},
					&kgo.Record{Topic: "in", Key: []byte("k"), Value: []byte("bad"), Timestamp: at(2), Headers: trace("2")},
					&kgo.Record{Topic: "in", Key: []byte("k"), Value: []byte("great"), Timestamp: at(3), Headers: trace("3")},
				).FirstErr()
			}
			if err != nil {
				t.Fatal(err)
			}
			start(t, rt.InterpretPlain(topology), c.config("app", g, t.TempDir()))
			want := map[string]string{"out/good name": "1", "out/great name": "3", "dead/bad name": "2", "counted/b": "2", "counted/g": "3"}
			cl, err := kgo.NewClient(kgo.SeedBrokers(c.addr), kgo.ConsumeTopics("out", "dead", "counted"), kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
			if err != nil {
				t.Fatal(err)
			}
			defer cl.Close()
			got := map[string][]kgo.RecordHeader{}
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			for len(got) < len(want) || len(got["counted/g"]) == 0 || string(got["counted/g"][1].Value) != "vendor=3" {
				fetches := cl.PollFetches(ctx)
				if ctx.Err() != nil {
					t.Fatalf("only %d of %d: %v", len(got), len(want), got)
				}
				fetches.EachRecord(func(r *kgo.Record) {
					name := r.Topic + "/" + string(r.Value)
					if r.Topic == "counted" {
						name = r.Topic + "/" + string(r.Key)
					}
					got[name] = r.Headers
				})
			}
			for name, n := range want {
				have := got[name]
				if strings.HasPrefix(name, "dead/") { // its own follow
					if len(have) < 7 || !strings.HasPrefix(have[6].Key, "__streams.errors.") {
						t.Errorf("%s has %v", name, have)
						continue
					}
					have = have[:6]
				}
				if !slices.EqualFunc(have, trace(n), func(a, b kgo.RecordHeader) bool {
					return a.Key == b.Key && string(a.Value) == string(b.Value) && (a.Value == nil) == (b.Value == nil)
				}) {
					t.Errorf("%s has %v", name, have)
				}
			}
		})
	}
}
