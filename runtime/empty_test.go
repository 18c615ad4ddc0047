package runtime_test

import (
	"context"
	"testing"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/internal/broker"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/twmb/franz-go/pkg/kgo"
)

// S1. An empty key and an empty value are present, also in the first record that a sink ever
// writes, whose bytes are a part of no buffer.
func TestEmptyBytesAreNotNull(t *testing.T) {
	c := newCluster(t, broker.Topic{Name: "in", Partitions: 1}, broker.Topic{Name: "out", Partitions: 1})
	if err := c.cl.ProduceSync(context.Background(), &kgo.Record{Topic: "in", Key: []byte{}, Value: []byte{}}).FirstErr(); err != nil {
		t.Fatal(err)
	}
	start(t, rt.InterpretPlain(func(b *dsl.Builder) {
		b.Stream("in", dsl.String(), dsl.String()).To("out", dsl.String(), dsl.String())
	}), c.config("empty", rt.AtLeastOnce, t.TempDir()))
	r := c.read("out")
	var got *kgo.Record
	eventually(t, "the record", func() bool {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		r.cl.PollFetches(ctx).EachRecord(func(rec *kgo.Record) { got = rec })
		return got != nil
	})
	if got.Key == nil || got.Value == nil {
		t.Errorf("key %v, value %v", got.Key, got.Value)
	}
}
