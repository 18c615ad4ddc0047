package runtime_test

import (
	"context"
	"encoding/binary"
	"errors"
	"maps"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/streamgen/streamgen/dsl"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// incrementing emits each update, so that its output shows every record exactly once:
// the values of a key are 1, 2, 3…
func incrementing(b *dsl.Builder) {
	b.Stream("words", dsl.String(), dsl.String()).
		GroupBy(func(_, word string) string { return word }, dsl.String(), dsl.String()).
		Count(dsl.Name("counts"), dsl.EmitEveryUpdate()).
		ToStream().
		To("counted", dsl.String(), dsl.Int64())
}

// faultable is a broker that can be told to fail.
func faultable(t *testing.T) (*cluster, *kfake.Cluster) {
	t.Helper()
	k, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(3, "words", "counted"), kfake.GroupMinSessionTimeout(time.Second))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.Close)
	return connect(t, k.ListenAddrs()[0]), k
}

// steps waits until all words are counted and checks that each was counted once, in steps of one.
func (r *reading) steps(counts map[string]int64, n int) {
	r.c.t.Helper()
	last := map[string]int64{}
	total, gaps := 0, 0
	deadline := time.Now().Add(patience)
	for !maps.Equal(last, counts) && time.Now().Before(deadline) || total < n && time.Now().Before(deadline) {
		ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
		r.cl.PollFetches(ctx).EachRecord(func(rec *kgo.Record) {
			total++
			v := int64(binary.BigEndian.Uint64(rec.Value))
			if v != last[string(rec.Key)]+1 {
				gaps++
			}
			last[string(rec.Key)] = v
		})
		cancel()
	}
	if total != n || gaps != 0 || !maps.Equal(last, counts) {
		r.c.t.Errorf("%d outputs of %d, %d not in steps of one, right in the end: %v", total, n, gaps, maps.Equal(last, counts))
	}
}

// Each way to fail a transaction leaves outputs and counts as if nothing had happened (S43, S44).
func TestFailedTransactionsAreInvisible(t *testing.T) {
	for name, f := range map[string]kfake.Fault{
		"produce to the changelog": {Keys: []kmsg.Key{kmsg.Produce}, Topic: "app-counts-changelog", Err: kerr.InvalidTxnState, Count: 2},
		"produce to the output":    {Keys: []kmsg.Key{kmsg.Produce}, Topic: "counted", Err: kerr.UnknownServerError, Count: 2},
		"offsets are refused":      {Keys: []kmsg.Key{kmsg.TxnOffsetCommit}, Err: kerr.UnknownServerError, Count: 3},
		"offsets are retried":      {Keys: []kmsg.Key{kmsg.TxnOffsetCommit}, Err: kerr.ConcurrentTransactions, Count: 10},
		"the coordinator moves":    {Keys: []kmsg.Key{kmsg.TxnOffsetCommit}, Err: kerr.CoordinatorLoadInProgress, Count: 2}, // the client itself tries again, slowly
		"another member id":        {Keys: []kmsg.Key{kmsg.TxnOffsetCommit}, Err: kerr.UnknownMemberID, Count: 1},
		"fenced at the end":        {Keys: []kmsg.Key{kmsg.EndTxn}, TopLevel: true, Err: kerr.InvalidProducerEpoch, Count: 1},
		"unknown end":              {Keys: []kmsg.Key{kmsg.EndTxn}, TopLevel: true, Err: kerr.UnknownServerError, Count: 1},
		"member thrown out":        {Keys: []kmsg.Key{kmsg.Heartbeat}, TopLevel: true, Err: kerr.UnknownMemberID, Count: 1},
	} {
		t.Run(name, func(t *testing.T) {
			c, k := faultable(t)
			list, counts := words(3000, 40)
			c.produce("words", list[:1000]...)
			cfg := c.config("app", rt.ExactlyOnce, t.TempDir())
			cfg.Consumer.MaxPollInterval = 2 * time.Second
			start(t, rt.InterpretPlain(incrementing), cfg)
			r := c.read("counted")
			r.until("first outputs", func() bool { return r.records > 0 })
			h := k.Fault(f)
			c.produce("words", list[1000:2000]...)
			eventually(t, "the fault", func() bool { return h.Hits() > 0 })
			c.produce("words", list[2000:]...)
			c.read("counted").steps(counts, len(list))
		})
	}
}

// network is a dialer that can be cut: what uses it is dead for the broker, without a word.
type network struct {
	mu    sync.Mutex
	cut   bool
	conns []net.Conn
}

func (n *network) dial(ctx context.Context, netw, host string) (net.Conn, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.cut {
		return nil, errors.New("cut")
	}
	c, err := new(net.Dialer).DialContext(ctx, netw, host)
	if err == nil {
		n.conns = append(n.conns, c)
	}
	return c, err
}

func (n *network) kill() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.cut = true
	for _, c := range n.conns {
		c.Close()
	}
}

// Two instances share the work; one dies without leaving, and the other takes over: each
// record counts at least once (S42), or exactly once (S43).
func TestInstanceDiesWithoutLeaving(t *testing.T) {
	for _, g := range guarantees {
		t.Run(string(g), func(t *testing.T) {
			c, k := faultable(t)
			list, counts := words(4000, 60)
			topology := rt.InterpretPlain(incrementing)
			var dying network
			var apps []*rt.App
			for i := range 2 {
				cfg := c.config("app", g, t.TempDir())
				cfg.Consumer.SessionTimeout = time.Second
				cfg.Consumer.MaxPollInterval = 2 * time.Second
				cfg.Producer.TransactionTimeout = 3 * time.Second
				cfg.TaskTimeout = 10 * time.Second
				if i == 1 {
					cfg.Dial = dying.dial
					cfg.Logger = nil
				}
				apps = append(apps, start(t, topology, cfg))
			}
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			_, err := k.WaitGroupInfo(ctx, "app", func(i *kfake.GroupInfo) bool { return i.State == "Stable" && len(i.Members) == 2 })
			if err != nil {
				t.Fatal(err)
			}
			r := c.read("counted")
			c.produce("words", list[:2000]...)
			r.until("outputs", func() bool { return r.records > 0 })
			dying.kill()
			c.produce("words", list[2000:]...)
			if g == rt.ExactlyOnce {
				c.read("counted").steps(counts, len(list))
			} else { // every word counts at least once
				r.until("counts", func() bool {
					got := r.counts()
					for w, n := range counts {
						if got[w] < n {
							return false
						}
					}
					return true
				})
			}
			apps[1].Close(time.Millisecond)
		})
	}
}
