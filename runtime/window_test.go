package runtime_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/internal/broker"
	rt "github.com/streamgen/streamgen/runtime"
)

// watched counts by overlapping windows of ten seconds and by sessions, and tells of them when
// they have closed.
func watched(b *dsl.Builder) {
	tell := func(k string, n int64) string { return fmt.Sprintf("%s=%d", k, n) }
	seconds := func(ms int64) int64 { return (ms - 1_700_000_000_000) / 1000 }
	byKey := b.Stream("events", dsl.String(), dsl.String()).GroupByKey()
	byKey.WindowedBy(dsl.Hopping(10*time.Second, 5*time.Second)).
		Count(dsl.Name("rates"), dsl.EmitOnClose()).
		ToStream(func(k string, w dsl.Window) string { return fmt.Sprintf("%s@%d", k, seconds(w.Start)) }).
		MapValues(tell).To("told", dsl.String(), dsl.String())
	byKey.SessionsBy(dsl.Sessions(3*time.Second)).
		Count(dsl.Name("visits"), dsl.EmitOnClose()).
		ToStream(func(k string, w dsl.Session) string {
			return fmt.Sprintf("%s[%d,%d]", k, seconds(w.Start), seconds(w.End))
		}).
		MapValues(tell).To("told", dsl.String(), dsl.String())
}

// windowsSurvive starts windows and sessions anew while some have closed and some are open,
// with the state directory of the first run or without: what was told is not told again, what
// was open goes on (S110, S113), and a record that was too late stays it (S15).
func windowsSurvive(t *testing.T, c *cluster, app string, guarantee rt.Guarantee, dirs [2]string) {
	t.Helper()
	r := c.read("told")
	all := func(values ...string) func() bool {
		return func() bool {
			return !slices.ContainsFunc(values, func(v string) bool { return !slices.Contains(r.order, v) })
		}
	}
	a := start(t, rt.InterpretPlain(watched), c.config(app, guarantee, dirs[0]))
	c.produceAt(at{"events", "a", "", 1000}, at{"events", "a", "", 2000}, at{"events", "a", "", 6000}, at{"events", "b", "", 12_000})
	r.until("what closed first", all("a@-5=2", "a@0=3", "a[1,2]=2", "a[6,6]=1"))
	if err := a.Close(patience); err != nil {
		t.Fatal(err)
	}
	a = start(t, rt.InterpretPlain(watched), c.config(app, guarantee, dirs[1]))
	c.produceAt(at{"events", "late", "", 1000}, at{"events", "b", "", 14_000}, at{"events", "end", "", 60_000})
	r.until("what closed over the restart", all("a@5=1", "b@5=2", "b@10=2", "b[12,14]=2"))
	if err := a.Close(patience); err != nil {
		t.Fatal(err)
	}
	r.poll(300 * time.Millisecond)
	slices.Sort(r.order)
	if got, want := strings.Join(r.order, " "), "a@-5=2 a@0=3 a@5=1 a[1,2]=2 a[6,6]=1 b@10=2 b@5=2 b[12,14]=2"; got != want {
		t.Errorf("told %s, want %s", got, want)
	}
}

func TestWindowsSurviveARestart(t *testing.T) {
	for name, guarantee := range map[string]rt.Guarantee{"exactly once": rt.ExactlyOnce, "at least once": rt.AtLeastOnce} {
		for _, kept := range []bool{true, false} {
			t.Run(name+map[bool]string{true: ", state kept", false: ", state lost"}[kept], func(t *testing.T) {
				t.Parallel()
				c := newCluster(t, broker.Topic{Name: "events", Partitions: 1}, broker.Topic{Name: "told", Partitions: 1})
				dirs := [2]string{t.TempDir()}
				if dirs[1] = dirs[0]; !kept {
					dirs[1] = t.TempDir()
				}
				windowsSurvive(t, c, "app", guarantee, dirs)
			})
		}
	}
}
