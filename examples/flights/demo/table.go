package main

import (
	"fmt"
	"io"
	"os"
	"sort"
	"strings"
	"time"
)

// isTerminal says whether f is a terminal that understands cursor movement.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}

// bar shows how far feeding has come: a bar that redraws itself on a terminal, a line
// per quarter elsewhere.
type bar struct {
	out   io.Writer
	tty   bool
	total int
	shown int // percent
}

func newBar(out io.Writer, tty bool, total int) *bar {
	return &bar{out: out, tty: tty, total: total, shown: -1}
}

func (b *bar) at(n int) {
	percent := n * 100 / max(b.total, 1)
	if percent == b.shown || (!b.tty && percent%25 != 0) {
		return
	}
	b.shown = percent
	if !b.tty {
		fmt.Fprintf(b.out, "feeding departures: %d%%\n", percent)
		return
	}
	const width = 40
	full := percent * width / 100
	fmt.Fprintf(b.out, "\rfeeding departures [%s%s] %3d%%", strings.Repeat("█", full), strings.Repeat("░", width-full), percent)
}

func (b *bar) done() {
	if b.tty {
		fmt.Fprintln(b.out)
	}
	fmt.Fprintf(b.out, "fed %d departures\n", b.total)
}

// table shows the result so far per airline, at most every interval.
type table struct {
	out   io.Writer
	tty   bool
	last  time.Time
	lines int // drawn before, to be overwritten
}

func newTable(out io.Writer, tty bool) *table { return &table{out: out, tty: tty} }

func (t *table) draw(r result, updates int, last bool) {
	interval := time.Second
	if t.tty {
		interval = 200 * time.Millisecond
	}
	if !last && time.Since(t.last) < interval {
		return
	}
	t.last = time.Now()
	type row struct {
		name             string
		flights, minutes int64
		worst            int
	}
	byName := map[string]row{}
	for _, d := range r {
		s := byName[d.Airline]
		byName[d.Airline] = row{d.Airline, s.flights + d.Flights, s.minutes + d.Minutes, max(s.worst, d.Worst)}
	}
	rows := make([]row, 0, len(byName))
	for _, s := range byName {
		rows = append(rows, s)
	}
	sort.Slice(rows, func(i, j int) bool {
		if rows[i].flights != rows[j].flights {
			return rows[i].flights > rows[j].flights
		}
		return rows[i].name < rows[j].name
	})
	if !t.tty && !last {
		fmt.Fprintf(t.out, "%d airlines, %d windows, %d updates\n", len(rows), len(r), updates)
		return
	}
	erase := "" // the rest of a line drawn before
	if t.tty {
		erase = "\x1b[K"
	}
	if t.tty && t.lines > 0 {
		fmt.Fprintf(t.out, "\x1b[%dA", t.lines)
	}
	fmt.Fprintf(t.out, "\n%-28s %9s %10s %10s%s\n", "airline", "delayed", "mean min", "worst min", erase)
	for _, s := range rows {
		fmt.Fprintf(t.out, "%-28s %9d %10.1f %10d%s\n", s.name, s.flights, float64(s.minutes)/float64(max(s.flights, 1)), s.worst, erase)
	}
	fmt.Fprintf(t.out, "%d windows, %d updates%s\n", len(r), updates, erase)
	t.lines = len(rows) + 3
}
