package form

import (
	"fmt"
	"strings"
)

// Type is what a line makes: types of key and value as text, and what kind of handle it is.
// A plain value, safe for concurrent use.
type Type struct {
	// Kind says which operators may follow: see the constants. It is not printed.
	Kind Kind
	// Key and Val are "string", "int64", "window(T,size)", "session(T)"; "none" where there is nothing.
	Key, Val string
	// Size is that of the windows of a windowed group or table, in milliseconds as text. It is not printed.
	Size string
	// Rekeyed says that the key was changed since the records were read from a topic. It is not printed.
	Rekeyed bool
	// Coded says that a stream knows the codecs of its records. It is not printed.
	Coded bool
	// Bare says that a table can be looked up in no store that has a name. It is not printed.
	Bare bool
}

// Kind is the kind of a handle.
type Kind string

// The kinds of handles.
const (
	Stream          Kind = "stream"
	Table           Kind = "table"
	WindowTable     Kind = "window-table"
	SessionTable    Kind = "session-table"
	Grouped         Kind = "grouped"
	GroupedTable    Kind = "grouped-table"
	WindowedGrouped Kind = "windowed-grouped"
	SessionGrouped  Kind = "session-grouped"
	Global          Kind = "global"
	GlobalStore     Kind = "global-store"
	GlobalTimed     Kind = "global-timed-store"
	KVStore         Kind = "kv-store"
	TimedStore      Kind = "timed-store"
	Branches        Kind = "branches"
	WindowStore     Kind = "window-store"
	Nothing         Kind = "nothing" // sinks
)

// Option is name=value of a line. A plain value, safe for concurrent use.
type Option struct{ Name, Value string }

// Line is one operator of a topology. It is built by one goroutine and then only read.
type Line struct {
	ID, Op  string
	In      []string // ids of earlier lines
	Options []Option
	Type    Type
}

// Get returns an option's value, "" when it is not given.
func (l *Line) Get(name string) string {
	for _, o := range l.Options {
		if o.Name == name {
			return o.Value
		}
	}
	return ""
}

// String writes the line as Java reads it.
func (l *Line) String() string {
	s := l.ID + " = " + l.Op
	for _, in := range l.In {
		s += " " + in
	}
	for _, o := range l.Options {
		s += " " + o.Name + "=" + o.Value
	}
	return s + " : " + l.Type.Key + " " + l.Type.Val
}

// Topology is lines in the order of their declaration.
type Topology []*Line

// String writes one line per operator.
func (t Topology) String() string {
	var s strings.Builder
	for _, l := range t {
		s.WriteString(l.String() + "\n")
	}
	return s.String()
}

// Find returns the line with the id, nil without one.
func (t Topology) Find(id string) *Line {
	for _, l := range t {
		if l.ID == id {
			return l
		}
	}
	return nil
}

// parseLine reads "id = op inputs… options… [: key val]"; what it makes is left to the operator.
func parseLine(text string) (*Line, error) {
	text, _, _ = strings.Cut(text, " : ")
	w := strings.Fields(text)
	if len(w) < 3 || w[1] != "=" {
		return nil, fmt.Errorf("line %q: want id = operator inputs… option=value…", text)
	}
	l := &Line{ID: w[0], Op: w[2]}
	for _, word := range w[3:] {
		if name, value, ok := strings.Cut(word, "="); ok {
			l.Options = append(l.Options, Option{name, value})
		} else {
			l.In = append(l.In, word)
		}
	}
	return l, nil
}
