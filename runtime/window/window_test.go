package window

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// starts enumerates the windows of s that contain ts as callers do.
func starts(s Spec, ts int64) (out []int64) {
	for start := s.First(ts); start <= ts; start += s.Advance {
		out = append(out, start)
	}
	return out
}

// TestFirstAgainstEnumeration tries every small specification and time against the
// definition: windows start at multiples of the advance from the epoch on, and contain
// start <= ts < start + size.
func TestFirstAgainstEnumeration(t *testing.T) {
	for size := int64(1); size <= 24; size++ {
		for advance := int64(1); advance <= size; advance++ {
			s := Spec{Size: size, Advance: advance}
			for ts := range int64(100) {
				var want []int64
				for start := int64(0); start <= ts; start += advance {
					if ts < start+size {
						want = append(want, start)
					}
				}
				if got := starts(s, ts); !slices.Equal(got, want) {
					t.Fatalf("size %d, advance %d, time %d: %v, want %v", size, advance, ts, got, want)
				}
			}
		}
	}
}

func TestTumblingHasOneWindow(t *testing.T) {
	s := Tumbling(time.Hour)
	const hour = 3_600_000
	for _, c := range []struct{ ts, start int64 }{
		{0, 0}, {1, 0}, {hour - 1, 0}, {hour, hour}, {1_700_000_000_000, 1_699_999_200_000},
	} {
		if got := starts(s, c.ts); !slices.Equal(got, []int64{c.start}) {
			t.Errorf("time %d: %v, want %d", c.ts, got, c.start)
		}
	}
}

func TestValidate(t *testing.T) {
	ok := Tumbling(time.Minute).Grace(time.Second)
	for _, c := range []struct {
		name string
		spec Spec
		err  string
	}{
		{"plain", ok, ""},
		{"retention just enough", ok.Retention(61 * time.Second), ""},
		{"retention too short", ok.Retention(61*time.Second - time.Millisecond), "window retention is 60999 ms; it must be at least size plus grace, 61000 ms"},
		{"zero", Spec{}, "window size is 0 ms; it must be at least 1 ms"},
		{"below a millisecond", Tumbling(time.Microsecond), "window size is 0 ms; it must be at least 1 ms"},
		{"negative size", Tumbling(-time.Second), "window size is -1000 ms; it must be at least 1 ms"},
		{"negative grace", ok.Grace(-time.Millisecond), "window grace is -1 ms; it must not be negative"},
		{"no advance", Spec{Size: 10}, "window advance is 0 ms; it must lie between 1 ms and the size, 10 ms"},
		{"gaps", Spec{Size: 10, Advance: 11}, "window advance is 11 ms; it must lie between 1 ms and the size, 10 ms"},
		{"negative retention", ok.Retention(-time.Second), "window retention is -1000 ms; it must be at least size plus grace, 61000 ms"},
	} {
		if got := fmt.Sprint(c.spec.Validate()); got != c.err && (c.err != "" || got != "<nil>") {
			t.Errorf("%s: %s, want %s", c.name, got, c.err)
		}
	}
}

func TestSpecIsAValue(t *testing.T) {
	a := Tumbling(time.Minute)
	b := a.Grace(time.Second).Retention(time.Hour)
	if a.GracePeriod != 0 || a.Retain != 0 || a.RetentionMs() != 60_000 {
		t.Errorf("Grace and Retention change their receiver: %+v", a)
	}
	if b.RetentionMs() != 3_600_000 || a.Grace(time.Second).RetentionMs() != 61_000 {
		t.Errorf("retention of %+v", b)
	}
}

func TestText(t *testing.T) {
	w := Window{Start: 0, End: 90_000}
	if w.String() != "[0/90000]" || fmt.Sprint(Key("k", w)) != "[k@0/90000]" {
		t.Errorf("%v %v", w, Key("k", w))
	}
	if w.EndTime() != time.Date(1970, 1, 1, 0, 1, 30, 0, time.UTC) || !w.StartTime().Equal(time.UnixMilli(0)) {
		t.Errorf("%v %v", w.StartTime(), w.EndTime())
	}
}
