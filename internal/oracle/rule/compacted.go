package rule

import "strings"

// compacted is S183: of what a step writes to a changelog for one key the last record counts.
// A step may have several commits, one for each record of a repartition topic, and a result
// does not tell where they lie: so both sides are read this way.
func compacted(result string) string {
	lines := strings.SplitAfter(result, "\n")
	row := func(line string) (string, bool) {
		f := strings.Fields(line)
		if len(f) < 4 || !strings.HasSuffix(f[1], "-changelog") || strings.HasPrefix(line, "|") {
			return "", false
		}
		return f[0] + " " + f[1] + " " + f[2], true
	}
	last := map[string]int{}
	for i, line := range lines {
		if r, ok := row(line); ok {
			last[r] = i
		}
	}
	var out strings.Builder
	for i, line := range lines {
		if r, ok := row(line); !ok || last[r] == i {
			out.WriteString(line)
		}
	}
	return out.String()
}
