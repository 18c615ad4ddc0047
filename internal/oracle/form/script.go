package form

import (
	"fmt"
	"strconv"
	"strings"
)

// Header is a header of a record. A plain value.
type Header struct {
	Key   string
	Value []byte
}

// Step is one step of a script: a record into Topic, or, without a topic, the wall clock
// moved by Advance milliseconds. It is built by one goroutine and then only read.
type Step struct {
	Topic      string
	Key, Value []byte // nil is null
	Timestamp  int64  // epoch milliseconds
	Headers    []Header
	Advance    int64 // milliseconds
}

// String writes the step as scripts do.
func (s Step) String() string {
	if s.Topic == "" {
		return fmt.Sprintf("advance %d", s.Advance)
	}
	text := fmt.Sprintf("pipe %s %s %s @%d", s.Topic, ShowBytes(s.Key), ShowBytes(s.Value), s.Timestamp)
	for _, h := range s.Headers {
		text += " " + h.Key + "=" + ShowBytes(h.Value)
	}
	return text
}

// ParseStep reads what String writes.
func ParseStep(text string) (s Step, err error) {
	w := strings.Split(text, " ")
	switch {
	case w[0] == "advance" && len(w) == 2:
		s.Advance, err = strconv.ParseInt(w[1], 10, 64)
		return s, err
	case w[0] != "pipe" || len(w) < 5 || !strings.HasPrefix(w[4], "@"):
		return s, fmt.Errorf("step %q: want pipe topic key value @timestamp [header=value …], or advance milliseconds", text)
	}
	s.Topic = w[1]
	if s.Key, err = ParseBytes(w[2]); err != nil {
		return s, err
	}
	if s.Value, err = ParseBytes(w[3]); err != nil {
		return s, err
	}
	if s.Timestamp, err = strconv.ParseInt(w[4][1:], 10, 64); err != nil {
		return s, err
	}
	for _, h := range w[5:] {
		name, value, _ := strings.Cut(h, "=")
		b, err := ParseBytes(value)
		if err != nil {
			return s, err
		}
		s.Headers = append(s.Headers, Header{name, b})
	}
	return s, nil
}

// Case is a topology and a script for it. It is built by one goroutine and then only read.
type Case struct {
	Topology Topology
	Script   []Step
}

// String writes the case as both sides read it, without the closing "end".
func (c Case) String() string {
	var s strings.Builder
	s.WriteString("topology\n" + c.Topology.String() + "script\n")
	for _, step := range c.Script {
		s.WriteString(step.String() + "\n")
	}
	return s.String()
}

// ParseCase reads what String writes. Blank lines and lines that begin with # are prose. What
// the lines make is worked out by operator.Check.
func ParseCase(text string) (c Case, err error) {
	script := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#' || line == "topology":
		case line == "script":
			script = true
		case script:
			s, err := ParseStep(line)
			if err != nil {
				return c, err
			}
			c.Script = append(c.Script, s)
		default:
			l, err := parseLine(line)
			if err != nil {
				return c, err
			}
			c.Topology = append(c.Topology, l)
		}
	}
	return c, nil
}
