package operator

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

// Drawing is a random topology under construction. It belongs to one goroutine.
type Drawing struct {
	R     *rand.Rand
	Lines form.Topology
	names map[string]int
}

// Draw makes a random topology of about size operators, among them at least one of each
// name in wanted; every stream and table ends in a sink. Draw may fail to place what is wanted,
// and returns nil then.
func Draw(r *rand.Rand, size int, wanted ...string) form.Topology {
	d := &Drawing{R: r, names: map[string]int{}}
	drawStream(d)
	if r.IntN(3) == 0 {
		drawStream(d)
	}
	total := 0
	for _, o := range Table {
		total += o.Weight
	}
	for range size {
		n := r.IntN(total)
		for _, o := range Table {
			if n -= o.Weight; n < 0 {
				o.Draw(d)
				break
			}
		}
	}
	for _, name := range wanted {
		o, ok := Named(name)
		for try := 0; ok && o.Draw != nil && !d.has(name) && try < 20; try++ {
			if !o.Draw(d) {
				drawStream(d)
			}
		}
		if !d.has(name) {
			return nil
		}
	}
	d.finish()
	if d.parts() {
		d.calm()
	}
	return d.Lines
}

// parts tells whether the topology may fall into several sub-topologies.
func (d *Drawing) parts() bool {
	sources := 0
	for _, l := range d.Lines {
		if l.Op == "repartition" || l.Type.Kind == form.Grouped && l.Type.Rekeyed || l.Type.Kind == form.GroupedTable {
			return true
		}
		if l.Op == "stream" || l.Op == "streams" || l.Op == "table" {
			sources++
		}
	}
	return sources > 1
}

// calm puts processors on the wall clock. TopologyTestDriver makes one task of all
// sub-topologies, so that records of one move the stream time of another, which they do
// neither on a broker nor in our driver.
func (d *Drawing) calm() {
	for _, l := range d.Lines {
		for i := range l.Options {
			if l.Options[i] == (form.Option{Name: "proc", Value: "ticking"}) {
				l.Options[i].Value = "wall"
			}
		}
	}
}

func (d *Drawing) has(op string) bool {
	for _, l := range d.Lines {
		if l.Op == op {
			return true
		}
	}
	return false
}

// finish gives each stream and table that nothing follows a way out.
func (d *Drawing) finish() {
	for i := 0; i < len(d.Lines); i++ {
		l := d.Lines[i]
		if d.used(l) {
			continue
		}
		switch l.Type.Kind {
		case form.Stream:
			d.Add("to", []*form.Line{l}, "topic", d.Name("out"))
		case form.Table:
			d.Add("to-stream", []*form.Line{l})
		case form.WindowTable, form.SessionTable:
			d.Add("to-stream", []*form.Line{l}, "key", "windowed")
		case form.GroupedTable:
			d.Add("table-count", []*form.Line{l}, "name", d.Name("store"))
		case form.Grouped, form.WindowedGrouped, form.SessionGrouped:
			d.Add("count", []*form.Line{l}, "name", d.Name("store"))
		}
	}
}

func (d *Drawing) used(l *form.Line) bool {
	for _, o := range d.Lines {
		for _, id := range o.In {
			if id == l.ID {
				return true
			}
		}
	}
	return false
}

// Name returns prefix with a number of its own.
func (d *Drawing) Name(prefix string) string {
	d.names[prefix]++
	return fmt.Sprintf("%s%d", prefix, d.names[prefix])
}

// One picks one of the values.
func (d *Drawing) One(values ...string) string { return values[d.R.IntN(len(values))] }

// Chance is true once in n times.
func (d *Drawing) Chance(n int) bool { return d.R.IntN(n) == 0 }

// Pick returns a random handle of the kind that fits, nil without one. Plain handles only
// have keys of type string or int64.
func (d *Drawing) Pick(kind form.Kind, fits func(t form.Type) bool) *form.Line {
	return d.pick([]form.Kind{kind}, fits)
}

func (d *Drawing) pick(kinds []form.Kind, fits func(t form.Type) bool) *form.Line {
	var found []*form.Line
	for _, l := range d.Lines {
		if slices.Contains(kinds, l.Type.Kind) && (fits == nil || fits(l.Type)) {
			found = append(found, l)
		}
	}
	if len(found) == 0 {
		return nil
	}
	// Later ones are likelier: chains rather than fans.
	i := max(d.R.IntN(len(found)), d.R.IntN(len(found)))
	return found[i]
}

// PlainKey tells whether keys are strings or numbers, not windowed.
func PlainKey(t form.Type) bool { return !strings.Contains(t.Key, "(") }

// Function picks a function of the role that takes the types; ok is false without one.
func (d *Drawing) Function(role Role, key, val, other string) (f Func, ok bool) {
	var found []Func
	for _, f := range Functions {
		if f.Role == role && f.Takes(key, val, other) {
			found = append(found, f)
		}
	}
	if len(found) == 0 {
		return f, false
	}
	return found[d.R.IntN(len(found))], true
}

// Add appends a line with options as name, value, … and works out its type; an option with an
// empty value is left out. It returns nil, and adds nothing, when the line does not check.
func (d *Drawing) Add(op string, in []*form.Line, options ...string) *form.Line {
	l := &form.Line{ID: d.Name("v"), Op: op}
	for _, p := range in {
		l.In = append(l.In, p.ID)
	}
	for i := 0; i < len(options); i += 2 {
		if options[i+1] != "" {
			l.Options = append(l.Options, form.Option{Name: options[i], Value: options[i+1]})
		}
	}
	if check(d.Lines, l) != nil {
		return nil
	}
	d.Lines = append(d.Lines, l)
	return l
}

// Maybe is a name once in three times, else "".
func (d *Drawing) Maybe(prefix string) string {
	if d.Chance(3) {
		return d.Name(prefix)
	}
	return ""
}
