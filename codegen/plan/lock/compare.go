package lock

import (
	"fmt"
	"slices"
	"strings"
)

// Verdict is what a deploy of the new release asks for.
type Verdict int

// The verdicts, the worst last.
const (
	// Compatible: instances of both releases read what the other writes, so a rolling deploy is fine.
	Compatible Verdict = iota
	// Migratable: the new release reads what is there, the old one does not read what the new one writes.
	Migratable
	// Reset: what is there cannot be read, or is looked for elsewhere.
	Reset
)

// String is the verdict's name.
func (v Verdict) String() string { return [...]string{"compatible", "migratable", "reset"}[v] }

// Change is the verdict on a store or topic. It belongs to one goroutine.
type Change struct {
	Topology, Kind, Name string // Kind is "store", "topology" or a role
	Verdict              Verdict
	Reasons              []string
	// Advice says what to do, "" for nothing.
	Advice string
	// Renamed are pairs of parts that look like a renaming without an alias: what is there is forgotten.
	Renamed [][2]Part
	// Old and New are the formats of values, nil for what is not there.
	Old, New *Format
}

// Compare judges what a deploy of new on top of old asks for, in the order of the files.
func Compare(old, now *File) []Change {
	var out []Change
	for _, t := range old.Topologies {
		n := now.Topology(t.Name)
		if n == nil {
			if len(t.Stores) > 0 {
				out = append(out, Change{Topology: t.Name, Kind: "topology", Name: t.Name, Verdict: Reset, Reasons: []string{fmt.Sprintf("the topology is gone, and with it the state of %s", stores(t))},
					Advice: "if its function was renamed, and application.id stays, its state is found again: accept the new name with streamgen lock"})
			}
			continue
		}
		out = append(out, compareStores(t, n)...)
		out = append(out, compareTopics(t, n)...)
	}
	for _, n := range now.Topologies {
		if old.Topology(n.Name) == nil {
			for _, s := range n.Stores {
				out = append(out, Change{Topology: n.Name, Kind: "store", Name: s.Name, Reasons: []string{"new"}, New: s.Val})
			}
		}
	}
	return out
}

func stores(t *Topology) string {
	var names []string
	for _, s := range t.Stores {
		names = append(names, s.Name)
	}
	return strings.Join(names, ", ")
}

func compareStores(t, n *Topology) (out []Change) {
	for _, s := range t.Stores {
		if now := n.Store(s.Name); now != nil {
			out = append(out, compareStore(t.Name, s, now))
			continue
		}
		c := Change{Topology: t.Name, Kind: "store", Name: s.Name, Verdict: Reset, Reasons: []string{"the topology has no store of that name any more; its state would be left behind"}, Old: s.Val}
		var fresh []string
		for _, other := range n.Stores {
			if t.Store(other.Name) == nil && other.Kind == s.Kind {
				fresh = append(fresh, other.Name)
			}
		}
		if len(fresh) > 0 {
			c.Advice = fmt.Sprintf("if it is now called %s, give it its old name: dsl.Store(%q)", strings.Join(fresh, " or "), s.Name)
		} else {
			c.Advice = "if it is not needed any more, its changelog topic can be deleted once the new release runs"
		}
		out = append(out, c)
	}
	for _, now := range n.Stores {
		if t.Store(now.Name) == nil {
			out = append(out, Change{Topology: t.Name, Kind: "store", Name: now.Name, Reasons: []string{"new; it begins empty"}, New: now.Val})
		}
	}
	return out
}

const resetAdvice = "reset the application (streamgen reset), or give the new store another name and leave the old one's state behind"

func compareStore(topology string, old, now *Store) Change {
	c := Change{Topology: topology, Kind: "store", Name: old.Name, Old: old.Val, New: now.Val}
	if old.Kind != now.Kind {
		c.reset("the store is %s, it was %s: rows are laid out otherwise", now.Kind, old.Kind)
	}
	if !now.Key.same(old.Key) {
		c.reset("keys are %s, they were %s: rows are found by their keys' bytes", now.Key.detail(old.Key), old.Key)
	}
	if c.Verdict < Reset {
		c.values(old.Val, now.Val, "")
		for _, e := range old.Earlier {
			if c.Verdict == Reset {
				break
			}
			r, before := now.Val.Read(e), old.Val.Read(e)
			// What the last release did not read either is no news.
			if len(r.Faults) > 0 && len(before.Faults) == 0 {
				c.reset("values of an earlier release (%s): %s", e.Ref(), strings.Join(r.Faults, "; "))
				continue
			}
			if now.Val != nil && now.Val.Proto != nil {
				continue
			}
			r.Dropped = slices.DeleteFunc(r.Dropped, func(p Part) bool { return slices.Contains(before.Dropped, p) })
			c.renames(r)
		}
	}
	if c.Verdict == Reset {
		c.Advice = resetAdvice
	}
	return c
}

// detail tells two formats apart whose names are equal.
func (f *Format) detail(old *Format) string {
	if f.String() != old.String() {
		return f.String()
	}
	return f.String() + " of another form"
}

func (c *Change) reset(format string, args ...any) {
	c.Verdict = Reset
	c.Reasons = append(c.Reasons, fmt.Sprintf(format, args...))
}

// values judges values that the old release has written and the new one goes on with, and the other way round
// while instances of both run.
func (c *Change) values(old, now *Format, what string) {
	r, back := now.Read(old), old.Read(now)
	for _, f := range r.Faults {
		c.reset("%svalues that are there cannot be read: %s", what, f)
	}
	if now == nil || now.Proto == nil { // a message's field keeps its number
		c.renames(r)
	}
	if len(r.Faults) > 0 {
		return
	}
	for _, p := range r.Dropped {
		c.Reasons = append(c.Reasons, fmt.Sprintf("%s%s is not read any more", what, p))
	}
	for _, p := range r.Absent {
		text := fmt.Sprintf("%s%s is new: values that are there have its zero value or default", what, p)
		if now.Proto == nil { // messages keep what they do not know
			text += "; an instance of the old release that updates such a value drops it"
		}
		c.Reasons = append(c.Reasons, text)
	}
	for _, f := range back.Faults {
		c.migratable("%sinstances of the old release cannot read what the new one writes: %s", what, f)
	}
	for _, p := range back.Absent {
		c.migratable("%sinstances of the old release look for %s, which the new one does not write, and take its zero value or default", what, p)
	}
	if len(c.Renamed) > 0 {
		c.Advice = "if it was renamed, add the alias"
	} else if c.Verdict == Migratable {
		c.Advice = "stop all instances of the old release before the first of the new one starts"
		if len(back.Faults) == 0 && len(r.Dropped) < len(back.Absent) {
			c.Advice += "; or deploy twice: first a release that reads both names and writes the old one"
		}
	}
}

func (c *Change) migratable(format string, args ...any) {
	c.Verdict = max(c.Verdict, Migratable)
	c.Reasons = append(c.Reasons, fmt.Sprintf(format, args...))
}

// renames pairs members that came with those that went.
func (c *Change) renames(r Reading) {
	for _, gone := range r.Dropped {
		for _, came := range r.Absent {
			if gone.Path == came.Path && gone.Type == came.Type && !slices.Contains(c.Renamed, [2]Part{gone, came}) {
				c.Renamed = append(c.Renamed, [2]Part{gone, came})
				c.migratable("%s looks like the new name of %s; without an alias the values that are there lose it", came, gone)
				break
			}
		}
	}
}

func compareTopics(t, n *Topology) (out []Change) {
	for _, p := range t.Topics {
		c := Change{Topology: t.Name, Kind: string(p.Role), Name: p.Name, Old: p.Val}
		now := find(n.Topics, p.id(), (*Topic).id)
		switch {
		case now == nil && p.Role != Repartition:
			c.Reasons = append(c.Reasons, "the topology "+string(p.Role)+" it no more")
		case now == nil:
			c.reset("the topology has no repartition topic of that name any more; records in it would be left behind")
			c.Advice = fmt.Sprintf("give the grouping its old name, dsl.Name(%q); or stop the sources, let the old release empty the topic, and accept the change with streamgen lock", p.Name)
		default:
			c.New = now.Val
			compareTopic(&c, p, now)
		}
		out = append(out, c)
	}
	return out
}

func compareTopic(c *Change, old, now *Topic) {
	if !now.Key.same(old.Key) {
		c.reset("keys are %s, they were %s: records are placed by their keys' bytes", now.Key.detail(old.Key), old.Key)
	}
	switch old.Role {
	case Repartition:
		c.values(old.Val, now.Val, "")
		if c.Verdict == Reset {
			c.Advice = "stop the sources and let the old release empty the topic; or reset the application (streamgen reset)"
		}
	case Reads:
		for _, f := range now.Val.Read(old.Val).Faults {
			c.reset("records that the old release read cannot be read: %s", f)
		}
		if c.Verdict == Reset {
			c.Advice = "read them with the type that they were written as, and map"
		}
	case Writes:
		r := old.Val.Read(now.Val)
		for _, f := range r.Faults {
			c.reset("consumers that read what the old release wrote cannot read what the new one writes: %s", f)
		}
		for _, p := range r.Absent {
			c.migratable("consumers look for %s, which the new release does not write", p)
		}
		switch c.Verdict {
		case Reset:
			c.Advice = "write to another topic, or change the consumers first"
		case Migratable:
			c.Advice = "change the consumers first"
		}
	}
}
