package window

import (
	"fmt"
	"math"
	"testing"
	"time"
)

func TestSessionsAreChecked(t *testing.T) {
	ok := Sessions(time.Minute).Grace(time.Second)
	for _, c := range []struct {
		name string
		spec SessionSpec
		err  string
	}{
		{"plain", ok, "<nil>"},
		{"retention just enough", ok.Retention(61 * time.Second), "<nil>"},
		{"retention too short", ok.Retention(61*time.Second - time.Millisecond), "session retention is 60999 ms; it must be at least gap plus grace, 61000 ms"},
		{"zero", SessionSpec{}, "session gap is 0 ms; it must be at least 1 ms"},
		{"below a millisecond", Sessions(time.Microsecond), "session gap is 0 ms; it must be at least 1 ms"},
		{"negative gap", Sessions(-time.Second), "session gap is -1000 ms; it must be at least 1 ms"},
		{"negative grace", ok.Grace(-time.Millisecond), "session grace is -1 ms; it must not be negative"},
		{"beyond time", SessionSpec{Gap: math.MaxInt64, GracePeriod: 1}, "session gap and grace are 9223372036854775807 and 1 ms; their sum must be a time"},
		{"negative retention", ok.Retention(-time.Second), "session retention is -1000 ms; it must be at least gap plus grace, 61000 ms"},
	} {
		if got := fmt.Sprint(c.spec.Validate()); got != c.err {
			t.Errorf("%s: %s, want %s", c.name, got, c.err)
		}
	}
	if ok.RetentionMs() != 61_000 || ok.Retention(time.Hour).RetentionMs() != 3_600_000 || ok.Retain != 0 {
		t.Errorf("retention of %+v", ok)
	}
}

func TestJoinIsTheShortestSessionAroundBoth(t *testing.T) {
	for a := range int64(4) {
		for b := a; b < 4; b++ {
			for c := range int64(4) {
				for d := c; d < 4; d++ {
					s, want := Session{a, b}.Join(Session{c, d}), Session{min(a, c), max(b, d)}
					if s != want {
						t.Fatalf("[%d,%d] and [%d,%d]: %v, want %v", a, b, c, d, s, want)
					}
				}
			}
		}
	}
	if got := fmt.Sprint(Sessioned[string]{"k", Session{0, 90_000}}); got != "{k [0/90000]}" {
		t.Error(got)
	}
	if s := (Session{0, 90_000}); s.EndTime() != time.Date(1970, 1, 1, 0, 1, 30, 0, time.UTC) || !s.StartTime().Equal(time.UnixMilli(0)) {
		t.Errorf("%v %v", s.StartTime(), s.EndTime())
	}
}
