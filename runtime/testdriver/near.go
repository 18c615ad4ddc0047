package testdriver

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/streamgen/streamgen/runtime/internal/edit"
)

// unknown says that the topology does not read or write a topic, which ones it does, and which
// of them was probably meant.
func (d *Driver) unknown(verb, name string, known func(*topic) bool) error {
	var names []string
	for _, n := range slices.Sorted(maps.Keys(d.topics)) {
		if known(d.topics[n]) {
			names = append(names, n)
		}
	}
	return fmt.Errorf("topology %s does not %s topic %q%s", d.topology.Name, verb, name, among("it "+verb+"s", name, names))
}

func (d *Driver) unknownStore(name string) error {
	var names []string
	for i := range d.topology.Subtopologies {
		for _, s := range d.topology.Subtopologies[i].Stores {
			names = append(names, s.Name)
		}
	}
	for _, g := range d.topology.Globals {
		if g.Rows != nil {
			names = append(names, g.Store)
		}
	}
	slices.Sort(names)
	return fmt.Errorf("topology %s has no store %q%s", d.topology.Name, name, among("it has", name, names))
}

func among(lead, name string, names []string) string {
	if len(names) == 0 {
		return "; there are none"
	}
	s := "; " + lead + " " + strings.Join(names, ", ")
	best, least := "", len(name)/3+1
	for _, n := range names {
		if e := edit.Distance(name, n); e <= least && (best == "" || e < edit.Distance(name, best)) {
			best = n
		}
	}
	if best != "" {
		s += fmt.Sprintf("; did you mean %q?", best)
	}
	return s
}
