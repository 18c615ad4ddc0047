package gentest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/streamgen/streamgen/runtime/fault"
	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/task"
	"github.com/streamgen/streamgen/runtime/testdriver"
)

// op is one step of a history: a record into a topic, or a step of the wall clock, or a commit,
// or a look at state.
type op struct {
	verb   string // "pipe", "advance", "commit", "store", "changelog", "counts"
	name   string // topic or store
	record testdriver.Record
	by     time.Duration
}

// player runs operations and writes down what follows from them.
type player struct {
	c       *testCase
	t       *gen.Topology
	d       *testdriver.Driver
	outputs []string
	deep    bool // repartition topics too
}

func newPlayer(c *testCase, t *gen.Topology, config testdriver.Config) (*player, error) {
	d, err := testdriver.New(t, config)
	if err != nil {
		return nil, err
	}
	p := &player{c: c, t: t, d: d}
	for i := range t.Subtopologies {
		for _, s := range t.Subtopologies[i].Sinks {
			if name := task.SinkTopic("test", s); !s.Routed && !slices.Contains(p.outputs, name) {
				p.outputs = append(p.outputs, name)
			}
		}
	}
	slices.Sort(p.outputs)
	return p, nil
}

// do runs one operation and returns its lines.
func (p *player) do(o op) (lines []string) {
	var err error
	switch o.verb {
	case "pipe":
		err = p.d.Pipe(o.name, o.record)
	case "advance":
		err = p.d.AdvanceWallClock(o.by)
	case "commit":
		err = p.d.Commit()
	case "store":
		for _, r := range p.d.Contents(o.name) {
			lines = append(lines, p.row("", p.c.stores[o.name], r))
		}
	case "changelog":
		for _, r := range p.d.Changelog(o.name) {
			lines = append(lines, p.row("", p.c.stores[o.name], r))
		}
	case "counts":
		n := p.d.Counts()
		lines = append(lines, fmt.Sprintf("processed %d, late %d, null keys %d, null values %d, skipped %d, negative %d",
			n.Processed, n.Late, n.NullKey, n.NullVal, n.Skipped, n.Negative))
	}
	if err == nil {
		err = p.d.Err()
	}
	for _, name := range p.d.Produced() { // those that records choose, too
		if !slices.Contains(p.outputs, name) {
			p.outputs = append(p.outputs, name)
			slices.Sort(p.outputs)
		}
	}
	for _, name := range p.outputs {
		if _, known := p.c.topics[name]; !known && !p.deep {
			continue
		}
		for _, r := range p.d.ReadAll(name) {
			lines = append(lines, p.row(name+" ", p.c.topics[name], r))
		}
	}
	if err != nil {
		lines = append(lines, "error: "+shown(err))
	}
	return lines
}

// shown leaves the cause out of errors about unreadable bytes: generated codecs and
// encoding/json word it differently.
func shown(err error) string {
	var fe *fault.Error
	if errors.As(err, &fe) && (fe.Phase == fault.Deserialize || fe.Phase == fault.Serialize) {
		if fe.Topic == "" {
			return fmt.Sprintf("%s: cannot %s", fe.Operator, fe.Phase)
		}
		return fmt.Sprintf("%s: cannot %s the record at %s-%d offset %d", fe.Operator, fe.Phase, fe.Topic, fe.Partition, fe.Offset)
	}
	var p *task.Panic
	if errors.As(err, &p) && p.Where != "" {
		return strings.Replace(err.Error(), p.Where, "…", 1) // literals have other names in generated code
	}
	return err.Error()
}

func (p *player) row(lead, format string, r testdriver.Record) string {
	key, val, _ := strings.Cut(format, " ")
	s := fmt.Sprintf("%s@%d %s = %s", lead, r.Timestamp, show(key, r.Key), show(val, r.Value))
	for i, h := range r.Headers {
		sep := ", "
		if i == 0 {
			sep = " ; "
		}
		value, _ := showString(h.Value)
		switch h.Key {
		case "__streams.errors.exception", "__streams.errors.message", "__streams.errors.stacktrace":
			value = "…" // the two modes word causes differently
		}
		s += sep + h.Key + "=" + value
	}
	return s
}

// finish shows all stores, all changelogs, what each operator dropped, and the counts.
func (p *player) finish() (lines []string) {
	for i := range p.t.Subtopologies {
		for _, s := range p.t.Subtopologies[i].Stores {
			lines = append(append(lines, "store "+s.Name), p.do(op{verb: "store", name: s.Name})...)
			lines = append(append(lines, "changelog "+s.Name), p.do(op{verb: "changelog", name: s.Name})...)
		}
	}
	drops := p.d.Drops()
	for _, node := range slices.Sorted(maps.Keys(drops)) {
		lines = append(lines, fmt.Sprintf("dropped by %s: %+v", node, drops[node]))
	}
	return append(lines, p.do(op{verb: "counts"})...)
}

// play runs a whole history; a failed driver ends it.
func play(c *testCase, t *gen.Topology, config testdriver.Config, ops []op) (log []string, rest []string, err error) {
	p, err := newPlayer(c, t, config)
	if err != nil {
		return nil, nil, err
	}
	p.deep = true
	for i, o := range ops {
		for _, l := range p.do(o) {
			log = append(log, fmt.Sprintf("%d: %s", i, l))
		}
		if p.d.Err() != nil {
			break
		}
	}
	rest = p.finish()
	p.d.Close()
	return log, rest, nil
}

// text writes the operation as scenarios do.
func (o op) text(c *testCase) string {
	switch o.verb {
	case "pipe":
		p := player{c: c}
		return p.row(o.name+" ", c.topics[o.name], o.record)
	case "advance":
		return "advance " + o.by.String()
	case "commit", "counts":
		return o.verb
	}
	return o.verb + " " + o.name
}
