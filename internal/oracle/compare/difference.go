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
	maps.Copy(o.keeps, j.keeps) // by the rules
	return golden.Diff(j.text(o.keeps, describe), o.text(o.keeps, describe))
}

// text is what counts of a result.
func (r *result) text(keeps map[string]keep, describe bool) string {
	var s strings.Builder
	if r.err != "" {
		return r.err + "\n"
	}
	if describe {
		s.WriteString(r.describe)
	}
	for _, o := range r.written(keeps) {
		s.WriteString(o + "\n")
	}
	for _, name := range slices.Sorted(maps.Keys(r.stores)) {
		k, windowed := keeps[name]
		rows := r.rows(name, k, windowed)
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
