package rule

import (
	"strings"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

// streamJoins is S83, with S84 and S87: a record is joined while its window is open, or emitted
// without a match when it closes, never both. No topology of Kafka Streams' own joins says
// that, so the Java side has a join that does, made of processors: window-join.
func streamJoins(c form.Case) (form.Case, bool) {
	out := form.Case{Script: c.Script}
	changed := false
	for i, l := range c.Topology {
		if !streamJoin(l) {
			out.Topology = append(out.Topology, l)
			continue
		}
		changed = true
		join := *l
		join.Op, join.In = "window-join", nil
		join.Options = append([]form.Option{{Name: "of", Value: l.Op}}, l.Options...)
		for n, suffix := range []string{"-left", "-right"} {
			side := c.Topology.Find(l.In[n])
			if !side.Type.Rekeyed {
				join.In = append(join.In, side.ID)
				continue
			}
			t := &form.Line{ID: l.ID + suffix, Op: "through", In: []string{side.ID}, Type: side.Type,
				Options: []form.Option{{Name: "name", Value: l.Get("name") + suffix}}}
			if passesAbsentKeys(c.Topology[i:]) {
				t.Options = append(t.Options, form.Option{Name: "absent", Value: "pass"})
			}
			out.Topology = append(out.Topology, t)
			join.In = append(join.In, t.ID)
		}
		out.Topology = append(out.Topology, &join)
	}
	return out, changed
}

func streamJoin(l *form.Line) bool { return strings.HasSuffix(l.Op, "join-stream") }

// passesAbsentKeys says whether the first line or one that it leads to is a join that gives a
// result for a record without a key: then the repartition topics before it let such records
// pass (S54, S86).
func passesAbsentKeys(t form.Topology) bool {
	reached := map[string]bool{t[0].ID: true}
	for i, l := range t {
		for _, in := range l.In {
			reached[l.ID] = reached[l.ID] || reached[in]
		}
		if !reached[l.ID] {
			continue
		}
		switch l.Op {
		case "left-join-stream", "outer-join-stream":
			return true
		case "left-join-table", "left-join-global":
			if i == 0 || reached[l.In[0]] {
				return true
			}
		}
	}
	return false
}
