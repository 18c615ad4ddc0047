package runtime_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/internal/broker"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/twmb/franz-go/pkg/kadm"
)

// members returns the group's members, and its generation by way of their names.
func (c *cluster) members(app string) []string {
	c.t.Helper()
	groups, err := kadm.NewClient(c.cl).DescribeGroups(c.t.Context(), app)
	if err != nil {
		c.t.Fatal(err)
	}
	var ids []string
	for _, m := range groups[app].Members {
		ids = append(ids, m.MemberID)
	}
	return ids
}

// A standby has what the task needs: the instance that takes over goes on with the store
// that it has open, and restores next to nothing.
func TestTheStandbyGoesOn(t *testing.T) {
	c := newCluster(t, broker.Topic{Name: "words", Partitions: 2}, broker.Topic{Name: "counted", Partitions: 2})
	in, want := words(2000, 50)
	c.produce("words", in...)
	configure := func() rt.Config {
		cfg := c.config("standby", rt.ExactlyOnce, t.TempDir())
		cfg.NumStandbyReplicas = 1
		return cfg
	}
	one := start(t, rt.InterpretPlain(counting), configure())
	out := c.read("counted")
	out.until("all counts", func() bool { return maps.Equal(out.counts(), want) })
	two := start(t, rt.InterpretPlain(counting), configure())
	// Four tasks, two with state: each instance runs one of these and follows the other.
	eventually(t, "a standby on each", func() bool {
		return one.State() == rt.Running && two.State() == rt.Running &&
			one.Metrics().StandbyTasks.Load() == 1 && two.Metrics().StandbyTasks.Load() == 1 && two.Metrics().StandbyRecords.Load() > 0
	})
	more, counts := words(500, 50)
	for w, n := range counts {
		want[w] += n
	}
	c.produce("words", more...)
	out.until("the counts of both", func() bool { return maps.Equal(out.counts(), want) })
	restored := restoredBy(two)
	if err := one.Close(patience); err != nil {
		t.Fatal(err)
	}
	c.produce("words", more...)
	for w, n := range counts {
		want[w] += n
	}
	out.until("the counts of one alone", func() bool { return maps.Equal(out.counts(), want) })
	if n := two.Metrics().Promotions.Load(); n == 0 {
		t.Error("no standby was promoted")
	}
	if n := restoredBy(two) - restored; n > 200 {
		t.Errorf("%d records were restored although the state was followed", n)
	}
}

func restoredBy(app *rt.App) (n int64) {
	for _, th := range app.Metrics().Threads() {
		n += th.Restored.Load()
	}
	return n
}

// A static member that closes keeps its place, and finds it again without a rebalance; asked
// to leave it leaves.
func TestStaticMemberComesBack(t *testing.T) {
	c := newCluster(t, broker.Topic{Name: "words", Partitions: 2}, broker.Topic{Name: "counted", Partitions: 2})
	cfg := c.config("static", rt.ExactlyOnce, t.TempDir())
	cfg.Consumer.GroupInstanceID = "one"
	cfg.NumStreamThreads = 2
	for life := range 3 {
		app := start(t, rt.InterpretPlain(counting), cfg)
		eventually(t, "two tasks on each worker", func() bool {
			for _, th := range app.Metrics().Threads() {
				if th.ActiveTasks.Load() != 2 {
					return false
				}
			}
			return app.State() == rt.Running
		})
		if have := c.members("static"); len(have) != 2 || !strings.HasPrefix(have[0], "one-") {
			t.Fatalf("the members are %v", have)
		}
		how, stay := rt.Leaving(""), 2
		if life == 2 {
			how, stay = rt.LeaveAlways, 0
		}
		if err := app.CloseLeaving(patience, how); err != nil {
			t.Fatal(err)
		}
		if have := c.members("static"); len(have) != stay {
			t.Errorf("life %d: the members are %v", life, have)
		}
	}
}

// Two instances under one name would throw each other out for ever.
func TestTwoInstancesOfOneNameAreRefused(t *testing.T) {
	c := newCluster(t, broker.Topic{Name: "words", Partitions: 1}, broker.Topic{Name: "shouted", Partitions: 1})
	configure := func() rt.Config {
		cfg := c.config("twins", rt.AtLeastOnce, t.TempDir())
		cfg.Consumer.GroupInstanceID = "one"
		return cfg
	}
	one := start(t, rt.InterpretPlain(shouting), configure())
	eventually(t, "running", func() bool { return one.State() == rt.Running })
	start(t, rt.InterpretPlain(shouting), configure())
	eventually(t, "the end of the first", func() bool { return one.State() == rt.Failed })
	if err := one.Close(patience); err == nil || !strings.Contains(err.Error(), `group.instance.id "one-1" is used by another process`) {
		t.Error(err)
	}
}
