// Package shrink makes failing cases of the conformance oracle small.
package shrink

import (
	"slices"

	"github.com/streamgen/streamgen/internal/oracle/form"
	"github.com/streamgen/streamgen/internal/oracle/operator"
)

// Script drops steps while the script still fails: halves first, single ones last.
func Script(script []form.Step, fails func([]form.Step) (bool, error)) ([]form.Step, error) {
	for size := max(1, len(script)/2); ; size /= 2 {
		for at := 0; at+size <= len(script); {
			less := slices.Delete(slices.Clone(script), at, at+size)
			bad, err := fails(less)
			if err != nil {
				return script, err
			}
			if bad {
				script = less
			} else {
				at += size
			}
		}
		if size <= 1 {
			return script, nil
		}
	}
}

// Topologies returns what is left of a topology without each of its operators: the operator's
// input takes its place where the types allow it, else all that stands on it goes too.
// Smaller ones come first.
func Topologies(t form.Topology) (out []form.Topology) {
	seen := map[string]bool{t.String(): true}
	for _, l := range t {
		for _, bypass := range []bool{false, true} {
			less := without(t, l, bypass)
			if len(less) == 0 || seen[less.String()] || operator.Check(less) != nil {
				continue
			}
			seen[less.String()] = true
			out = append(out, less)
		}
	}
	slices.SortStableFunc(out, func(a, b form.Topology) int { return len(a) - len(b) })
	return out
}

// without returns a copy of t without the line, nil when that leaves no way out.
func without(t form.Topology, gone *form.Line, bypass bool) form.Topology {
	instead := ""
	if bypass {
		if len(gone.In) == 0 {
			return nil
		}
		instead = gone.In[0]
	}
	dead := map[string]bool{}
	var out form.Topology
	for _, l := range t {
		if l.ID == gone.ID {
			dead[l.ID] = !bypass
			continue
		}
		own := *l
		own.In = slices.Clone(l.In)
		for i, id := range own.In {
			if id == gone.ID && bypass {
				own.In[i] = instead
			} else if dead[id] {
				dead[l.ID] = true
			}
		}
		if !dead[l.ID] {
			out = append(out, &own)
		}
	}
	return prune(out)
}

// prune leaves out what no sink stands on: Go refuses a variable that nothing uses.
func prune(t form.Topology) (out form.Topology) {
	needed := map[string]bool{}
	for i := len(t) - 1; i >= 0; i-- {
		if t[i].Type.Kind != form.Nothing && !needed[t[i].ID] {
			continue
		}
		for _, id := range t[i].In {
			needed[id] = true
		}
		out = append(form.Topology{t[i]}, out...)
	}
	return out
}

// Inputs keeps the steps that a topology takes.
func Inputs(t form.Topology, script []form.Step) []form.Step {
	read := map[string]bool{"": true}
	for _, l := range t {
		if o, ok := operator.Named(l.Op); ok && o.Topic {
			read[l.Get("topic")] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(script), func(s form.Step) bool { return !read[s.Topic] })
}
