package runtime_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/internal/broker"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/twmb/franz-go/pkg/kgo"
)

// Members of another kind in the group, such as those that a closed Kafka Streams application
// leaves in it for a session, are waited for: the log says so, and the work begins when they
// have gone.
func TestMembersOfAnotherKindAreWaitedFor(t *testing.T) {
	c := newCluster(t, broker.Topic{Name: "words", Partitions: 2}, broker.Topic{Name: "shouted", Partitions: 2})
	c.produce("words", "a", "b")
	stranger, err := kgo.NewClient(kgo.SeedBrokers(c.addr), kgo.ConsumerGroup("strangers"), kgo.ConsumeTopics("words"), kgo.DisableAutoCommit(),
		kgo.Balancers(kgo.RangeBalancer()))
	if err != nil {
		t.Fatal(err)
	}
	defer stranger.Close()
	stranger.PollFetches(context.Background())

	var log journal
	cfg := c.config("strangers", rt.AtLeastOnce, t.TempDir())
	cfg.Logger = slog.New(slog.NewTextHandler(&log, nil))
	app := start(t, rt.InterpretPlain(shouting), cfg)
	eventually(t, "a word about the members of another kind", func() bool {
		return strings.Contains(log.String(), "members of another kind are in the group")
	})
	if s := app.State(); s == rt.Running {
		t.Errorf("it is %v", s)
	}
	stranger.Close()
	r := c.read("shouted")
	r.until("the words", func() bool { return r.records == 2 })
	if strings.Contains(log.String(), "starts anew") {
		t.Errorf("a worker started anew:\n%s", log.String())
	}
}
