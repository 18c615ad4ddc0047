package rule

import "github.com/streamgen/streamgen/internal/oracle/form"

// withoutAbsent is S21: windowed aggregations drop absent values. In Kafka Streams the same
// comes of dropping them right before the grouping, or, where the grouping makes a
// repartition topic, which they pass, right behind it.
func withoutAbsent(c form.Case) (form.Case, bool) {
	out := form.Case{Script: c.Script}
	changed := false
	shared := map[string]string{} // what stands for the topic of a named grouping
	for _, l := range c.Topology {
		group, window := grouping(c.Topology, l)
		if group == nil || window == nil && !(group.Type.Rekeyed && group.Get("name") != "" && windowed(c.Topology, group)) {
			out.Topology = append(out.Topology, l)
			continue
		}
		changed = true
		add := func(op, in string, like *form.Line, options ...form.Option) string {
			t := form.Type{Kind: form.Stream, Key: like.Type.Key, Val: like.Type.Val}
			if op == "group-by-key" || window != nil && op == window.Op {
				t.Kind = like.Type.Kind
			}
			n := &form.Line{ID: l.ID + "-" + op, Op: op, In: []string{in}, Options: options, Type: t}
			out.Topology = append(out.Topology, n)
			return n.ID
		}
		at := group.In[0]
		if group.Type.Rekeyed {
			name := group.Get("name")
			if name == "" {
				name = store(l)
			}
			if shared[group.ID] == "" || group.Get("name") == "" {
				if group.Op == "group-by" {
					at = add("select-key", at, group, form.Option{Name: "key", Value: group.Get("key")})
				}
				shared[group.ID] = add("through", at, group, form.Option{Name: "name", Value: name})
			}
			at = shared[group.ID]
		}
		if window != nil {
			at = add("mark", add("present", at, group), group)
		}
		at = add("group-by-key", at, group)
		if window != nil {
			at = add(window.Op, at, window, window.Options...)
		}
		own := *l
		own.In = []string{at}
		out.Topology = append(out.Topology, &own)
	}
	if !changed {
		return c, false
	}
	out.Topology = used(out.Topology)
	return out, true
}

// grouping returns the grouping that an aggregation stands on, and the windows in between.
func grouping(t form.Topology, l *form.Line) (group, window *form.Line) {
	if l.Op != "count" && l.Op != "reduce" && l.Op != "aggregate" {
		return nil, nil
	}
	group = t.Find(l.In[0])
	switch group.Type.Kind {
	case form.WindowedGrouped, form.SessionGrouped:
		return t.Find(group.In[0]), group
	case form.Grouped:
		return group, nil
	}
	return nil, nil
}

// windowed tells whether an aggregation over the group has windows.
func windowed(t form.Topology, group *form.Line) bool {
	for _, l := range t {
		if g, w := grouping(t, l); g == group && w != nil {
			return true
		}
	}
	return false
}

func store(l *form.Line) string {
	if s := l.Get("store"); s != "" {
		return s
	}
	return l.Get("name")
}

// used leaves out the groupings that nothing stands on any more: Kafka Streams would make
// their topics all the same.
func used(t form.Topology) (out form.Topology) {
	needed := map[string]bool{}
	for i := len(t) - 1; i >= 0; i-- {
		switch t[i].Op {
		case "group-by", "group-by-key", "tumbling", "hopping", "sessions":
			if !needed[t[i].ID] {
				continue
			}
		}
		for _, id := range t[i].In {
			needed[id] = true
		}
		out = append(form.Topology{t[i]}, out...)
	}
	return out
}
