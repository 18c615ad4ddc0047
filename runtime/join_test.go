package runtime_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/internal/broker"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/twmb/franz-go/pkg/kgo"
)

// pairing joins within ten seconds; left records without a match come out when their window closes.
func pairing(b *dsl.Builder) {
	b.Stream("left", dsl.String(), dsl.String()).
		LeftJoinStream(b.Stream("right", dsl.String(), dsl.String()), dsl.JoinWithin(10*time.Second),
			func(_, v string, u dsl.Opt[string]) string { return v + "/" + u.Or("-") }, dsl.Name("pairs")).
		To("joined", dsl.String(), dsl.String())
}

// at is a record of a join's test.
type at struct {
	topic, key, value string
	ms                int64 // behind an hour of 2023
}

func (c *cluster) produceAt(records ...at) {
	c.t.Helper()
	recs := make([]*kgo.Record, len(records))
	for i, r := range records {
		recs[i] = &kgo.Record{Topic: r.topic, Key: []byte(r.key), Value: []byte(r.value), Timestamp: time.UnixMilli(1_700_000_000_000 + r.ms)}
	}
	if err := c.cl.ProduceSync(context.Background(), recs...).FirstErr(); err != nil {
		c.t.Fatal(err)
	}
}

// joinsSurvive starts a join anew between the records of pairs, with the state directory of the
// first run or without: records that wait for a match get one, or come out without one, once;
// records of one key and time stay apart (S87), and a late one stays late (S82).
func joinsSurvive(t *testing.T, c *cluster, app string, guarantee rt.Guarantee, dirs [2]string) {
	t.Helper()
	r := c.read("joined")
	has := func(value string) func() bool { return func() bool { return slices.Contains(r.order, value) } }
	a := start(t, rt.InterpretPlain(pairing), c.config(app, guarantee, dirs[0]))
	c.produceAt(at{"left", "a", "a1", 1000}, at{"left", "a", "a2", 1000}, at{"left", "x", "x", 1000}, at{"left", "t", "t", 9000},
		at{"left", "m", "m", 10_500}, at{"right", "m", "r", 10_500})
	r.until("the first pair", has("m/r"))
	if err := a.Close(patience); err != nil {
		t.Fatal(err)
	}
	a = start(t, rt.InterpretPlain(pairing), c.config(app, guarantee, dirs[1]))
	c.produceAt(at{"left", "late", "late", 400}, at{"left", "a", "a3", 1000}, at{"right", "late", "r", 10_400}, at{"right", "a", "r", 9500})
	r.until("the pairs over the restart", func() bool { return has("a1/r")() && has("a2/r")() && has("a3/r")() })
	c.produceAt(at{"left", "end", "end", 30_000})
	r.until("what has no match", func() bool { return has("x/-")() && has("t/-")() })
	if err := a.Close(patience); err != nil {
		t.Fatal(err)
	}
	r.poll(300 * time.Millisecond)
	slices.Sort(r.order)
	if got, want := strings.Join(r.order, " "), "a1/r a2/r a3/r m/r t/- x/-"; got != want {
		t.Errorf("joined %s, want %s", got, want)
	}
}

func TestJoinsSurviveARestart(t *testing.T) {
	for name, guarantee := range map[string]rt.Guarantee{"exactly once": rt.ExactlyOnce, "at least once": rt.AtLeastOnce} {
		for _, kept := range []bool{true, false} {
			t.Run(name+map[bool]string{true: ", state kept", false: ", state lost"}[kept], func(t *testing.T) {
				t.Parallel()
				c := newCluster(t, broker.Topic{Name: "left", Partitions: 1}, broker.Topic{Name: "right", Partitions: 1}, broker.Topic{Name: "joined", Partitions: 1})
				dirs := [2]string{t.TempDir()}
				if dirs[1] = dirs[0]; !kept {
					dirs[1] = t.TempDir()
				}
				joinsSurvive(t, c, "app", guarantee, dirs)
			})
		}
	}
}
