package rule

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

// closing is S111: what windows and sessions give when they close has no headers.
func closing(c form.Case) (form.Case, bool) {
	return mend(c, func(fold, windows, mark *form.Line) bool {
		if fold.Get("emit") != "close" {
			return false
		}
		set(fold, "headers", "none")
		sent(c, fold, windows)
		return true
	})
}

// sessions is S102 and S104: a session that is closed is final, and results have the headers of
// their record. In Kafka Streams the same comes of a store that hides just the sessions that are
// closed; as a cache shows them, it stands behind the aggregation.
func sessions(c form.Case) (form.Case, bool) {
	return mend(c, func(fold, windows, mark *form.Line) bool {
		if windows.Type.Kind != form.SessionGrouped {
			return false
		}
		set(windows, "retention", strconv.Itoa(lasts(windows)))
		if fold.Get("emit") == "close" {
			return true
		}
		set(fold, "headers", "mark")
		set(fold, "mark", mark.ID)
		if fold.Get("emit") == "" {
			set(fold, "emit", "every")
			set(fold, "coalesced", "session("+windows.Type.Key+")")
		}
		sent(c, fold, windows)
		return true
	})
}

// sent is S103, where the table has others below it: what a session was is taken back also if
// its bounds stay. In Kafka Streams a store behind the aggregation does that, and has the old values of
// which changing the headers takes the results.
func sent(c form.Case, fold, windows *form.Line) {
	below := slices.ContainsFunc(c.Topology, func(l *form.Line) bool { return strings.HasPrefix(l.Op, "table-") && l.In[0] == fold.ID })
	switch {
	case !below || fold.Get("coalesced") != "":
	case windows.Type.Kind == form.SessionGrouped:
		set(fold, "sent", "session("+windows.Type.Key+")")
	default:
		set(fold, "sent", "window("+windows.Type.Key+","+windows.Get("size")+")")
	}
}

// open is S104 for the rows of a store: of sessions only those that are open count, which are
// all that Kafka Streams shows of the stores that rule sessions gives it.
func open(c form.Case) func(string) string {
	keeps := map[string]int{}
	for _, l := range c.Topology {
		if _, windows := grouping(c.Topology, l); windows != nil && windows.Type.Kind == form.SessionGrouped {
			keeps["store "+store(l)] = lasts(windows)
		}
	}
	return func(line string) string {
		if ms, ok := keeps[line]; ok {
			return fmt.Sprintf("%s retention %d sessions", line, ms)
		}
		return line
	}
}

// lasts is the retention of a store that hides just the sessions that are closed.
func lasts(windows *form.Line) int {
	gap, _ := strconv.Atoi(windows.Get("gap"))
	grace, _ := strconv.Atoi(windows.Get("grace"))
	return gap + grace + 1
}

// mend has change alter a copy of each windowed aggregation, of its windows and the mark before
// its grouping, which S21 has made its own.
func mend(c form.Case, change func(fold, windows, mark *form.Line) bool) (form.Case, bool) {
	out := form.Case{Script: c.Script}
	for _, l := range c.Topology {
		own := *l
		own.Options = slices.Clone(l.Options)
		out.Topology = append(out.Topology, &own)
	}
	changed := false
	for _, l := range out.Topology {
		if group, windows := grouping(out.Topology, l); windows != nil {
			changed = change(l, windows, out.Topology.Find(group.In[0])) || changed
		}
	}
	return out, changed
}

// set gives a line an option.
func set(l *form.Line, name, value string) {
	for i := range l.Options {
		if l.Options[i].Name == name {
			l.Options[i].Value = value
			return
		}
	}
	l.Options = append(l.Options, form.Option{Name: name, Value: value})
}

// coalesced is S106 and S103 for the changelogs of sessions that coalesce: what one record does to
// a session is one change, and what comes and goes is none.
func coalesced(c form.Case) func(string) string {
	topics := map[string]bool{}
	for _, l := range c.Topology {
		if _, windows := grouping(c.Topology, l); windows != nil && windows.Type.Kind == form.SessionGrouped && l.Get("emit") != "every" {
			topics["o-"+store(l)+"-changelog"] = true
		}
	}
	var step []string // the lines of one topic and step so far
	held := map[string]bool{}
	end := func() (out []string) {
		for i, line := range step {
			row, gone := changed(line)
			if slices.ContainsFunc(step[i+1:], func(later string) bool { r, _ := changed(later); return r == row }) {
				continue
			}
			if !gone || held[row] {
				out = append(out, line)
			}
			held[row] = !gone
		}
		step = nil
		return out
	}
	return func(line string) string {
		f := strings.Fields(line)
		if len(f) >= 4 && topics[f[1]] {
			var out []string
			if len(step) > 0 && !strings.HasPrefix(step[0], f[0]+" "+f[1]+" ") {
				out = end()
			}
			step = append(step, line)
			return strings.Join(out, "\n")
		}
		return strings.Join(append(end(), line), "\n")
	}
}

// voided is S106 where a step has several commits: a session that came with one and went with another is
// logged, one that came and went between two is not, and a result does not tell which it was. So
// both sides are read without deletions of what was not there before the step.
func voided(result string) string {
	topics := map[string]bool{}
	for line := range strings.Lines(result) {
		if f := strings.Fields(line); len(f) == 5 && f[0] == "store" && f[4] == "sessions" {
			topics["o-"+f[1]+"-changelog"] = true
		}
	}
	var out strings.Builder
	held, step := map[string]bool{}, ""
	now := map[string]bool{} // what the step makes of the rows
	for line := range strings.Lines(result) {
		f := strings.Fields(line)
		if len(f) < 4 || !topics[f[1]] || strings.HasPrefix(line, "|") {
			out.WriteString(line)
			continue
		}
		if f[0] != step {
			maps.Copy(held, now)
			step, now = f[0], map[string]bool{}
		}
		row, gone := changed(line)
		now[row] = !gone
		if !gone || held[row] {
			out.WriteString(line)
		}
	}
	return out.String()
}

// changed is the row that a line of a changelog changes, and whether it goes.
func changed(line string) (row string, gone bool) {
	f := strings.Fields(line)
	return f[1] + " " + f[2], f[3] == "null"
}
