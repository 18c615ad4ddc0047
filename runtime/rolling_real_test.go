//go:build real

package runtime_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/streamgen/streamgen/dsl"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/twmb/franz-go/pkg/kgo"
)

// rolling counts, keyed as it comes: each input partition has a key of its own, so a gap in a
// key's outputs is a task that stood still.
func rolling(b *dsl.Builder) {
	b.Stream("beats", dsl.String(), dsl.String()).
		GroupByKey().
		Count(dsl.Name("beaten"), dsl.EmitEveryUpdate()).
		ToStream().
		To("beaten-out", dsl.String(), dsl.Int64())
}

// beats is a steady load, and what comes out of it.
type beats struct {
	mu   sync.Mutex
	last []time.Time     // when something came out, by input partition
	gap  []time.Duration // the longest without, by partition
	next map[string]int64
	bad  []string
	seen int
	stop context.CancelFunc
	done sync.WaitGroup
	sent int
}

const beatPartitions = 6

// beat writes to every partition every 50 ms, and reads what comes out.
func (c *cluster) beat() *beats {
	b := &beats{last: make([]time.Time, beatPartitions), gap: make([]time.Duration, beatPartitions), next: map[string]int64{}}
	ctx, cancel := context.WithCancel(context.Background())
	b.stop = cancel
	writer, err := kgo.NewClient(kgo.SeedBrokers(c.addr), kgo.RecordPartitioner(kgo.ManualPartitioner()))
	if err != nil {
		c.t.Fatal(err)
	}
	reader, err := kgo.NewClient(kgo.SeedBrokers(c.addr), kgo.ConsumeTopics("beaten-out"), kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.FetchMaxWait(20*time.Millisecond))
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() {
		cancel()
		b.done.Wait()
		writer.Close()
		reader.Close()
	})
	b.done.Go(func() {
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for ctx.Err() == nil {
			var recs []*kgo.Record
			for p := range int32(beatPartitions) {
				recs = append(recs, &kgo.Record{Topic: "beats", Partition: p, Key: fmt.Appendf(nil, "k%d", p), Value: []byte("x"), Timestamp: time.Now()})
			}
			if err := writer.ProduceSync(context.Background(), recs...).FirstErr(); err != nil {
				c.t.Error(err)
				return
			}
			b.mu.Lock()
			b.sent += len(recs)
			b.mu.Unlock()
			<-tick.C
		}
	})
	reading, end := context.WithCancel(context.Background())
	c.t.Cleanup(end)
	go func() {
		for reading.Err() == nil {
			fs := reader.PollFetches(reading)
			now := time.Now()
			b.mu.Lock()
			fs.EachRecord(func(r *kgo.Record) { b.see(r, now) })
			b.mu.Unlock()
		}
	}()
	return b
}

func (b *beats) see(r *kgo.Record, now time.Time) {
	var n int64
	for _, c := range r.Value {
		n = n<<8 | int64(c)
	}
	key := string(r.Key)
	if n != b.next[key]+1 {
		b.bad = append(b.bad, fmt.Sprintf("%s goes from %d to %d", key, b.next[key], n))
	}
	b.next[key] = n
	b.seen++
	p := key[1] - '0'
	if !b.last[p].IsZero() {
		b.gap[p] = max(b.gap[p], now.Sub(b.last[p]))
	}
	b.last[p] = now
}

// since returns the longest gaps since the last call.
func (b *beats) since() (longest time.Duration, all []time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	all, b.gap = b.gap, make([]time.Duration, beatPartitions)
	for p := range all {
		if !b.last[p].IsZero() {
			all[p] = max(all[p], time.Since(b.last[p]).Round(time.Millisecond))
		}
		longest = max(longest, all[p])
	}
	return longest, all
}

func (b *beats) flows() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, l := range b.last {
		if time.Since(l) > 2*time.Second {
			return false
		}
	}
	return true
}

// Three instances are restarted one after the other under load, and one is cut off without a
// word: nothing is lost or repeated, and each partition goes on. How long the longest stood
// still is in the log: three seconds, and the session timeout and five seconds, are the aim on a
// machine that does nothing else. What fails the test is more generous, since test machines do.
func TestRealRollingRestart(t *testing.T) {
	c, app := realTopics(t, beatPartitions, "beats", "beaten-out")
	const session = 6 * time.Second
	dirs := [3]string{t.TempDir(), t.TempDir(), t.TempDir()}
	lines := [3]*cable{}
	boot := func(i int) *rt.App {
		cfg := c.config(app, rt.ExactlyOnce, dirs[i])
		cfg.NumStandbyReplicas, cfg.CommitInterval = 1, 100*time.Millisecond
		cfg.Consumer.SessionTimeout = session
		lines[i] = &cable{}
		cfg.Dial = lines[i].dial
		cfg.Producer.TransactionTimeout = 5 * time.Second
		return start(t, rt.InterpretPlain(rolling), cfg)
	}
	apps := [3]*rt.App{}
	for i := range apps {
		apps[i] = boot(i)
	}
	b := c.beat()
	calm := func(what string) {
		t.Helper()
		eventually(t, what, func() bool {
			standbys := int64(0)
			for _, a := range apps {
				if a.State() != rt.Running {
					return false
				}
				standbys += a.Metrics().StandbyTasks.Load()
			}
			return standbys == beatPartitions && b.flows()
		})
	}
	calm("three instances with their standbys")
	b.since()
	for i := range apps {
		if err := apps[i].Close(patience); err != nil {
			t.Fatal(err)
		}
		apps[i] = boot(i)
		calm("the instance that was restarted")
	}
	longest, all := b.since()
	t.Logf("rolling restart: the longest time without output was %v; by partition %v", longest.Round(time.Millisecond), all)
	if longest > 10*time.Second {
		t.Errorf("a partition stood still for %v", longest)
	}
	lines[1].cut()
	eventually(t, "the others to go on", func() bool {
		longest, all := b.since()
		return longest > session/2 && len(all) > 0 || longest > 2*session
	})
	eventually(t, "all partitions", b.flows)
	b.mu.Lock()
	kill := time.Duration(0)
	for _, g := range b.gap {
		kill = max(kill, g)
	}
	b.mu.Unlock()
	t.Logf("an instance cut off: the longest time without output was %v", kill.Round(time.Millisecond))
	if kill > session+10*time.Second {
		t.Errorf("a partition stood still for %v", kill)
	}
	b.stop()
	b.done.Wait()
	eventually(t, "everything counted", func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return b.seen >= b.sent
	})
	for _, bad := range b.bad {
		t.Error(bad)
	}
	if b.seen != b.sent {
		t.Errorf("%d outputs of %d inputs", b.seen, b.sent)
	}
	_ = apps[1].Close(time.Second) // cut off: it says so
}
