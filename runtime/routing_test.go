package runtime_test

import (
	"strings"
	"testing"
	"time"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/internal/broker"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/twmb/franz-go/pkg/kadm"
)

// S136, S137, S138 on a broker: a repartition with a size of its own, a partitioner, and
// topics that records choose; one of them does not exist.
func TestRecordsChooseTopicsAndPartitions(t *testing.T) {
	for name, guarantee := range map[string]rt.Guarantee{"at least once": rt.AtLeastOnce, "exactly once": rt.ExactlyOnce} {
		t.Run(name, func(t *testing.T) {
			c := newCluster(t, broker.Topic{Name: "words", Partitions: 2}, broker.Topic{Name: "more-words", Partitions: 4}, broker.Topic{Name: "to-a", Partitions: 3}, broker.Topic{Name: "to-b", Partitions: 1},
				broker.Topic{Name: "last", Partitions: 5})
			route := func(b *dsl.Builder) {
				s := b.Streams([]string{"words", "more-words"}, dsl.String(), dsl.String())
				s.ToDynamic(func(r dsl.Rec[string, string]) string { return "to-" + r.Value[:1] }, dsl.String(), dsl.String())
				s.Repartition(dsl.Name("by-key"), dsl.Partitions(5)).
					To("last", dsl.String(), dsl.String(), dsl.Partitioner(func(r dsl.Rec[string, string], n int) int { return n - 1 }))
			}
			app := start(t, rt.InterpretPlain(route), c.config("routing", guarantee, t.TempDir()))
			c.produce("words", "a1", "b1")
			c.produce("more-words", "a2", "b2")
			chosen, last := c.read("to-a", "to-b"), c.read("last")
			chosen.until("4 records in the chosen topics", func() bool { return chosen.records == 4 })
			last.until("4 records behind the repartition", func() bool { return last.records == 4 })
			ends, err := kadm.NewClient(c.cl).ListEndOffsets(t.Context(), "last", "routing-by-key-repartition")
			if err != nil {
				t.Fatal(err)
			}
			if len(ends["routing-by-key-repartition"]) != 5 || ends["last"][4].Offset < 4 {
				t.Errorf("ends %v: the repartition topic has 5 partitions, and all records of last lie in its last one", ends)
			}
			c.produce("words", "c1")
			select {
			case <-app.Done():
			case <-time.After(patience):
				t.Fatal("the application goes on")
			}
			if err := app.Close(patience); err == nil || !strings.Contains(err.Error(), `topic "to-c", chosen for the record, does not exist; create it`) || !strings.Contains(err.Error(), "words-") {
				t.Errorf("error %v", err)
			}
		})
	}
}
