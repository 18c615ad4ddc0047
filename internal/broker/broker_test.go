package broker_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/streamgen/streamgen/internal/broker"
)

func start(t *testing.T, o broker.Options) *broker.Broker {
	t.Helper()
	b, err := broker.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func client(t *testing.T, addr string, opts ...kgo.Opt) *kgo.Client {
	t.Helper()
	c, err := kgo.NewClient(append([]kgo.Opt{kgo.SeedBrokers(addr)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// read returns the values of a topic's first n committed records, joined in the order in which they came.
func read(t *testing.T, addr, topic string, n int) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	c := client(t, addr, kgo.ConsumeTopics(topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.FetchIsolationLevel(kgo.ReadCommitted()))
	values := ""
	for got := 0; got < n; {
		fetches := c.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			t.Fatalf("after %d of %d records: %v", got, n, err)
		}
		fetches.EachRecord(func(r *kgo.Record) { values += string(r.Value); got++ })
	}
	return values
}

// writeTransactions writes four transactions of 25 records, aborts every other one, and returns what was committed.
func writeTransactions(t *testing.T, addr, topic string) string {
	t.Helper()
	c := client(t, addr, kgo.TransactionalID("writer-of-"+topic), kgo.DefaultProduceTopic(topic))
	defer c.Close()
	committed := ""
	for txn := range 4 {
		if err := c.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		for i := range 25 {
			v := fmt.Sprintf("%d/%d ", txn, i)
			if err := c.ProduceSync(t.Context(), kgo.StringRecord(v)).FirstErr(); err != nil {
				t.Fatal(err)
			}
			if txn%2 == 0 {
				committed += v
			}
		}
		if err := c.EndTransaction(t.Context(), kgo.TransactionEndTry(txn%2 == 0)); err != nil {
			t.Fatal(err)
		}
	}
	return committed
}

func TestRecordsAndTransactionsSurviveACleanRestart(t *testing.T) {
	o := broker.Options{DataDir: t.TempDir(), Topics: []broker.Topic{{Name: "in", Partitions: 1}}}
	first := start(t, o)
	want := writeTransactions(t, first.Addr(), "in")
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second := start(t, o)
	if got := read(t, second.Addr(), "in", 50); got != want {
		t.Errorf("after the restart: %q\nwant %q", got, want)
	}
}

func TestRunStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	addr := make(chan string, 1)
	done := make(chan error, 1)
	go func() { done <- broker.Run(ctx, broker.Options{}, func(a string) { addr <- a }) }()
	a := <-addr
	if err := client(t, a).Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if c, err := net.Dial("tcp", a); err == nil {
		c.Close()
		t.Errorf("%s still answers", a)
	}
}

func TestListensOnLoopback(t *testing.T) {
	host, _, err := net.SplitHostPort(start(t, broker.Options{}).Addr())
	if err != nil || !net.ParseIP(host).IsLoopback() {
		t.Errorf("listens on %q (%v)", host, err)
	}
}

func TestErrorsSayWhatToDo(t *testing.T) {
	dir := t.TempDir()
	running := start(t, broker.Options{DataDir: dir, Topics: []broker.Topic{{Name: "orders", Partitions: 4}}})
	_, port, _ := net.SplitHostPort(running.Addr())
	var taken int
	fmt.Sscan(port, &taken)

	other := t.TempDir()
	before, err := broker.Start(broker.Options{DataDir: other, Topics: []broker.Topic{{Name: "orders", Partitions: 4}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := before.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		o    broker.Options
		want string
	}{
		{"port taken", broker.Options{Port: taken}, "cannot start on 127.0.0.1:" + port},
		{"folder in use", broker.Options{DataDir: dir}, "in use by another broker: stop that one"},
		{"unspecified host", broker.Options{Host: "0.0.0.0"}, "name the one address that they dial"},
		{"partitions changed", broker.Options{DataDir: other, Topics: []broker.Topic{{Name: "orders", Partitions: 5}}},
			`topic "orders" exists in the data folder with 4 partitions, not 5: ask for 4`},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, err := broker.Start(c.o)
			if err == nil {
				b.Close()
				t.Fatal("started")
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("%q does not say %q", err, c.want)
			}
		})
	}
}

func TestParseTopic(t *testing.T) {
	for in, want := range map[string]broker.Topic{"a": {Name: "a", Partitions: 1}, "a-b.c:12": {Name: "a-b.c", Partitions: 12}} {
		if got, err := broker.ParseTopic(in); err != nil || got != want {
			t.Errorf("%q: %v, %v", in, got, err)
		}
	}
	for _, in := range []string{"", ":3", "a:", "a:0", "a:-1", "a:x"} {
		if got, err := broker.ParseTopic(in); err == nil {
			t.Errorf("%q: %v and no error", in, got)
		}
	}
}
