// Package operator is what the conformance oracle knows of each operator of the DSL, one file
// each: how a line's types follow from its inputs, how it reads as Go, and how random
// topologies come to have one. The Java side has a class of the same name for each.
package operator

import (
	"fmt"
	"strings"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

// Operator is one entry of the table. It is read-only.
type Operator struct {
	Name string
	// Inputs are the kinds of handles that a line takes; Any where several fit.
	Inputs []form.Kind
	// Type works out what a line makes of its inputs.
	Type func(l *form.Line, in []*form.Line) (form.Type, error)
	// Go is the line as a Go expression; inputs are variables named by their ids.
	Go func(l *form.Line, in []*form.Line) string
	// Draw adds a line, and what it needs, to a random topology; false when nothing fits.
	Draw func(d *Drawing) bool
	// Weight is how often Draw is tried, in relation to the others; 0 for operators that
	// others draw along.
	Weight int
	// Topic says that the line's option topic is read.
	Topic bool
}

// Any is the kind of an input that takes several kinds; Type then judges.
const Any form.Kind = ""

// Named returns the operator with the name.
func Named(name string) (Operator, bool) {
	for _, o := range Table {
		if o.Name == name {
			return o, true
		}
	}
	return Operator{}, false
}

// Check works out what each line of a topology makes and reports the first one that does not fit.
func Check(t form.Topology) error {
	for i, l := range t {
		if err := check(t[:i], l); err != nil {
			return fmt.Errorf("line %s: %w", l.ID, err)
		}
	}
	return nil
}

func check(before form.Topology, l *form.Line) error {
	o, ok := Named(l.Op)
	if !ok {
		return fmt.Errorf("there is no operator %s", l.Op)
	}
	in, err := inputs(before, l)
	if err != nil {
		return err
	}
	if len(in) != len(o.Inputs) {
		return fmt.Errorf("%s takes %d inputs, not %d", l.Op, len(o.Inputs), len(in))
	}
	for n, kind := range o.Inputs {
		if kind != Any && in[n].Type.Kind != kind {
			return fmt.Errorf("input %s of %s is a %s, not a %s", in[n].ID, l.Op, in[n].Type.Kind, kind)
		}
	}
	l.Type, err = o.Type(l, in)
	return err
}

func inputs(t form.Topology, l *form.Line) (in []*form.Line, err error) {
	for _, id := range l.In {
		p := t.Find(id)
		if p == nil {
			return nil, fmt.Errorf("there is no line %s before it", id)
		}
		in = append(in, p)
	}
	return in, nil
}

// Source is a line of a checked topology as a Go expression.
func Source(t form.Topology, l *form.Line) string {
	o, _ := Named(l.Op)
	in, _ := inputs(t, l)
	return o.Go(l, in)
}

// codec is the codec of a type as Go.
func codec(t string) string {
	inner, window := strings.CutPrefix(t, "window(")
	switch {
	case t == "string":
		return "dsl.String()"
	case t == "int64":
		return "dsl.Int64()"
	case window:
		inner, size, _ := strings.Cut(strings.TrimSuffix(inner, ")"), ",")
		return "dsl.TimeWindowed(" + codec(inner) + ", " + millis(size) + ")"
	case strings.HasPrefix(t, "session("):
		return "dsl.SessionWindowed(" + codec(t[len("session("):len(t)-1]) + ")"
	}
	return "nil"
}

// goType is a type as Go.
func goType(t string) string {
	inner, window := strings.CutPrefix(t, "window(")
	if window {
		inner, _, _ = strings.Cut(inner, ",")
		return "dsl.Windowed[" + inner + "]"
	}
	if inner, session := strings.CutPrefix(t, "session("); session {
		return "dsl.Sessioned[" + strings.TrimSuffix(inner, ")") + "]"
	}
	return t
}

// millis is a number of milliseconds as Go.
func millis(n string) string { return n + "*time.Millisecond" }

// codecs is both codecs of what a line makes, as arguments.
func codecs(l *form.Line) string { return codec(l.Type.Key) + ", " + codec(l.Type.Val) }

// options are the options that most operators take, as further arguments: extra, then name,
// store and emission.
func options(l *form.Line, extra ...string) string {
	if n := l.Get("name"); n != "" {
		extra = append(extra, fmt.Sprintf("dsl.Name(%q)", n))
	}
	if n := l.Get("store"); n != "" {
		extra = append(extra, fmt.Sprintf("dsl.Store(%q)", n))
	}
	switch l.Get("emit") {
	case "every":
		extra = append(extra, "dsl.EmitEveryUpdate()")
	case "close":
		extra = append(extra, "dsl.EmitOnClose()")
	}
	switch l.Get("keep") {
	case "memory":
		extra = append(extra, "dsl.InMemory()")
	case "plain":
		extra = append(extra, "dsl.WithoutTimestamps()")
	}
	return strings.Join(extra, ", ")
}

// then prefixes arguments with a comma when there are any.
func then(args string) string {
	if args == "" {
		return ""
	}
	return ", " + args
}
