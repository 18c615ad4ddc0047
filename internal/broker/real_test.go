//go:build real

package broker_test

import (
	"os"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"

	"github.com/streamgen/streamgen/internal/broker"
)

// What the embedded broker shows to a reader of committed records, Apache Kafka shows too.
func TestRealBrokerAndEmbeddedBrokerAgreeOnTransactions(t *testing.T) {
	bootstrap := os.Getenv("STREAMGEN_KAFKA_BOOTSTRAP")
	if bootstrap == "" {
		t.Fatal("STREAMGEN_KAFKA_BOOTSTRAP is not set: run this through scripts/with-kafka.sh, as make test-real does")
	}
	topic := "transactions-" + time.Now().Format("150405.000000")
	if _, err := kadm.NewClient(client(t, bootstrap)).CreateTopic(t.Context(), 1, 1, nil, topic); err != nil {
		t.Fatal(err)
	}
	embedded := start(t, broker.Options{Topics: []broker.Topic{{Name: topic, Partitions: 1}}})
	want := writeTransactions(t, bootstrap, topic)
	if got := writeTransactions(t, embedded.Addr(), topic); got != want {
		t.Fatalf("committed %q, and %q to the embedded broker", want, got)
	}
	for name, addr := range map[string]string{"Apache Kafka": bootstrap, "embedded": embedded.Addr()} {
		if got := read(t, addr, topic, 50); got != want {
			t.Errorf("%s: %q\nwant %q", name, got, want)
		}
	}
}
