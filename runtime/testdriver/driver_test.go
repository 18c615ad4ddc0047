package testdriver_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/streamgen/streamgen/runtime/processor"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/testdriver"
)

var (
	str  = serde.StringCodec{}
	long = serde.Int64Codec{}
)

func drive(t *testing.T, c testdriver.Config) *testdriver.Driver {
	t.Helper()
	d, err := testdriver.New(counted(), c)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func pipe(t *testing.T, d *testdriver.Driver, lines ...string) {
	t.Helper()
	in := testdriver.Input(d, "lines", str, str).AutoAdvance(10, time.Millisecond)
	for _, l := range lines {
		if err := in.PipeNext("", l); err != nil {
			t.Fatal(err)
		}
	}
}

func shown[K, V any](rs []processor.Record[K, V]) string {
	var s []string
	for _, r := range rs {
		s = append(s, fmt.Sprintf("%v=%v@%d", r.Key, r.Value, r.Timestamp))
	}
	return strings.Join(s, " ")
}

func TestEachRecordIsCommittedByDefault(t *testing.T) {
	d := drive(t, testdriver.Config{})
	pipe(t, d, "ab", "ac", "b")
	out := testdriver.Output(d, "counts", str, long)
	if r, ok := out.Read(); !ok || r.Value != 1 {
		t.Errorf("first %+v %v", r, ok)
	}
	if got := shown(out.ReadAll()); got != "a=2@11 b=1@12" || !out.IsEmpty() {
		t.Errorf("then %s", got)
	}
	if n := len(d.Changelog("counts-store")); n != 3 {
		t.Errorf("%d changelog records", n)
	}
	if n := len(d.ReadAll("test-by-letter-repartition")); n != 3 {
		t.Errorf("%d repartition records", n)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

func TestRarerCommitsCoalesce(t *testing.T) {
	d := drive(t, testdriver.Config{CommitEvery: 3, ApplicationID: "app"})
	pipe(t, d, "a1", "b1", "a2", "c1")
	if got := shown(testdriver.Output(d, "counts", str, long).ReadAll()); got != "b=1@11 a=2@12" {
		t.Errorf("after three: %s", got)
	}
	counts := testdriver.KeyValue(d, "counts-store", str, long)
	if got := fmt.Sprint(counts.All()); got != "[{a 2 12} {b 1 11} {c 1 13}]" {
		t.Errorf("uncommitted rows are read too: %s", got)
	}
	if v, ok := counts.Get("c"); v != 1 || !ok {
		t.Errorf("c: %d %v", v, ok)
	}
	if err := d.Commit(); err != nil {
		t.Fatal(err)
	}
	if got := shown(testdriver.Output(d, "counts", str, long).ReadAll()); got != "c=1@13" {
		t.Errorf("after Commit: %s", got)
	}

	manual := drive(t, testdriver.Config{CommitEvery: -1})
	pipe(t, manual, "a", "a", "a", "a")
	if out := testdriver.Output(manual, "counts", str, long); !out.IsEmpty() {
		t.Errorf("not asked for: %s", shown(out.ReadAll()))
	}
	pipe(t, manual, "commit")
	if got := shown(testdriver.Output(manual, "counts", str, long).ReadAll()); got != "a=4@13 c=1@10" {
		t.Errorf("asked for by the task: %s", got)
	}
}

func TestClocks(t *testing.T) {
	d := drive(t, testdriver.Config{InitialWallClock: time.UnixMilli(5000)})
	ticks := testdriver.Output(d, "ticks", str, str)
	in := testdriver.Input(d, "lines", str, str)
	for _, ts := range []int{40, 90, 350, 360} {
		if err := in.Pipe("", "x", int64(ts)); err != nil {
			t.Fatal(err)
		}
	}
	if got := shown(ticks.ReadAll()); got != "stream=40@40 stream=350@350" {
		t.Errorf("stream time: %s", got)
	}
	for _, by := range []time.Duration{99, 1, 250, 49, 1} {
		if err := d.AdvanceWallClock(by * time.Millisecond); err != nil {
			t.Fatal(err)
		}
	}
	if got := shown(ticks.ReadAll()); got != "wall=5100@5100 wall=5350@5350 wall=5400@5400" {
		t.Errorf("wall clock: %s", got)
	}
}

func TestUnknownNamesListTheKnownOnes(t *testing.T) {
	for want, do := range map[string]func(d *testdriver.Driver) error{
		`topology Counted does not read topic "line"; it reads lines, test-by-letter-repartition; did you mean "lines"?`: func(d *testdriver.Driver) error {
			return testdriver.Input(d, "line", str, str).Pipe("", "", 0)
		},
		`topology Counted does not write topic "lines"; it writes counts, test-by-letter-repartition, ticks`: func(d *testdriver.Driver) error {
			testdriver.Output(d, "lines", str, str).Read()
			return d.Err()
		},
		`topology Counted has no store "counts"; it has counts-store`: func(d *testdriver.Driver) error {
			testdriver.KeyValue(d, "counts", str, long).All()
			return d.Err()
		},
		`topic counts: value "\x00\x00\x00\x00\x00\x00\x00\x01": bool wants 1 bytes, got 8`: func(d *testdriver.Driver) error {
			testdriver.Input(d, "lines", str, str).Pipe("", "a", 0)
			testdriver.Output(d, "counts", str, serde.BoolCodec{}).ReadAll()
			return d.Close()
		},
	} {
		if err := do(drive(t, testdriver.Config{})); err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

func TestFailureIsFinal(t *testing.T) {
	d := drive(t, testdriver.Config{})
	pipe(t, d, "a")
	in := testdriver.Input(d, "lines", str, str)
	err := in.Pipe("", "!", 20)
	if err == nil || !strings.Contains(err.Error(), "KSTREAM-MAP-0000000001: cannot process the record at lines-0 offset 1: refused; ") {
		t.Fatalf("got %v", err)
	}
	if again := in.Pipe("", "b", 30); again != err {
		t.Errorf("went on: %v", again)
	}
	if closing := d.Close(); closing != err {
		t.Errorf("Close: %v", closing)
	}
}

func TestTopologyErrorIsReturned(t *testing.T) {
	tp := counted()
	tp.Err = errors.New("stale")
	if _, err := testdriver.New(tp, testdriver.Config{}); err != tp.Err {
		t.Errorf("got %v", err)
	}
}
