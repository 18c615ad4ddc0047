package rule

import (
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

// changelogs are the changelog topics of processors' stores, with their declarations.
func changelogs(c form.Case) map[string]*form.Line {
	out := map[string]*form.Line{}
	for _, l := range c.Topology {
		if l.Op == "kv-store" || l.Op == "timed-store" || l.Op == "window-store" {
			out["o-"+l.Get("name")+"-changelog"] = l
		}
	}
	return out
}

// withoutVoidDeletions is S181: the deletion of a key that has no value is not logged.
func withoutVoidDeletions(c form.Case) func(string) string {
	topics, held := changelogs(c), map[string]bool{}
	return func(line string) string {
		f := strings.Fields(line)
		if len(f) < 4 || topics[f[1]] == nil {
			return line
		}
		row := f[1] + " " + f[2]
		if f[3] == "null" && !held[row] {
			return ""
		}
		held[row] = f[3] != "null"
		return line
	}
}

// withoutExpiredRows is S182: a row behind the retention of a processor's window store is not
// logged.
func withoutExpiredRows(c form.Case) func(string) string {
	topics, highest := changelogs(c), map[string]int64{}
	return func(line string) string {
		f := strings.Fields(line)
		if len(f) < 4 || topics[f[1]] == nil || topics[f[1]].Op != "window-store" {
			return line
		}
		retention, err := strconv.ParseInt(topics[f[1]].Get("retention"), 10, 64)
		if err != nil {
			return line
		}
		at := form.WindowStart(f[2], 12)
		if at <= highest[f[1]]-retention {
			return ""
		}
		highest[f[1]] = max(highest[f[1]], at)
		return line
	}
}
