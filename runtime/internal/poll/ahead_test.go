package poll

import (
	"testing"
	"time"

	"github.com/streamgen/streamgen/runtime/internal/clock"
)

// Functions that take a second do not keep the worker from its clock for 2,000 seconds,
// and quick ones are not asked after every record.
func TestStrideFollowsTheFunctionsTime(t *testing.T) {
	var s stride
	steps, records := 0, 0
	for ; records < 100_000; steps++ {
		n := s.next()
		records += n
		s.took(n, time.Duration(n)*time.Microsecond)
	}
	if steps > 70 || s.next() != stepRecords {
		t.Errorf("%d steps for %d quick records, the next takes %d", steps, records, s.next())
	}
	took := time.Duration(0)
	for range 11 {
		n := s.next()
		took = time.Duration(n) * 10 * time.Millisecond
		s.took(n, took)
	}
	if took > 2*stepTime {
		t.Errorf("the eleventh step of slow records takes %v", took)
	}
	s.took(s.next(), time.Hour)
	if s.next() < 1 {
		t.Error("a step of nothing")
	}
	s = stride{n: 8}
	if s.took(3, time.Microsecond); s.next() != 8 { // fewer waited: nothing is known about more
		t.Errorf("3 quick records of 8 make it %d", s.next())
	}
}

func TestAheadIsTheWorkOfTwoFetchesThatWait(t *testing.T) {
	now := time.Unix(0, 0)
	w := &worker{g: &Group{s: &Settings{Clock: clock.Clock{Now: func() time.Time { return now }}, FetchMaxWait: 500 * time.Millisecond}}}
	if got := w.ahead(); got != 0 {
		t.Errorf("%d before anything is known", got)
	}
	for range 50 {
		w.pace.add(1000, 50*time.Millisecond)
	}
	if got := w.ahead(); got < 19_900 || got > 20_100 {
		t.Errorf("%d at 20,000 records/s", got)
	}
	for range 50 {
		w.pace.add(50_000, 50*time.Millisecond)
	}
	if got := w.ahead(); got != maxAhead {
		t.Errorf("%d at a million records/s", got)
	}
	w.pace = pace{}
	w.pace.add(1, 0) // a clock that stands still
	if got := w.ahead(); got != maxAhead {
		t.Errorf("%d when no time passes", got)
	}
}

// A worker with work at hand leaves the client alone, but never for longer than a fetch.
func TestPollsWaitForTheWorkAtHand(t *testing.T) {
	now := time.Unix(0, 0)
	w := &worker{g: &Group{s: &Settings{Clock: clock.Clock{Now: func() time.Time { return now }}, FetchMaxWait: 500 * time.Millisecond}}}
	for _, c := range []struct {
		busy bool
		held int
		last time.Duration
		want bool
	}{
		{false, 0, 0, false},
		{false, 5 * maxPoll, 0, false}, // all of it waits for other partitions
		{true, 1, 10 * time.Millisecond, true},
		{true, 1, 60 * time.Millisecond, false},
		{true, 2 * maxPoll, 60 * time.Millisecond, true},
		{true, 2 * maxPoll, 500 * time.Millisecond, false},
	} {
		w.busy, w.held, w.lastPoll = c.busy, c.held, now.Add(-c.last)
		if got := w.full(); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}
