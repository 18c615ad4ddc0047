// Package compare judges results of the conformance oracle: what our side gave against what
// Kafka Streams gave, or must have given by the rules.
package compare

import (
	"maps"
	"slices"
	"strings"

	"github.com/streamgen/streamgen/internal/golden"
)

// Difference returns "" when both results are equal, else the differences as lines: "-" is
// Kafka Streams', "+" is ours. describe says whether the descriptions count.
func Difference(java, ours string, describe bool) string {
	j, o := parse(java), parse(ours)
	for name := range j.stores {
		if _, ours := o.stores[name]; !ours { // global tables, which our driver does not show
			delete(j.stores, name)
		}
	}
	return golden.Diff(j.text(o.retention, describe), o.text(o.retention, describe))
}

// text is what counts of a result.
func (r *result) text(retention map[string]int64, describe bool) string {
	var s strings.Builder
	if r.err != "" {
		return r.err + "\n"
	}
	if describe {
		s.WriteString(r.describe)
	}
	for _, o := range r.outputs {
		s.WriteString(o + "\n")
	}
	for _, name := range slices.Sorted(maps.Keys(r.stores)) {
		keep, windowed := retention[name]
		rows := r.rows(name, keep, windowed)
		if len(rows) == 0 {
			continue
		}
		s.WriteString("store " + name + "\n")
		for _, row := range rows {
			s.WriteString("  " + row + "\n")
		}
	}
	return s.String()
}
