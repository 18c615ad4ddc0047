package runtime_test

import (
	"testing"
	"time"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/internal/broker"
	rt "github.com/streamgen/streamgen/runtime"
)

// A window on a partition that fell silent closes, and its result is committed; a record that
// comes for it afterwards is late, after a restart too (S234).
func TestWindowsCloseOnASilentPartition(t *testing.T) {
	for _, g := range guarantees {
		t.Run(string(g), func(t *testing.T) {
			c := newCluster(t, broker.Topic{Name: "words", Partitions: 2}, broker.Topic{Name: "closed", Partitions: 1})
			cfg := c.config("app", g, t.TempDir())
			cfg.IdlePartition = 50 * time.Millisecond
			top := func(b *dsl.Builder) {
				b.Stream("words", dsl.String(), dsl.String()).
					GroupByKey().
					WindowedBy(dsl.Tumbling(100*time.Millisecond)).
					Count(dsl.Name("counts"), dsl.EmitOnClose()).
					ToStream(func(k string, _ dsl.Window) string { return k }).
					To("closed", dsl.String(), dsl.Int64())
			}
			app := start(t, rt.InterpretPlain(top), cfg)
			c.produce("words", "a")
			r := c.read("closed")
			r.until("the window's result", func() bool { return r.counts()["k0"] == 1 })
			if err := app.Close(patience); err != nil {
				t.Fatal(err)
			}
			c.produce("words", "late") // into the same window
			app = start(t, rt.InterpretPlain(top), cfg)
			eventually(t, "the late record", func() bool { return app.Metrics().Threads()[0].DroppedLate.Load() == 1 })
		})
	}
}
