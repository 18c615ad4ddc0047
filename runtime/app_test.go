package runtime_test

import (
	"maps"
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
