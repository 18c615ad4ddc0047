package runtime_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/streamgen/streamgen/internal/broker"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/twmb/franz-go/pkg/kadm"
)

// reset says or does it and returns the lines.
func (c *cluster) reset(cfg rt.Config, r rt.Reset) (string, error) {
	var out bytes.Buffer
	err := r.Do(context.Background(), cfg, &out)
	return strings.ReplaceAll(out.String(), cfg.StateDir, "DIR"), err
}

// An application that was reset does it all again: the same counts, not twice as many.
func resetStartsAnew(t *testing.T, c *cluster, app string) {
	dir := t.TempDir()
	cfg := c.config(app, rt.ExactlyOnce, dir)
	list, counts := words(300, 10)
	c.produce("words", list...)
	a := start(t, rt.InterpretPlain(counting), cfg)
	r := c.read("counted")
	r.until("first counts", func() bool { return maps.Equal(r.counts(), counts) })
	if _, err := c.reset(cfg, rt.Reset{}); err == nil || !strings.Contains(err.Error(), "has 1 members: "+app+"-") {
		t.Errorf("reset of a running application: %v", err)
	}
	if err := a.Close(patience); err != nil {
		t.Fatal(err)
	}
	adm := kadm.NewClient(c.cl)
	if _, err := adm.CreateTopics(t.Context(), 1, 1, nil, app+"-two-x-changelog"); err != nil {
		t.Fatal(err)
	}
	defer adm.DeleteTopics(context.Background(), app+"-two-x-changelog")
	defer adm.DeleteGroup(context.Background(), app+"-two")
	eventually(t, "a group of another application", func() bool {
		o := kadm.Offsets{}
		o.Add(kadm.Offset{Topic: "words", Partition: 0, At: 1})
		return adm.CommitAllOffsets(context.Background(), app+"-two", o) == nil
	})
	said, err := c.reset(cfg, rt.Reset{LocalState: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"group " + app + " has no members\n", " → 0 (earliest)\n", "delete topic " + app + "-counts-changelog (2 partitions)\n",
		"delete topic " + app + "-counts-repartition (2 partitions)\n", "leave topic " + app + "-two-x-changelog: it may belong to application " + app + "-two;",
		"delete local state DIR/" + app + "\n",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("no %q in\n%s", want, said)
		}
	}
	if topics, err := adm.ListTopics(t.Context()); err != nil || !topics.Has(app+"-counts-changelog") {
		t.Fatal("the dry run deleted a topic, or ", err)
	}
	did, err := c.reset(cfg, rt.Reset{LocalState: true, Execute: true})
	if err != nil || !strings.HasPrefix(did, said[:strings.Index(said, "delete local")]) || !strings.Contains(did, "deleted 2 internal topics\n") {
		t.Fatalf("%v\n%s", err, did)
	}
	topics, err := kadm.NewClient(connect(t, c.addr).cl).ListTopics(t.Context()) // the old client keeps an answer
	if err != nil || topics.Has(app+"-counts-changelog") || topics.Has(app+"-counts-repartition") || !topics.Has(app+"-two-x-changelog") {
		t.Fatal(topics.Names(), err)
	}
	if _, err := os.Stat(filepath.Join(dir, app)); !os.IsNotExist(err) {
		t.Error("the local state is still there: ", err)
	}
	a = start(t, rt.InterpretPlain(counting), cfg)
	r = c.read("counted")
	n := r.records
	r.until("the counts twice", func() bool { return r.records >= n+2*len(counts) && maps.Equal(r.counts(), counts) })
	// Nothing more comes: what is committed is all that was produced.
	eventually(t, "all offsets committed", func() bool {
		o, err := adm.FetchOffsets(context.Background(), app)
		at := int64(0)
		o.Each(func(o kadm.OffsetResponse) {
			if o.Topic == "words" {
				at += o.At
			}
		})
		return err == nil && at >= int64(len(list))
	})
	if err := a.Close(patience); err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(r.counts(), counts) {
		t.Errorf("%v, want %v", r.counts(), counts)
	}
}

func TestResetStartsAnew(t *testing.T) {
	resetStartsAnew(t, newCluster(t, broker.Topic{Name: "words", Partitions: 2}, broker.Topic{Name: "counted", Partitions: 2}), "app")
}

// Where the inputs go, by each option.
func TestResetPoints(t *testing.T) {
	c := newCluster(t, broker.Topic{Name: "words", Partitions: 1}, broker.Topic{Name: "other", Partitions: 1})
	c.produce("words", make([]string, 10)...) // offset n has the timestamp 1700000000000 + n
	adm := kadm.NewClient(c.cl)
	cfg := c.config("app", rt.AtLeastOnce, t.TempDir())
	for _, x := range []struct {
		to   rt.ResetPoint
		want int64
		why  string
	}{
		{rt.ResetPoint{}, 0, "earliest"},
		{rt.ResetPoint{Kind: rt.ResetLatest}, 10, "latest"},
		{rt.ResetPoint{Kind: rt.ResetOffset, N: 7}, 7, "to offset"},
		{rt.ResetPoint{Kind: rt.ResetOffset, N: 70}, 10, "to offset; 70 lies beyond the end"},
		{rt.ResetPoint{Kind: rt.ResetTime, N: 1_700_000_000_003}, 3, "at 2023-11-14T22:13:20Z"},
		{rt.ResetPoint{Kind: rt.ResetTime, N: 1_800_000_000_000}, 10, "at 2027-01-15T08:00:00Z"},
		{rt.ResetPoint{Kind: rt.ResetShift, N: 2}, 6, "shift by 2"},
		{rt.ResetPoint{Kind: rt.ResetShift, N: -9}, 0, "shift by -9; -5 lies before the first record"},
		{rt.ResetPoint{Kind: rt.ResetFile, Offsets: map[string]map[int32]int64{"words": {0: 5}}}, 5, "from file"},
	} {
		before := kadm.Offsets{}
		before.Add(kadm.Offset{Topic: "words", Partition: 0, At: 4, Metadata: "times"})
		before.Add(kadm.Offset{Topic: "other", Partition: 0, At: 0, Metadata: "times"})
		if err := adm.CommitAllOffsets(t.Context(), "app", before); err != nil {
			t.Fatal(err)
		}
		out, err := c.reset(cfg, rt.Reset{Inputs: []string{"words"}, To: x.to, Execute: true})
		if line := fmt.Sprintf("offset of words-0: 4 → %d (%s)\n", x.want, x.why); err != nil || !strings.Contains(out, line) || !strings.Contains(out, "offset of other-0: 0 → 0 (kept; its stream time is forgotten)\n") {
			t.Errorf("%v: no %s in\n%s", err, line, out)
		}
		after, err := adm.FetchOffsets(t.Context(), "app")
		if err != nil {
			t.Fatal(err)
		}
		if o := after["words"][0]; o.At != x.want || o.Metadata != "" {
			t.Errorf("%s: committed %d %q", x.why, o.At, o.Metadata)
		}
		if o := after["other"][0]; o.At != 0 || o.Metadata != "" {
			t.Errorf("%s: the other input has %d %q", x.why, o.At, o.Metadata)
		}
	}
}

// What a reset refuses, with nothing changed.
func TestResetRefuses(t *testing.T) {
	c := newCluster(t, broker.Topic{Name: "words", Partitions: 1}, broker.Topic{Name: "app-counts-changelog", Partitions: 1}, broker.Topic{Name: "app-old-changelog", Partitions: 1})
	cfg := c.config("app", rt.AtLeastOnce, t.TempDir())
	for _, x := range []struct {
		r    rt.Reset
		want string
	}{
		{rt.Reset{Inputs: []string{"wrods"}}, `input topics ["wrods"] do not exist`},
		{rt.Reset{Inputs: []string{"app-counts-changelog"}}, "is an internal topic of the application"},
		{rt.Reset{Internal: []string{"words"}}, `topics ["words"] are no internal topics`},
		{rt.Reset{Internal: []string{"app-x-changelog"}}, "are no internal topics"},
		{rt.Reset{Inputs: []string{"words"}, To: rt.ResetPoint{Kind: rt.ResetFile, Offsets: map[string]map[int32]int64{"x": {0: 5}}}}, `names topic "x", which is no input`},
		{rt.Reset{Inputs: []string{"words"}, To: rt.ResetPoint{Kind: rt.ResetFile, Offsets: map[string]map[int32]int64{"words": {9: 5}}}}, "words-9, which does not exist"},
	} {
		x.r.Execute = true
		if out, err := c.reset(cfg, x.r); err == nil || !strings.Contains(err.Error(), x.want) || strings.Contains(out, "wrote") || strings.Contains(out, "deleted") {
			t.Errorf("%v, want %s\n%s", err, x.want, out)
		}
	}
	out, err := c.reset(cfg, rt.Reset{Known: &rt.KnownTopics{Inputs: []string{"words"}, Internal: []string{"app-counts-changelog"}}})
	if err != nil || !strings.Contains(out, "leave topic app-old-changelog: the topology has no such topic") || strings.Contains(out, "delete topic app-old") {
		t.Errorf("%v\n%s", err, out)
	}
	out, err = c.reset(cfg, rt.Reset{Internal: []string{"app-old-changelog"}})
	if err != nil || !strings.Contains(out, "leave topic app-counts-changelog: it is not among") || !strings.Contains(out, "delete topic app-old-changelog") {
		t.Errorf("%v\n%s", err, out)
	}
}

// With force the members are removed; the instance notices and ends, because its topics are gone.
func TestResetRemovesMembers(t *testing.T) {
	c := newCluster(t, broker.Topic{Name: "words", Partitions: 1}, broker.Topic{Name: "counted", Partitions: 1})
	cfg := c.config("app", rt.AtLeastOnce, t.TempDir())
	cfg.Logger = quiet
	c.produce("words", "a")
	a := start(t, rt.InterpretPlain(counting), cfg)
	r := c.read("counted")
	r.until("a count", func() bool { return r.records == 1 })
	var out string
	var err error
	for range 20 { // the instance joins again at once: it may come between two steps
		if out, err = c.reset(cfg, rt.Reset{Force: true, Execute: true}); err == nil {
			break
		}
	}
	if err != nil || !strings.Contains(out, "remove member app-") || !strings.Contains(out, "removed 1 members\n") {
		t.Fatalf("%v\n%s", err, out)
	}
	a.Close(time.Second)
}
