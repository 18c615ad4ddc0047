package main

import (
	"strings"
	"testing"
	"time"
)

// Rounds are paired: in the second one the machine was slow, for all.
func TestReportOfMedians(t *testing.T) {
	run := func(contestant string, round int, steady, whole time.Duration, rate float64) result {
		return result{workload: "count", contestant: contestant, round: round, records: 1000, steady: steady, whole: whole * 1000, rate: rate, peak: 64 << 20, outputs: 250}
	}
	results := []result{
		run("generated", 0, 400, 600, 900_000), run("kstreams", 0, 4000, 9000, 100_000),
		run("kstreams", 1, 9000, 20_000, 50_000), run("generated", 1, 1000, 1100, 400_000),
		run("generated", 2, 500, 700, 800_000), run("kstreams", 2, 6000, 8000, 90_000),
	}
	short := run("hand", 0, 0, 900, -5)
	short.exactlyOnce = true
	var b strings.Builder
	report(&b, append(results, short))
	const want = `| workload | guarantee | | records/s | CPU s per million (whole run) | times generated | peak MB | outputs per input |
|---|---|---|---|---|---|---|---|
| count | at least once | generated | 800 k | 0.50 (0.70) | 1.00 | 64 | 0.250 |
| count | at least once | kstreams | 90 k | 6.00 (9.00) | 10.00 | 64 | 0.250 |
| count | exactly once | hand | – | – (0.90) | – | 64 | 0.250 |
`
	if b.String() != want {
		t.Errorf("the report is\n%s\ninstead of\n%s", b.String(), want)
	}
}

// Two partitions of a thousand records, committed at different times: what lies between two commits counts in part.
func TestSteadySecondHalf(t *testing.T) {
	start := time.Unix(1000, 0)
	sec := func(s float64) time.Time { return start.Add(time.Duration(s * float64(time.Second))) }
	g := &progress{since: start}
	g.steps[0] = []step{{sec(2), 400}, {sec(4), 1000}}
	g.steps[1] = []step{{sec(3), 600}, {sec(5), 1000}}
	g.points = []point{{sec(2), 400, time.Second}, {sec(3), 1000, 2 * time.Second}, {sec(4), 1600, 2500 * time.Millisecond}, {sec(5), 2000, 3 * time.Second}}
	// At 3 s partition 0 is half-way from 400 to 1000: 1300 are done, 700 left, for 1 s of CPU time, until 4.75 s.
	perRecord, rate, ok := g.steady(sec(4.75))
	if !ok || perRecord != time.Second/700 || rate != 700/1.75 {
		t.Errorf("steady is %v a record, %v records/s, %v", perRecord, rate, ok)
	}
	g.points = g.points[3:]
	if _, _, ok := g.steady(sec(5)); ok {
		t.Error("a run with one commit has a steady half")
	}
}

func TestPickNamesWhatThereIs(t *testing.T) {
	name := func(w workload) string { return w.name }
	got, err := pick("workload", "join,bytes", workloads, name)
	if err != nil || strings.Join(namesOf(got, name), " ") != "bytes join" {
		t.Errorf("picked %v, %v", namesOf(got, name), err)
	}
	if _, err := pick("workload", "joins", workloads, name); err == nil || err.Error() != `no workload "joins"; there are: bytes json count tumbling join` {
		t.Errorf("the error is %v", err)
	}
}
