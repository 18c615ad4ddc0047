package runtime_test

import (
	"context"
	"maps"
	"net"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/internal/broker"
	rt "github.com/streamgen/streamgen/runtime"
)

var guarantees = []rt.Guarantee{rt.AtLeastOnce, rt.ExactlyOnce}

func TestStatelessTopology(t *testing.T) {
	for _, g := range guarantees {
		t.Run(string(g), func(t *testing.T) {
			c := newCluster(t, broker.Topic{Name: "words", Partitions: 3}, broker.Topic{Name: "shouted", Partitions: 2})
			list, counts := words(1000, 50)
			c.produce("words", list...)
			app := start(t, rt.InterpretPlain(shouting), c.config("shout", g, t.TempDir()))
			r := c.read("shouted")
			r.until("all words", func() bool { return r.records >= 1000 })
			for _, v := range r.order {
				counts[lower(v)]--
			}
			for w, n := range counts {
				if n != 0 {
					t.Errorf("%s: %d missing", w, n)
				}
			}
			if err := app.Close(patience); err != nil {
				t.Error(err)
			}
			if app.State() != rt.NotRunning {
				t.Errorf("state %v", app.State())
			}
		})
	}
}

func TestCountsAndGoesOnAfterARestart(t *testing.T) {
	for _, g := range guarantees {
		t.Run(string(g), func(t *testing.T) {
			c := newCluster(t, broker.Topic{Name: "words", Partitions: 4}, broker.Topic{Name: "counted", Partitions: 2})
			list, counts := words(5000, 100)
			c.produce("words", list...)
			dir := t.TempDir()
			app := start(t, rt.InterpretPlain(counting), c.config("count", g, dir))
			r := c.read("counted")
			r.until("first counts", func() bool { return maps.Equal(r.counts(), counts) })
			if err := app.Close(patience); err != nil {
				t.Fatal(err)
			}
			c.produce("words", list...)
			for w := range counts {
				counts[w] *= 2
			}
			start(t, rt.InterpretPlain(counting), c.config("count", g, dir))
			r.until("second counts", func() bool { return maps.Equal(r.counts(), counts) })
		})
	}
}

func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// A stop does not wait for a start that waits for a broker.
func TestCloseEndsAStartUnderWay(t *testing.T) {
	c := &cluster{t: t, addr: "127.0.0.1:9"}
	cfg := c.config("app", rt.ExactlyOnce, t.TempDir())
	asked := make(chan struct{}, 100)
	cfg.Dial = func(ctx context.Context, _, _ string) (net.Conn, error) {
		asked <- struct{}{}
		<-ctx.Done()
		return nil, ctx.Err()
	}
	app, err := rt.New(rt.InterpretPlain(shouting), cfg)
	if err != nil {
		t.Fatal(err)
	}
	started := make(chan error, 1)
	go func() { started <- app.Start(context.Background()) }()
	<-asked
	if err := app.Close(patience); err != nil {
		t.Error(err)
	}
	if err := <-started; err == nil || !strings.Contains(err.Error(), "closed while it started") {
		t.Errorf("the start says %v", err)
	}
	if app.State() != rt.NotRunning {
		t.Errorf("state %v", app.State())
	}
	if app, err = rt.New(rt.InterpretPlain(shouting), cfg); err != nil {
		t.Fatal(err)
	}
	if err := app.Close(patience); err != nil || app.State() != rt.NotRunning {
		t.Errorf("one that was never started: %v, state %v", err, app.State())
	}
	if err := app.Start(context.Background()); err == nil {
		t.Error("started after the end")
	}
}
