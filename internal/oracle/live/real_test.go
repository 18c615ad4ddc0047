//go:build real

package live

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/streamgen/streamgen/internal/golden"
	"github.com/streamgen/streamgen/internal/oracle/form"
	"github.com/streamgen/streamgen/internal/oracle/operator"
	"github.com/streamgen/streamgen/internal/oracle/peer"
	"github.com/streamgen/streamgen/internal/oracle/play"
	"github.com/streamgen/streamgen/internal/oracle/recorded/live"
	"github.com/streamgen/streamgen/internal/oracle/session"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	partitions = 3
	// patience bounds every wait.
	patience = 60 * time.Second
)

// runner runs one topology, as an application that commits when it is closed and never before.
type runner interface {
	processed() (int64, error)
	close() error
}

// TestRealPlacesAndCoalescesAsKafkaStreams: on one broker, with the same input, both write the
// same records to the same partitions in the same order. S17, S24, S180.
func TestRealPlacesAndCoalescesAsKafkaStreams(t *testing.T) {
	addr, java := real(t)
	seed := uint64(time.Now().UnixNano())
	for i, e := range live.Entries {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Logf("seed %d\n%s", seed, e.Text)
			c, err := form.ParseCase("topology\n" + e.Text)
			if err == nil {
				err = operator.Check(c.Topology)
			}
			if err != nil {
				t.Fatal(err)
			}
			feed := phases(rand.New(rand.NewPCG(seed, uint64(i))), c.Topology, e)
			theirs := run(t, addr, "live-java", topics(c.Topology), feed, func(app string) (runner, error) {
				return startJava(java, addr, app, t.TempDir(), rt.AtLeastOnce, e.Text)
			})
			ours := run(t, addr, "live-ours", topics(c.Topology), feed, func(app string) (runner, error) {
				return startOurs(t, addr, app, t.TempDir(), rt.AtLeastOnce, e)
			})
			if n := strings.Count(theirs, "\n"); n <= sum(feed) {
				t.Errorf("%d inputs gave %d lines", sum(feed), n)
			}
			if d := golden.Diff(theirs, ours); d != "" {
				t.Errorf("- is Kafka Streams', + is ours\n%s", d)
			}
		})
	}
}

// real returns the address of the broker and a JVM with Kafka Streams.
func real(t *testing.T) (string, *peer.Peer) {
	t.Helper()
	addr := os.Getenv("STREAMGEN_KAFKA_BOOTSTRAP")
	if addr == "" {
		t.Fatal("STREAMGEN_KAFKA_BOOTSTRAP is not set: run this through scripts/with-kafka.sh, as make test-real does")
	}
	java, err := session.Java("../../..")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { java.Close() })
	return addr, java
}

// run feeds an application phase by phase, closes it, and returns what lies on the topics.
func run(t *testing.T, addr, app string, topics []string, feed []phase, start func(app string) (runner, error)) string {
	t.Helper()
	connect(t, addr).fresh(topics)
	b := connect(t, addr)
	app = fmt.Sprintf("%s-%d", app, time.Now().UnixNano())
	b.live(app, feed, 0, start)
	return b.dump(app)
}

// live runs the application from its start to its close over some phases, of which others
// consumed the input before.
func (b *broker) live(app string, feed []phase, before int64, start func(app string) (runner, error)) {
	t := b.t
	t.Helper()
	r, err := start(app)
	if err != nil {
		t.Fatal(err)
	}
	closed := false
	defer func() {
		if !closed {
			r.close() // the test has failed already
		}
	}()
	for i, p := range feed {
		// Copies: a record is given its offset.
		records := make([]*kgo.Record, len(p.records))
		for i, r := range p.records {
			c := *r
			records[i] = &c
		}
		if err := b.cl.ProduceSync(t.Context(), records...).FirstErr(); err != nil {
			t.Fatal(err)
		}
		var n int64
		b.until(fmt.Sprintf("phase %d of %s", i, app), func() bool {
			if n, err = r.processed(); err != nil || n > p.consumed-before {
				t.Fatalf("phase %d of %s: %d records processed, want %d; %v", i, app, n, p.consumed-before, err)
			}
			return n == p.consumed-before
		})
	}
	closed = true
	if err := r.close(); err != nil {
		t.Fatal(err)
	}
}

// topics are those that the topology names.
func topics(t form.Topology) (out []string) {
	for _, l := range t {
		if topic := l.Get("topic"); topic != "" && !slices.Contains(out, topic) {
			out = append(out, topic)
		}
	}
	return out
}

// kafkaStreams is the Java side, see Live.java.
type kafkaStreams struct{ java *peer.Peer }

func startJava(java *peer.Peer, addr, app, dir string, guarantee rt.Guarantee, topology string) (runner, error) {
	_, err := ask(java, fmt.Sprintf("live %s %s %s %s\n%s", addr, app, dir, guarantee, topology))
	return kafkaStreams{java}, err
}

func ask(java *peer.Peer, block string) (string, error) {
	answer, err := java.Ask(block)
	if err == nil && strings.HasPrefix(answer, "error") {
		err = fmt.Errorf("%s", answer)
	}
	return strings.TrimSpace(answer), err
}

func (k kafkaStreams) processed() (int64, error) {
	answer, err := ask(k.java, "processed\n")
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(answer, 10, 64)
}

func (k kafkaStreams) close() error {
	_, err := ask(k.java, "close\n")
	return err
}

// application is ours.
type application struct{ app *rt.App }

func startOurs(t *testing.T, addr, app, dir string, guarantee rt.Guarantee, e play.Entry) (runner, error) {
	cfg := rt.Config{ApplicationID: app, BootstrapServers: []string{addr}, StateDir: dir, ProcessingGuarantee: guarantee,
		RepartitionPurgeInterval: time.Hour, CacheMaxBytes: 10 << 20, Poll: 20 * time.Millisecond, HTTPAddress: "off",
		Compatibility: rt.Kafka, Logger: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))}
	if guarantee == rt.AtLeastOnce {
		cfg.CommitInterval = time.Hour
	}
	cfg.Consumer.FetchMaxWait = 50 * time.Millisecond
	a, err := rt.New(e.Build(play.Generated), cfg)
	if err != nil {
		return nil, err
	}
	return application{a}, a.Start(t.Context())
}

func (a application) processed() (n int64, err error) {
	select {
	case <-a.app.Done():
		return 0, fmt.Errorf("it ended: %w", a.app.Close(time.Second))
	default:
	}
	for _, th := range a.app.Metrics().Threads() {
		n += th.Process.Total()
	}
	return n, nil
}

func (a application) close() error { return a.app.Close(patience) }
