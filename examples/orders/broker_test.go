package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/streamgen/streamgen/internal/broker"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// patience bounds every wait.
const patience = 60 * time.Second

var topics = []string{"raw-orders", "user-data", "premium-orders", "standard-orders", "enriched-orders", "raw-orders-unreadable"}

func TestEmbeddedBrokerRunsTheProgram(t *testing.T) {
	b, err := broker.Start(broker.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	program(t, b.Addr())
}

// program runs the built program on a broker twice, the second time without the state of
// the first, and judges what both gave: each order once, counted once.
func program(t *testing.T, addr string) {
	name := filepath.Join(t.TempDir(), "orders")
	if out, err := exec.Command("go", "build", "-o", name, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	c, err := kgo.NewClient(kgo.SeedBrokers(addr), kgo.ConsumeTopics("enriched-orders", "order-processing-app-order-count-store-changelog"),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.UnknownTopicRetries(-1),
		kgo.MetadataMinAge(100*time.Millisecond), kgo.MetadataMaxAge(time.Second), kgo.RecordPartitioner(kgo.StickyKeyPartitioner(nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	if created, err := kadm.NewClient(c).CreateTopics(t.Context(), 4, 1, nil, topics...); err != nil || created.Error() != nil {
		t.Fatal(err, created.Error())
	}
	var users []*kgo.Record
	for i := range 20 {
		users = append(users, &kgo.Record{Topic: "user-data", Key: fmt.Appendf(nil, "account-%d", i), Value: fmt.Appendf(nil, "user-%d", i/2)})
	}
	if err := c.ProduceSync(t.Context(), users...).FirstErr(); err != nil {
		t.Fatal(err)
	}

	state := t.TempDir()
	seen := map[string]int{}      // enriched orders
	counts := map[string]uint64{} // orders by account and hour
	for round := range 2 {
		run := start(t, name, "-bootstrap.servers", addr, "-state.dir", state, "-http.address", "off", "-consumer.session.timeout.ms", "6000", "-clean-up")
		var orders []*kgo.Record
		for i := range 500 {
			orders = append(orders, &kgo.Record{Topic: "raw-orders", Key: fmt.Appendf(nil, "account-%d", i%20),
				Value: fmt.Appendf(nil, `{"id":"%d-%d","type":"%s","amount":%d}`, round, i, []string{Premium, Standard}[i%2], i+1)})
		}
		if err := c.ProduceSync(t.Context(), orders...).FirstErr(); err != nil {
			t.Fatal(err)
		}
		deadline := time.Now().Add(patience)
		for total := uint64(0); len(seen) < (round+1)*500 || total < uint64(round+1)*500; {
			if time.Now().After(deadline) || run.ended() {
				t.Fatalf("%d orders and a sum of %d after round %d; the program said\n%s", len(seen), total, round, run.stop(t))
			}
			ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
			c.PollFetches(ctx).EachRecord(func(r *kgo.Record) {
				if r.Topic == "enriched-orders" {
					seen[string(r.Value)]++
					return
				}
				if len(r.Value) == 8 {
					counts[string(r.Key)] = binary.BigEndian.Uint64(r.Value)
				}
			})
			cancel()
			total = 0
			for _, n := range counts {
				total += n
			}
		}
		said := run.stop(t)
		if !strings.Contains(said, "stores: [order-count-store]") {
			t.Errorf("the program does not print its description, but\n%s", said)
		}
	}
	for order, n := range seen {
		if n != 1 || !strings.Contains(order, `"user":"user-`) {
			t.Errorf("%d times %s", n, order)
		}
	}
}

// process is the program under way.
type process struct {
	cmd  *exec.Cmd
	said bytes.Buffer // after end is closed
	end  chan struct{}
	err  error
}

func start(t *testing.T, name string, args ...string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(name, args...), end: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = &p.said, &p.said
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.end)
	}()
	t.Cleanup(func() {
		p.cmd.Process.Kill()
		<-p.end
	})
	return p
}

func (p *process) ended() bool {
	select {
	case <-p.end:
		return true
	default:
		return false
	}
}

// stop sends SIGTERM and returns what the program said once it has ended, which takes 30 s
// at most and gives no error.
func (p *process) stop(t *testing.T) string {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
	select {
	case <-p.end:
	case <-time.After(30 * time.Second):
		t.Fatal("it did not end within 30 s of SIGTERM")
	}
	if p.err != nil {
		t.Errorf("it ended with %v", p.err)
	}
	return p.said.String()
}
