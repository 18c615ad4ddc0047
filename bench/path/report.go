package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"time"
)

// line is a row of the table: the medians of a contestant's rounds.
type line struct {
	rate          float64 // records per second
	steady, whole time.Duration
	peak          int64
	outputs       float64 // for each record of the input
	times         float64 // CPU time in generated's, within a round; 0 without generated
}

// report prints a Markdown table for each workload. Ratios are medians of the ratios within one round, because what
// disturbs a machine lasts longer than a run.
func report(w io.Writer, results []result) {
	fmt.Fprintln(w, "| workload | guarantee | | records/s | CPU s per million (whole run) | times generated | peak MB | outputs per input |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|---|")
	type row struct{ workload, guarantee, contestant string }
	var order []row
	rows := map[row][]result{}
	for _, r := range results {
		k := row{r.workload, short(r.exactlyOnce), r.contestant}
		if rows[k] == nil {
			order = append(order, k)
		}
		rows[k] = append(rows[k], r)
	}
	for _, k := range sorted(order, func(k row) string { return k.workload + "/" + k.guarantee }) {
		l := summarize(rows[k], rows[row{k.workload, k.guarantee, "generated"}])
		steady, times := "–", "–"
		if l.steady > 0 {
			steady = perMillion(l.steady)
		}
		if l.times > 0 {
			times = fmt.Sprintf("%.2f", l.times)
		}
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s (%s) | %s | %d | %.3f |\n", k.workload, guarantee(k.guarantee), k.contestant,
			thousands(l.rate), steady, perMillion(l.whole), times, l.peak>>20, l.outputs)
	}
}

// sorted brings what has the same group together, groups and members in the order of their first appearance.
func sorted[T any](items []T, group func(T) string) []T {
	first := map[string]int{}
	for i, x := range items {
		if _, ok := first[group(x)]; !ok {
			first[group(x)] = i
		}
	}
	return slices.SortedStableFunc(slices.Values(items), func(a, b T) int { return cmp.Compare(first[group(a)], first[group(b)]) })
}

func summarize(own, base []result) (l line) {
	l.rate = median(own, func(r result) float64 { return r.rate })
	l.steady = time.Duration(median(own, func(r result) float64 { return float64(r.steady) }))
	l.whole = time.Duration(median(own, func(r result) float64 { return float64(r.wholePerRecord()) }))
	l.peak = int64(median(own, func(r result) float64 { return float64(r.peak) }))
	l.outputs = median(own, func(r result) float64 { return float64(r.outputs) / float64(r.records) })
	var ratios []float64
	for _, r := range own {
		for _, b := range base {
			if b.round == r.round {
				ratios = append(ratios, times(r, b))
			}
		}
	}
	if len(ratios) > 0 {
		l.times = median(ratios, func(f float64) float64 { return f })
	}
	return l
}

// times is r's CPU time for a record in b's: that of the warm processes, if both ran long enough to tell.
func times(r, b result) float64 {
	if r.steady > 0 && b.steady > 0 {
		return float64(r.steady) / float64(b.steady)
	}
	return float64(r.wholePerRecord()) / float64(b.wholePerRecord())
}

func median[T any](items []T, of func(T) float64) float64 {
	var v []float64
	for _, x := range items {
		v = append(v, of(x))
	}
	slices.Sort(v)
	n := len(v)
	if n%2 == 1 {
		return v[n/2]
	}
	return (v[n/2-1] + v[n/2]) / 2
}

func guarantee(short string) string {
	if short == "eos" {
		return "exactly once"
	}
	return "at least once"
}

// perMillion prints CPU seconds for a million records; a nanosecond a record is a millisecond a million.
func perMillion(d time.Duration) string { return fmt.Sprintf("%.2f", float64(d.Nanoseconds())/1000) }

func thousands(rate float64) string {
	if rate <= 0 {
		return "–" // over before it was seen to begin
	}
	return fmt.Sprintf("%.0f k", rate/1000)
}
