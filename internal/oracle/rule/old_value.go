package rule

import (
	"strings"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

// withoutInitialOld is S57 for Count and Aggregate: the first value of a key, or window, replaces none. In
// Kafka Streams it replaces the initial value, unless that is null.
func withoutInitialOld(c form.Case) (form.Case, bool) {
	return replaced(c, func(l *form.Line) bool {
		if l.Op != "count" && l.Op != "aggregate" || l.Get("emit") != "every" {
			return false
		}
		kind := c.Topology.Find(l.In[0]).Type.Kind
		return kind == form.Grouped || kind == form.WindowedGrouped
	}, func(l *form.Line) form.Topology {
		own := *l
		own.Op = "from-nothing"
		own.Options = append([]form.Option{{Name: "of", Value: l.Op}}, l.Options...)
		return form.Topology{&own}
	})
}

// withStoredOld is S57 for joins of tables that have a store and send every update on: they
// replace what they sent last. In Kafka Streams a store of its own behind the join does that.
func withStoredOld(c form.Case) (form.Case, bool) {
	return replaced(c, func(l *form.Line) bool {
		switch l.Op {
		case "table-join", "table-left-join", "table-outer-join":
			return l.Get("store") != "" && l.Get("emit") == "every"
		}
		return false
	}, func(l *form.Line) form.Topology {
		join, kept := *l, *l
		join.ID, join.Options = l.ID+"-join", nil
		kept.Op, kept.In, kept.Options = "stored", []string{join.ID}, nil
		for _, o := range l.Options {
			if o.Name == "store" || o.Name == "emit" {
				kept.Options = append(kept.Options, o)
			} else {
				join.Options = append(join.Options, o)
			}
		}
		return form.Topology{&join, &kept}
	})
}

// replaced puts other lines in the place of some, in topologies whose tables can show it.
func replaced(c form.Case, some func(*form.Line) bool, other func(*form.Line) form.Topology) (form.Case, bool) {
	out, changed := form.Case{Script: c.Script}, false
	shows := false
	for _, l := range c.Topology {
		shows = shows || strings.HasPrefix(l.Op, "table-")
		if !some(l) {
			out.Topology = append(out.Topology, l)
			continue
		}
		changed = true
		out.Topology = append(out.Topology, other(l)...)
	}
	if !changed || !shows {
		return c, false
	}
	return out, true
}
