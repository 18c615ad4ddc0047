package main

import (
	"encoding/json/v2"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/examples/clicks/visitors"
	"github.com/streamgen/streamgen/runtime/testdriver"
)

type rig struct {
	t           *testing.T
	d           *testdriver.Driver
	impressions *testdriver.InputTopic[string, Impression]
	clicks      *testdriver.InputTopic[string, Click]
}

func newRig(t *testing.T) *rig {
	t.Helper()
	d, err := testdriver.New(NewClicks(config), testdriver.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return &rig{t: t, d: d,
		impressions: testdriver.Input(d, "impressions", dsl.String(), dsl.JSON[Impression]()),
		clicks:      testdriver.Input(d, "clicks", dsl.String(), dsl.JSON[Click]())}
}

func (r *rig) show(id, user, page string, at time.Duration) {
	r.t.Helper()
	if err := r.impressions.Pipe(id, Impression{User: user, Page: page, Ad: "ad"}, at.Milliseconds()); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) click(id string, at time.Duration) {
	r.t.Helper()
	if err := r.clicks.Pipe(id, Click{Target: "shop"}, at.Milliseconds()); err != nil {
		r.t.Fatal(err)
	}
}

// end lets time pass until nothing of the first day waits any more.
func (r *rig) end() {
	r.show("end", "end", "/", 72*time.Hour)
	r.show("after", "end", "/", 144*time.Hour)
}

// shown returns what became of impressions since the last call: id, page, target, time.
func (r *rig) shown() string {
	var s []string
	for _, o := range testdriver.Output(r.d, "shown", dsl.String(), dsl.JSON[Shown]()).ReadAll() {
		s = append(s, fmt.Sprintf("%s %s %q @%v", o.Key, o.Value.Page, o.Value.Target, time.Duration(o.Timestamp)*time.Millisecond))
	}
	return strings.Join(s, "\n")
}

// visits returns the visits that ended since the last call, without those of end.
func (r *rig) visits() (out []string) {
	for _, o := range testdriver.Output(r.d, "visits", dsl.SessionWindowed(dsl.String()), dsl.JSON[Visit]()).ReadAll() {
		if o.Key.Key != "end" {
			out = append(out, visit(o.Key.Key, o.Key.Session.Start, o.Key.Session.End, o.Value))
		}
	}
	slices.Sort(out)
	return out
}

func visit(user string, start, end int64, v Visit) string {
	return fmt.Sprintf("%s %d-%d %+v", user, start, end, v)
}

func (r *rig) want(what, got, want string) {
	r.t.Helper()
	if got != want {
		r.t.Errorf("%s:\n%s\nwant:\n%s", what, got, want)
	}
}

func TestClickWithinTenMinutesCounts(t *testing.T) {
	r := newRig(t)
	r.show("i1", "ann", "/news", 0)
	r.show("i2", "ann", "/cars", time.Minute)
	r.click("i1", 10*time.Minute)
	r.want("shown", r.shown(), `i1 /news "shop" @10m0s`)
	r.click("i2", 11*time.Minute+time.Millisecond) // a moment too late
	r.want("shown", r.shown(), "")
	r.show("i3", "bob", "/", 12*time.Minute+time.Millisecond) // i2 waited for late clicks until now
	r.want("shown", r.shown(), `i2 /cars "" @1m0s`)
	r.click("i2", time.Minute) // and waits no more
	r.want("shown", r.shown(), "")
}

func TestClickBeforeItsImpressionArrives(t *testing.T) {
	r := newRig(t)
	r.click("i1", 5*time.Minute)
	r.show("i1", "ann", "/", 4*time.Minute) // on another partition's way
	r.show("i2", "ann", "/", 6*time.Minute)
	r.click("i2", 5*time.Minute) // before it was shown: nobody's
	r.want("shown", r.shown(), `i1 / "shop" @5m0s`)
}

func TestVisitsAreEmittedOnceWhenTheyAreOver(t *testing.T) {
	r := newRig(t)
	r.show("i1", "ann", "/news", 0)
	r.show("i2", "ann", "/cars", 20*time.Minute)
	r.click("i2", 21*time.Minute)
	r.show("i3", "ann", "/jobs", 52*time.Minute) // another visit: 31 minutes later
	r.want("visits", strings.Join(r.visits(), "\n"), "")
	r.end()
	r.want("visits", strings.Join(r.visits(), "\n"), `ann 0-1260000 {Shown:2 Clicked:1}
ann 3120000-3120000 {Shown:1 Clicked:0}`)
}

// TestDayOfVisitors compares with a plain loop over the day.
func TestDayOfVisitors(t *testing.T) {
	r := newRig(t)
	day := visitors.Day(7, 60)
	for _, e := range day {
		if err := r.d.Pipe(e.Topic, testdriver.Record{Key: []byte(e.Key), Value: []byte(e.Value), Timestamp: e.At.UnixMilli() - visitors.Start.UnixMilli()}); err != nil {
			t.Fatal(err)
		}
	}
	r.end()
	got, want := r.visits(), truth(t, day)
	if !slices.Equal(got, want) {
		t.Errorf("%d visits, want %d:\n%s\nwant:\n%s", len(got), len(want), strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// truth is every visit of the day.
func truth(t *testing.T, day []visitors.Event) (out []string) {
	t.Helper()
	start := visitors.Start.UnixMilli()
	seen := map[string]int64{}
	of := map[string]Impression{}
	clicks := map[string][]int64{}
	for _, e := range day {
		at := e.At.UnixMilli() - start
		if e.Topic == "clicks" {
			if at-seen[e.Key] <= config.Within.Milliseconds() {
				clicks[e.Key] = append(clicks[e.Key], at)
			}
			continue
		}
		var i Impression
		if err := json.Unmarshal([]byte(e.Value), &i); err != nil {
			t.Fatal(err)
		}
		seen[e.Key], of[e.Key] = at, i
	}
	type outcome struct {
		at      int64
		clicked bool
	}
	byUser := map[string][]outcome{}
	for id, i := range of {
		if len(clicks[id]) == 0 {
			byUser[i.User] = append(byUser[i.User], outcome{seen[id], false})
		}
		for _, at := range clicks[id] {
			byUser[i.User] = append(byUser[i.User], outcome{at, true})
		}
	}
	for _, user := range slices.Sorted(maps.Keys(byUser)) {
		all := byUser[user]
		slices.SortFunc(all, func(a, b outcome) int { return int(a.at - b.at) })
		for len(all) > 0 {
			v, first, last := Visit{}, all[0].at, all[0].at
			for len(all) > 0 && all[0].at-last <= config.Gap.Milliseconds() {
				v.Shown++
				if all[0].clicked {
					v.Clicked++
				}
				last, all = all[0].at, all[1:]
			}
			out = append(out, visit(user, first, last, v))
		}
	}
	slices.Sort(out)
	return out
}
