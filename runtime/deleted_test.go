package runtime_test

import (
	"bytes"
	"context"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/streamgen/streamgen/internal/broker"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/twmb/franz-go/pkg/kadm"
)

// quiet is for tests that provoke errors.
var quiet = slog.New(slog.DiscardHandler)

// A topic that is deleted under the application ends it with one error that names the
// topic: it neither waits in silence nor tries for ever.
func TestDeletedTopicEndsTheApp(t *testing.T) {
	for _, g := range guarantees {
		for topic, want := range map[string]*regexp.Regexp{
			"words": regexp.MustCompile(`topic "words" was deleted`),
			// The client finds out itself, or not within the task timeout; a restart cannot restore.
			"counted":              regexp.MustCompile(`producing to counted-|did not acknowledge`),
			"app-counts-changelog": regexp.MustCompile(`producing to app-counts-changelog-|did not acknowledge|offsets of app-counts-changelog-`),
		} {
			t.Run(string(g)+"/"+topic, func(t *testing.T) {
				t.Parallel()
				c := newCluster(t, broker.Topic{Name: "words", Partitions: 2}, broker.Topic{Name: "counted", Partitions: 2})
				list, _ := words(100, 10)
				c.produce("words", list...)
				cfg := c.config("app", g, t.TempDir())
				cfg.TaskTimeout = 2 * time.Second
				cfg.Logger = quiet
				app := start(t, rt.InterpretPlain(counting), cfg)
				r := c.read("counted")
				r.until("outputs", func() bool { return r.records > 0 })
				if _, err := kadm.NewClient(c.cl).DeleteTopics(context.Background(), topic); err != nil {
					t.Fatal(err)
				}
				if topic != "words" {
					c.produce("words", list...)
				}
				select {
				case <-app.Done():
				case <-time.After(patience):
					t.Fatalf("still %v", app.State())
				}
				err := app.Close(time.Second)
				if err == nil || !want.MatchString(err.Error()) {
					t.Errorf("it ended with %v, want %v", err, want)
				}
				if app.State() != rt.Failed {
					t.Errorf("state %v", app.State())
				}
			})
		}
	}
}

// A stop is bounded also when the broker is away in the middle of a commit.
func TestStopWithoutABroker(t *testing.T) {
	for _, g := range guarantees {
		t.Run(string(g), func(t *testing.T) {
			c, _ := faultable(t)
			list, _ := words(2000, 10)
			c.produce("words", list...)
			var dying network
			cfg := c.config("app", g, t.TempDir())
			cfg.TaskTimeout = 5 * time.Minute
			cfg.CommitInterval = 20 * time.Millisecond
			cfg.Logger = quiet
			cfg.Dial = dying.dial
			app := start(t, rt.InterpretPlain(incrementing), cfg)
			r := c.read("counted")
			r.until("outputs", func() bool { return r.records > 0 })
			dying.kill()
			c.produce("words", list...)
			began := time.Now()
			app.Close(100 * time.Millisecond)
			if d := time.Since(began); d > 15*time.Second {
				t.Errorf("the stop took %v", d)
			}
		})
	}
}

// A second signal does not wait for the broker that the first one's stop waits for.
func TestSecondSignalHurries(t *testing.T) {
	c, _ := faultable(t)
	list, _ := words(2000, 10)
	c.produce("words", list...)
	var dying network
	cfg := c.config("app", rt.ExactlyOnce, t.TempDir())
	cfg.TaskTimeout = 5 * time.Minute
	cfg.CommitInterval = 20 * time.Millisecond
	cfg.Logger = quiet
	cfg.Dial = dying.dial
	first, stop := context.WithCancel(t.Context())
	second, hurry := context.WithCancel(t.Context())
	var said bytes.Buffer
	code := make(chan int, 1)
	go func() {
		code <- rt.RunHurried(first, second, rt.InterpretPlain(incrementing), cfg, &said)
	}()
	r := c.read("counted")
	r.until("outputs", func() bool { return r.records > 0 })
	dying.kill()
	c.produce("words", list...)
	stop()
	began := time.Now()
	hurry()
	if got := <-code; got != 1 || !strings.Contains(said.String(), "the application was ended without a last commit; nothing is lost") {
		t.Errorf("exit code %d: %s", got, &said)
	}
	if d := time.Since(began); d > 15*time.Second {
		t.Errorf("it took %v", d)
	}
}
