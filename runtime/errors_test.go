package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/internal/broker"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/streamgen/streamgen/runtime/fault"
	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/twmb/franz-go/pkg/kadm"
)

// fails starts an App that must not start, and checks the words of its one error.
func fails(t *testing.T, cfg rt.Config, want ...string) {
	t.Helper()
	app, err := rt.New(rt.InterpretPlain(counting), cfg)
	if err != nil {
		t.Fatal(err)
	}
	err = app.Start(t.Context())
	if err == nil {
		app.Close(patience)
		t.Fatal("it started")
	}
	for _, w := range want {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error %q does not mention %q", err, w)
		}
	}
	if app.State() != rt.Failed {
		t.Errorf("state %v, want ERROR", app.State())
	}
	if e := app.Close(time.Second); !errors.Is(e, err) {
		t.Errorf("Close returns %v", e)
	}
}

func TestWrongAddressFailsSoonAndNamesIt(t *testing.T) {
	c := newCluster(t)
	cfg := c.config("app", rt.ExactlyOnce, t.TempDir())
	cfg.BootstrapServers = []string{"127.0.0.1:1"}
	cfg.TaskTimeout = time.Second
	began := time.Now()
	fails(t, cfg, "127.0.0.1:1", "bootstrap.servers")
	if d := time.Since(began); d > 20*time.Second {
		t.Errorf("it took %v", d)
	}
}

func TestMissingTopicsAreNamed(t *testing.T) {
	c := newCluster(t, broker.Topic{Name: "counted", Partitions: 1})
	fails(t, c.config("app", rt.AtLeastOnce, t.TempDir()), `topic "words" does not exist`, "KSTREAM-SOURCE")
	c = newCluster(t, broker.Topic{Name: "words", Partitions: 1})
	fails(t, c.config("app", rt.AtLeastOnce, t.TempDir()), `topic "counted" does not exist`)
}

func TestChangedPartitionCountIsRefused(t *testing.T) {
	c := newCluster(t, broker.Topic{Name: "words", Partitions: 2}, broker.Topic{Name: "counted", Partitions: 1})
	dir := t.TempDir()
	app := start(t, rt.InterpretPlain(counting), c.config("app", rt.ExactlyOnce, dir))
	if err := app.Close(patience); err != nil {
		t.Fatal(err)
	}
	if _, err := kadm.NewClient(c.cl).UpdatePartitions(context.Background(), 3, "words"); err != nil {
		t.Fatal(err)
	}
	fails(t, c.config("app", rt.ExactlyOnce, dir), "app-counts-repartition", "2 partitions but needs 3", "reset the application")
}

// Partitions that are added under a running application stop it with an error, whatever its
// state; without state the next start takes them in.
func TestPartitionsAddedWhileRunning(t *testing.T) {
	c := newCluster(t, broker.Topic{Name: "words", Partitions: 2}, broker.Topic{Name: "shouted", Partitions: 1})
	cfg := c.config("app", rt.ExactlyOnce, t.TempDir())
	cfg.Logger = nil // the failure is wanted
	cfg.MetadataMaxAge = 50 * time.Millisecond
	app, err := rt.New(rt.InterpretPlain(shouting), cfg)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- app.Run(t.Context()) }()
	eventually(t, "the start", func() bool { return app.State() == rt.Running })
	if _, err := kadm.NewClient(c.cl).UpdatePartitions(context.Background(), 3, "words"); err != nil {
		t.Fatal(err)
	}
	select {
	case err = <-ended:
	case <-time.After(patience):
		t.Fatal("it goes on")
	}
	if want := `topic "words" had 2 partitions when the application started and has at least 3 now; start it again`; err == nil || !strings.Contains(err.Error(), want) {
		t.Fatalf("got %v", err)
	}
	if s := app.State(); s != rt.Failed {
		t.Errorf("it is %v", s)
	}
	start(t, rt.InterpretPlain(shouting), cfg)
	// Spread by the client, some of these lie in the new partition.
	list, _ := words(60, 60)
	c.produce("words", list...)
	r := c.read("shouted")
	r.until("all records", func() bool { return r.records == len(list) })
	ends, err := kadm.NewClient(c.cl).ListEndOffsets(context.Background(), "words")
	if o, ok := ends.Lookup("words", 2); err != nil || !ok || o.Offset == 0 {
		t.Fatalf("nothing lies in the new partition: the test tests nothing (%v)", err)
	}
}

func TestLockedStateDirectoryIsNamed(t *testing.T) {
	c := newCluster(t, broker.Topic{Name: "words", Partitions: 1}, broker.Topic{Name: "counted", Partitions: 1})
	dir := t.TempDir()
	start(t, rt.InterpretPlain(counting), c.config("app", rt.ExactlyOnce, dir))
	fails(t, c.config("app", rt.ExactlyOnce, dir), dir, "in use", "state.dir")
}

func TestTopologyErrorStopsNew(t *testing.T) {
	want := errors.New("stale code")
	if _, err := rt.New(&gen.Topology{Err: want}, rt.Config{}); !errors.Is(err, want) {
		t.Error(err)
	}
}

func TestConfigReportsAllProblems(t *testing.T) {
	_, err := rt.New(rt.InterpretPlain(counting), rt.Config{ProcessingGuarantee: "maybe", NumStreamThreads: -1})
	if err == nil {
		t.Fatal("accepted")
	}
	for _, w := range []string{"application.id", "bootstrap.servers", "processing.guarantee", "num.stream.threads"} {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%v does not mention %s", err, w)
		}
	}
}

// An unreadable record stops the application by default, says where it is, and is not
// passed by: after the stop its offset is still the next one (S10).
func TestBadRecordFailsAndLosesNothing(t *testing.T) {
	for _, g := range guarantees {
		t.Run(string(g), func(t *testing.T) {
			c := newCluster(t, broker.Topic{Name: "words", Partitions: 1}, broker.Topic{Name: "shouted", Partitions: 1})
			c.produce("words", "a", "b", "bad", "c")
			cfg := c.config("app", g, t.TempDir())
			cfg.Logger = logger(t)
			var states []rt.State
			cfg.OnState = func(_, to rt.State) { states = append(states, to) }
			app, err := rt.New(rt.InterpretPlain(picky), cfg)
			if err != nil {
				t.Fatal(err)
			}
			err = app.Run(t.Context())
			var fe *fault.Error
			if !errors.As(err, &fe) || fe.Topic != "words" || fe.Offset != 2 {
				t.Fatalf("%v", err)
			}
			if got := fmt.Sprint(states[len(states)-2:]); got != "[PENDING_ERROR ERROR]" {
				t.Errorf("states %v", states)
			}
			offsets, err := kadm.NewClient(c.cl).FetchOffsets(context.Background(), "app")
			if err != nil {
				t.Fatal(err)
			}
			if o, ok := offsets.Lookup("words", 0); ok && o.At > 2 {
				t.Errorf("committed offset %d is beyond the bad record", o.At)
			}
		})
	}
}

func picky(b *dsl.Builder) {
	b.Stream("words", dsl.String(), dsl.String()).
		TryMapValues(func(_, word string) (string, error) {
			if word == "bad" {
				return "", errors.New("refused")
			}
			return word, nil
		}).
		To("shouted", dsl.String(), dsl.String())
}
