package connect_test

import (
	"fmt"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/streamgen/streamgen/connect/data"
)

type schema = data.Schema

// produceLines writes n lines as JSON texts.
func produceLines(t *testing.T, brokers, topic string, n int) {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(brokers))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	for i := range n {
		if err := client.ProduceSync(t.Context(), &kgo.Record{Topic: topic, Value: fmt.Appendf(nil, `"line %d"`, i)}).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
}
