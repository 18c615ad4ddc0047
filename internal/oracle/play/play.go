// Package play runs scripts of the conformance oracle on the test driver and writes what
// follows in the text that the Java side writes.
package play

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/internal/oracle/form"
	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/interp"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/serde/wire"
	"github.com/streamgen/streamgen/runtime/task"
	"github.com/streamgen/streamgen/runtime/testdriver"
)

// application is the id under which both sides run.
const application = "o"

// Entry is one topology in both modes. It is read-only.
type Entry struct {
	Text      string // the lines of the topology
	Generated func() *gen.Topology
	Recorded  func(*dsl.Builder)
}

// The modes in which an Entry is played.
const (
	Generated   = "generated"
	Interpreted = "interpreted"
)

// Build makes the topology in the mode.
func (e Entry) Build(mode string) *gen.Topology {
	if mode == Generated {
		return e.Generated()
	}
	return interp.New("interpreted", func() (*graph.Graph, error) { return dsl.Record(e.Recorded) })
}

// player writes down one run.
type player struct {
	t       *gen.Topology
	kafka   bool
	schemas wire.Schemas
	d       *testdriver.Driver
	out     strings.Builder
	topics  []string       // outputs, repartition topics included
	logged  map[string]int // changelog records written down, by store
	stores  []gen.Store
}

// Run plays a script and returns the result as text. kafka is the driver's Config.Kafka.
func Run(t *gen.Topology, script []form.Step, kafka bool) string {
	return RunWith(t, script, kafka, nil)
}

// RunWith is Run with a Schema Registry.
func RunWith(t *gen.Topology, script []form.Step, kafka bool, schemas wire.Schemas) string {
	p := &player{t: t, kafka: kafka, schemas: schemas, logged: map[string]int{}}
	if err := p.run(script); err != nil {
		fmt.Fprintf(&p.out, "error %s\n", strings.ReplaceAll(err.Error(), "\n", " "))
	}
	return p.out.String()
}

func (p *player) run(script []form.Step) (err error) {
	p.out.WriteString("describe\n")
	for line := range strings.Lines(strings.TrimRight(p.t.Description, "\n")) {
		p.out.WriteString("|" + strings.TrimRight(line, "\n") + "\n")
	}
	if p.d, err = testdriver.New(p.t, testdriver.Config{ApplicationID: application, Kafka: p.kafka, Schemas: p.schemas}); err != nil {
		return err
	}
	defer p.d.Close()
	p.names()
	p.out.WriteString("script\n")
	p.read(-1)
	for i, s := range script {
		if s.Topic == "" {
			err = p.d.AdvanceWallClock(time.Duration(s.Advance) * time.Millisecond)
		} else {
			err = p.d.Pipe(s.Topic, record(s))
		}
		p.read(i)
		if err != nil {
			return err
		}
	}
	p.contents()
	return p.d.Err()
}

func record(s form.Step) testdriver.Record {
	r := testdriver.Record{Key: s.Key, Value: s.Value, Timestamp: s.Timestamp}
	for _, h := range s.Headers {
		r.Headers = append(r.Headers, serde.Header{Key: h.Key, Value: h.Value})
	}
	return r
}

// names collects what the topology writes.
func (p *player) names() {
	for i := range p.t.Subtopologies {
		sub := &p.t.Subtopologies[i]
		for _, s := range sub.Sinks {
			if s.Routed {
				continue
			}
			p.topics = append(p.topics, task.SinkTopic(application, s))
		}
		for _, s := range sub.Stores {
			p.stores = append(p.stores, s)
			if s.Logged {
				p.topics = append(p.topics, task.ChangelogTopic(application, s.Name))
			}
		}
	}
	for _, g := range p.t.Globals {
		if g.Rows != nil { // tables show themselves in joins only
			p.stores = append(p.stores, gen.Store{Name: g.Store, Timestamped: g.Timestamped})
		}
	}
	slices.Sort(p.topics)
	p.topics = slices.Compact(p.topics)
	slices.SortFunc(p.stores, func(a, b gen.Store) int { return strings.Compare(a.Name, b.Name) })
}

// read writes down all that came since the last look, topic by topic.
func (p *player) read(step int) {
	for _, topic := range p.d.Produced() { // those that records choose, too
		if !slices.Contains(p.topics, topic) {
			p.topics = append(p.topics, topic)
			slices.Sort(p.topics)
		}
	}
	for _, topic := range p.topics {
		for _, r := range p.since(topic) {
			fmt.Fprintf(&p.out, "%d %s %s %s @%d", step, topic, form.ShowBytes(r.Key), form.ShowBytes(r.Value), r.Timestamp)
			for _, h := range r.Headers {
				fmt.Fprintf(&p.out, " %s=%s", h.Key, form.ShowBytes(h.Value))
			}
			p.out.WriteString("\n")
		}
	}
}

func (p *player) since(topic string) []testdriver.Record {
	for _, s := range p.stores {
		if s.Logged && topic == task.ChangelogTopic(application, s.Name) {
			all := p.d.Changelog(s.Name)
			rest := all[p.logged[s.Name]:]
			p.logged[s.Name] = len(all)
			return rest
		}
	}
	return p.d.ReadAll(topic)
}

// contents writes the stores' rows; stores of windows and sessions say their retention,
// behind which rows do not count.
func (p *player) contents() {
	for _, s := range p.stores {
		if s.Duplicates { // its changelog says all that was put
			continue
		}
		p.out.WriteString("store " + s.Name)
		if s.Window {
			fmt.Fprintf(&p.out, " retention %d", s.Retention)
			if s.Session {
				p.out.WriteString(" sessions")
			}
		}
		p.out.WriteString("\n")
		for _, r := range p.d.Contents(s.Name) {
			key := r.Key
			if s.Window && !s.Session {
				key = key[:len(key)-4] // Java's stores do not show the sequence
			}
			fmt.Fprintf(&p.out, "%s %s", form.ShowBytes(key), form.ShowBytes(r.Value))
			if s.Timestamped {
				fmt.Fprintf(&p.out, " @%d", r.Timestamp)
			}
			p.out.WriteString("\n")
		}
	}
}
