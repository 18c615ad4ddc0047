// Package testdriver runs a topology, generated or interpreted, without a broker: records are
// piped into topics, outputs are read from topics, time moves only when the test
// says so. It follows Kafka Streams' TopologyTestDriver: one record at a time goes through
// the whole topology, then due stream-time punctuators fire, then a commit emits
// what tables coalesced, and what was written to repartition topics (or to any topic that
// the topology reads) is piped back until nothing is left. It differs in three points:
// each sub-topology is a task with its own stream time, as on a broker (TopologyTestDriver
// makes one task of all); Config.CommitEvery lets commits be rarer, so that coalescing can
// be tested; the wall clock starts at a fixed time.
package testdriver

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/serde/registry"
	"github.com/streamgen/streamgen/runtime/serde/wire"
	"github.com/streamgen/streamgen/runtime/state"
	"github.com/streamgen/streamgen/runtime/task"
)

// Config says how a driver runs. The zero Config is usable. A plain value, safe for
// concurrent use.
type Config struct {
	ApplicationID string // default "test"
	// InitialWallClock is the wall clock at the start; the zero Time is the epoch.
	InitialWallClock time.Time
	// CommitEvery is after how many piped records a commit emits coalesced results and writes
	// changelogs: 0 and 1 commit after every record that a task processes, as TopologyTestDriver
	// does; a negative number leaves it to Driver.Commit, and to processors that ask for a commit
	// of their task.
	CommitEvery int
	// CacheBudget bounds the bytes of clean entries that each store keeps after a commit. Zero
	// makes every read after a commit decode stored bytes.
	CacheBudget int64
	// Kafka is streamgen.compatibility=kafka: Kafka Streams' own behaviour where this
	// project's semantics depart from it (S180).
	Kafka bool
	// IdlePartition is streamgen.idle.partition.ms: AdvanceWallClock moves the stream time of tasks that have
	// had no record for longer. 0 never does.
	IdlePartition time.Duration
	// Schemas is the client of a Schema Registry; nil is a mock in memory that this driver alone uses.
	Schemas wire.Schemas
}

// Record is a record as it lies on a topic. Nil Key or Value is null. It belongs to one
// goroutine.
type Record struct {
	Key, Value []byte
	Timestamp  int64 // epoch milliseconds
	Headers    []serde.Header
}

// Driver runs one topology. It belongs to one goroutine. Each topology value can be
// driven once: its global tables are state.
type Driver struct {
	topology   *gen.Topology
	config     Config
	now        int64
	tasks      []*task.Task
	globals    []*task.Global
	backends   [][]*state.Memory // by task, by store
	changelogs map[string][]Record
	topics     map[string]*topic
	patterns   []pattern
	piped      int
	err        error
	closed     bool
}

// topic is what the driver knows of one topic.
type topic struct {
	offset  int64
	readers []reader
	globals []*task.Global
	matched bool     // the patterns have seen it
	written bool     // some sink writes it
	output  []Record // written and not read by the test yet
}

type reader struct{ task, source int }

// pattern is a source that reads whatever topics match.
type pattern struct {
	re *regexp.Regexp
	at reader
}

// matching says whether some pattern matches a topic.
func (d *Driver) matching(name string) bool {
	return slices.ContainsFunc(d.patterns, func(p pattern) bool { return p.re.MatchString(name) })
}

// match lets the patterns have a topic, once. Internal topics match none.
func (d *Driver) match(name string) error {
	tp := d.topic(name)
	if tp.matched || len(d.patterns) == 0 {
		return nil
	}
	tp.matched = true
	for _, p := range d.patterns {
		if !p.re.MatchString(name) || strings.HasPrefix(name, d.config.ApplicationID+"-") && strings.HasSuffix(name, "-repartition") {
			continue
		}
		if len(tp.readers)+len(tp.globals) > 0 {
			return fmt.Errorf("topic %q matches the pattern %s and has another reader; a topic has one reader", name, p.re)
		}
		i := d.tasks[p.at.task].Join(p.at.source, name)
		d.tasks[p.at.task].SetLag(i, 0)
		tp.readers = append(tp.readers, reader{p.at.task, i})
	}
	return nil
}

// New builds a task per sub-topology over empty stores and starts it. It returns the
// topology's own error when the topology must not run.
func New(t *gen.Topology, c Config) (*Driver, error) {
	if t.Err != nil {
		return nil, t.Err
	}
	if c.ApplicationID == "" {
		c.ApplicationID = "test"
	}
	if c.Schemas == nil {
		c.Schemas = registry.Mock()
	}
	d := &Driver{topology: t, config: c, changelogs: map[string][]Record{}, topics: map[string]*topic{}}
	if !c.InitialWallClock.IsZero() {
		d.now = c.InitialWallClock.UnixMilli()
	}
	for _, g := range t.Globals {
		own := task.NewGlobal(g, task.Config{ApplicationID: c.ApplicationID, WallClock: d.now, Kafka: c.Kafka, Schemas: c.Schemas})
		d.globals = append(d.globals, own)
		tp := d.topic(g.Topic)
		tp.globals = append(tp.globals, own)
		if err := own.Start(); err != nil {
			d.Close()
			return nil, err
		}
	}
	for i := range t.Subtopologies {
		if err := d.start(i); err != nil {
			d.Close()
			return nil, err
		}
	}
	return d, nil
}

func (d *Driver) topic(name string) *topic {
	t := d.topics[name]
	if t == nil {
		t = &topic{}
		d.topics[name] = t
	}
	return t
}

func (d *Driver) start(sub int) error {
	spec := &d.topology.Subtopologies[sub]
	var backends []*state.Memory
	tk, err := task.New(d.topology, sub, 0, task.Config{
		ApplicationID: d.config.ApplicationID, WallClock: d.now, Budget: d.config.CacheBudget, Kafka: d.config.Kafka, Schemas: d.config.Schemas,
		Backend: func(gen.Store) (state.Backend, error) {
			m := state.NewMemory()
			backends = append(backends, m)
			return m, nil
		},
	})
	if err != nil {
		return err
	}
	d.tasks, d.backends = append(d.tasks, tk), append(d.backends, backends)
	for i, s := range spec.Sources {
		if s.Pattern != "" {
			re, err := task.Pattern(s.Pattern)
			if err != nil {
				return err
			}
			d.patterns = append(d.patterns, pattern{re, reader{sub, i}})
			continue
		}
		tp := d.topic(task.SourceTopic(d.config.ApplicationID, s))
		tp.readers = append(tp.readers, reader{sub, i})
		tk.SetLag(i, 0)
	}
	for i, s := range tk.Sinks() {
		if !spec.Sinks[i].Routed {
			d.topic(s.Topic).written = true
		}
	}
	if err := tk.Restore(); err != nil {
		return err
	}
	return tk.Start(d.now)
}

// Pipe hands one record to a topic and processes everything that follows from it. An error
// is final for the driver.
func (d *Driver) Pipe(topicName string, r Record) error {
	if err := d.usable(); err != nil {
		return err
	}
	if d.matching(topicName) {
		if err := d.match(topicName); err != nil {
			return d.fail(err)
		}
	}
	tp := d.topics[topicName]
	if tp == nil || len(tp.readers) == 0 && len(tp.globals) == 0 {
		return d.fail(d.unknown("read", topicName, func(t *topic) bool { return len(t.readers)+len(t.globals) > 0 }))
	}
	if err := d.deliver(topicName, r); err != nil {
		return d.fail(err)
	}
	if err := d.work(); err != nil {
		return d.fail(err)
	}
	d.piped++
	if n := d.config.CommitEvery; n > 1 && d.piped%n == 0 {
		return d.Commit()
	}
	return nil
}

// deliver appends a record to a topic that the topology reads.
func (d *Driver) deliver(name string, r Record) error {
	tp := d.topics[name]
	rec := []gen.Record{{Key: r.Key, Value: r.Value, Timestamp: r.Timestamp, Offset: tp.offset, Headers: r.Headers}}
	tp.offset++
	for _, g := range tp.globals {
		if err := g.Apply(&gen.Run{Topic: name, Records: rec}, d.now); err != nil {
			return err
		}
	}
	for _, to := range tp.readers {
		d.tasks[to.task].Enqueue(to.source, rec)
	}
	return nil
}

// work processes until nothing is left: each record is followed by the stream-time punctuators
// that it made due and, unless commits are rarer, by the commit of its task.
func (d *Driver) work() error {
	for again := true; again; {
		again = false
		for i, t := range d.tasks {
			n, err := t.Step(1)
			if err != nil {
				return err
			}
			if n == 0 {
				continue
			}
			again = true
			if _, err := t.PunctuateStream(); err != nil {
				return err
			}
			if d.config.CommitEvery == 0 || d.config.CommitEvery == 1 || t.CommitWanted() {
				err = d.commit(i)
			} else {
				err = d.capture(i)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// capture takes what a task wrote, keeps it for the test and pipes back what the topology reads.
func (d *Driver) capture(i int) error {
	for _, s := range d.tasks[i].Sinks() {
		if len(s.Records) == 0 {
			continue
		}
		if d.matching(s.Topic) {
			if err := d.match(s.Topic); err != nil {
				return err
			}
		}
		tp := d.topic(s.Topic)
		tp.written = true // also one that a record chose
		for _, o := range s.Records {
			r := Record{Timestamp: o.Timestamp, Headers: o.Headers}
			if !o.NoKey {
				r.Key = append([]byte{}, s.Buf[o.Start:o.KeyEnd]...)
			}
			if !o.NoValue {
				r.Value = append([]byte{}, s.Buf[o.KeyEnd:o.End]...)
			}
			tp.output = append(tp.output, r)
			if len(tp.readers)+len(tp.globals) > 0 {
				if err := d.deliver(s.Topic, r); err != nil {
					return err
				}
			}
		}
		s.Reset()
	}
	return nil
}

// commit is what a worker does for a task: emit, log, apply.
func (d *Driver) commit(i int) error {
	t := d.tasks[i]
	if err := t.Flush(); err != nil {
		return err
	}
	if err := d.capture(i); err != nil {
		return err
	}
	err := t.EachDirty(func(store int, key, value []byte, ts int64) error {
		spec := &t.Spec().Stores[store]
		if spec.Logged {
			name := task.ChangelogTopic(d.config.ApplicationID, spec.Name)
			d.changelogs[name] = append(d.changelogs[name], Record{Key: slices.Clone(key), Value: slices.Clone(value), Timestamp: ts})
		}
		d.backends[i][store].Put(key, stored(spec, value, ts))
		return nil
	})
	if err != nil {
		return err
	}
	t.Committed()
	return nil
}

// Commit emits what tables coalesced, writes changelogs and applies them, task after task in
// the order of the sub-topologies, until nothing is left to commit.
func (d *Driver) Commit() error {
	if err := d.usable(); err != nil {
		return err
	}
	for again := true; again; {
		again = false
		for i, t := range d.tasks {
			if !t.CommitNeeded() {
				continue
			}
			again = true
			if err := d.commit(i); err != nil {
				return d.fail(err)
			}
			if err := d.work(); err != nil {
				return d.fail(err)
			}
		}
	}
	return nil
}

// AdvanceWallClock moves the wall clock forward, fires the punctuators that are due once,
// however long the step is, and commits, as TopologyTestDriver.advanceWallClockTime does.
func (d *Driver) AdvanceWallClock(by time.Duration) error {
	if err := d.usable(); err != nil {
		return err
	}
	d.now += by.Milliseconds()
	for i, t := range d.tasks {
		t.SetWallClock(d.now)
		if after := d.config.IdlePartition; after > 0 && t.Idle(d.now, after.Milliseconds()) {
			if _, err := t.PunctuateStream(); err != nil {
				return d.fail(err)
			}
		}
		if _, err := t.PunctuateWall(d.now); err != nil {
			return d.fail(err)
		}
		if err := d.capture(i); err != nil {
			return d.fail(err)
		}
	}
	if err := d.work(); err != nil {
		return d.fail(err)
	}
	if d.config.CommitEvery == 0 || d.config.CommitEvery == 1 {
		return d.Commit()
	}
	return nil
}

// WallClock returns the wall clock in epoch milliseconds.
func (d *Driver) WallClock() int64 { return d.now }

// StreamTime returns the highest timestamp that any task has processed, -1 before the first.
func (d *Driver) StreamTime() int64 {
	at := int64(-1)
	for _, t := range d.tasks {
		at = max(at, t.StreamTime())
	}
	return at
}

// Drops tells by operator, under its processor name, what the tasks dropped; operators that dropped
// nothing are left out.
func (d *Driver) Drops() map[string]gen.Drops {
	all := map[string]gen.Drops{}
	for _, t := range d.tasks {
		for _, n := range t.Drops() {
			if *n.Drops == (gen.Drops{}) {
				continue
			}
			sum := all[n.Node]
			sum.Late += n.Late
			sum.NullKey += n.NullKey
			sum.NullVal += n.NullVal
			sum.Skipped += n.Skipped
			all[n.Node] = sum
		}
	}
	return all
}

// Counts adds up what the tasks did and dropped.
func (d *Driver) Counts() task.Counts {
	var sum task.Counts
	for _, t := range d.tasks {
		c := t.Counts()
		sum.Late += c.Late
		sum.NullKey += c.NullKey
		sum.NullVal += c.NullVal
		sum.Skipped += c.Skipped
		sum.Processed += c.Processed
		sum.Negative += c.Negative
		sum.Enforced += c.Enforced
	}
	return sum
}

// Err returns the first error of the driver or of its typed views; the driver is
// unusable from then on.
func (d *Driver) Err() error { return d.err }

// Close closes the processors and returns the first error of the driver, or of closing.
func (d *Driver) Close() error {
	if d.closed {
		return d.err
	}
	d.closed = true
	for _, t := range d.tasks {
		if err := t.Close(); err != nil && d.err == nil {
			d.err = err
		}
	}
	for _, g := range d.globals {
		if err := g.Close(); err != nil && d.err == nil {
			d.err = err
		}
	}
	return d.err
}

func (d *Driver) usable() error {
	if d.closed && d.err == nil {
		return fmt.Errorf("test driver of %s: it is closed", d.topology.Name)
	}
	return d.err
}

func (d *Driver) fail(err error) error {
	if d.err == nil {
		d.err = err
	}
	return err
}
