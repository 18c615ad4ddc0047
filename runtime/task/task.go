// Package task is the engine of one sub-topology on one partition: which record is next, what
// time it is, when punctuators fire, what a commit has to write. It has no client, no
// clock and no goroutine: records, lags and the wall clock are handed in, outputs are
// taken out of sink buffers, dirty entries out of stores. So the worker of an
// application and the test driver run the same code.
//
// A caller's loop: Enqueue what was polled and SetLag; Step until it returns 0; SetWallClock,
// PunctuateStream and PunctuateWall; take the sinks' records. A commit is Flush, take
// the sinks' records, EachDirty, Offsets, and, when all of that is durable, Committed.
package task

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/processor"
	"github.com/streamgen/streamgen/runtime/serde/wire"
	"github.com/streamgen/streamgen/runtime/state"
)

// Config is what a task needs from outside. It is read by New only; one goroutine builds it.
type Config struct {
	ApplicationID string
	// Backend opens what lies behind a store; called once for each store.
	Backend func(store gen.Store) (state.Backend, error)
	// Partitions tells how many partitions an output topic has, 0 when it does not exist; nil
	// means one everywhere. It is called for topics that records choose as they are chosen.
	Partitions func(topic string) (int32, error)
	// Budget bounds the clean bytes that each store's cache keeps after a commit.
	Budget int64
	// MaxIdle is max.task.idle.ms: -1 never waits for an empty partition, 0 waits while one
	// has records at the broker or might have, more waits that long (in milliseconds) in any case.
	MaxIdle int64
	// WallClock is the time at Init, epoch milliseconds: wall-clock punctuators count from it.
	WallClock int64
	// Kafka asks for Kafka Streams' own behaviour where SEMANTICS departs from it (S180).
	Kafka bool
	// Schemas is the client of the Schema Registry, nil without one.
	Schemas wire.Schemas
	Log     *slog.Logger // nil discards
}

// Task is one sub-topology on one partition. It belongs to one goroutine.
type Task struct {
	sub      *gen.Subtopology
	globals  []*gen.Global
	code     gen.Task
	env      gen.TaskEnv
	state    State
	sources  []source
	sinks    []*gen.Sink
	stores   []state.Store
	maxIdle  int64
	run      gen.Run
	counts   Counts
	lateness Spread
	idle     idle
	clocks   map[string]bool // the names of Times that are stream times of operators
	longest  int64           // milliseconds until everything that waits for stream time has happened
	needed   bool            // something happened that a commit would make durable
	failed   error           // the first failure is final
}

// Counts are what a task did since it was built. A plain value that belongs to the task's goroutine.
type Counts struct {
	gen.Drops
	Processed int64 // records handed to the topology
	Negative  int64 // records dropped for a negative timestamp
	Enforced  int64 // runs processed although a partition was empty, after max.task.idle.ms
}

// New builds the task of sub-topology sub (index into t.Subtopologies) for a partition: its
// environment, stores over their backends, and code. Start initialises processors, once
// the backends are restored.
func New(t *gen.Topology, sub int, partition int32, c Config) (*Task, error) {
	if t.Err != nil {
		return nil, t.Err
	}
	if sub < 0 || sub >= len(t.Subtopologies) {
		return nil, fmt.Errorf("topology %s has %d sub-topologies; there is no index %d", t.Name, len(t.Subtopologies), sub)
	}
	spec := &t.Subtopologies[sub]
	task := &Task{sub: spec, globals: t.Globals, maxIdle: c.MaxIdle,
		sources: make([]source, len(spec.Sources)), stores: make([]state.Store, len(spec.Stores))}
	id := fmt.Sprintf("%d_%d", spec.ID, partition)
	log := c.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	task.env = gen.TaskEnv{Partition: partition, Env: processor.Env{
		ApplicationID: c.ApplicationID, TaskID: id, StreamTime: -1, WallClock: c.WallClock, Kafka: c.Kafka, Schemas: c.Schemas,
		Meta: noMetadata, Log: log.With("task", id),
	}}
	for i, s := range spec.Sources {
		task.sources[i] = source{code: i, node: s.Node, topic: SourceTopic(c.ApplicationID, s), position: -1, time: -1, lag: -1, idleSince: -1, times: s.Times, latest: -1}
		if s.Pattern != "" {
			task.sources[i].lag = 0 // the topics that match have the records
		}
	}
	for _, s := range spec.Sinks {
		if s.Routed {
			k := &gen.Sink{}
			k.Open = func(topic string) (*gen.Sink, error) { return task.route(topic, c.Partitions, k) }
			task.sinks = append(task.sinks, k)
			continue
		}
		topic, n := SinkTopic(c.ApplicationID, s), int32(1)
		if c.Partitions != nil {
			var err error
			if n, err = c.Partitions(topic); err != nil {
				return nil, fmt.Errorf("task %s: %w", id, err)
			}
		}
		if n < 1 {
			return nil, fmt.Errorf("task %s: output topic %q has %d partitions; it needs at least one: create the topic", id, topic, n)
		}
		task.sinks = append(task.sinks, &gen.Sink{Topic: topic, Partitions: n})
	}
	task.env.Sinks = slices.Clone(task.sinks)
	for i, s := range spec.Stores {
		b, err := c.Backend(s)
		if err != nil {
			return nil, fmt.Errorf("task %s: store %q: %w", id, s.Name, err)
		}
		task.env.Stores = append(task.env.Stores, processor.StoreEnv{
			Env: &task.env.Env, Backend: b, Budget: c.Budget, Topic: ChangelogTopic(c.ApplicationID, s.Name), RecordTime: &task.env.RecordTime,
			Register: func(st state.Store) { task.stores[i] = st },
		})
	}
	code, err := spec.NewTask(&task.env)
	if err != nil {
		return nil, fmt.Errorf("task %s: %w", id, err)
	}
	task.code = code
	task.idle.since = -1
	task.learnClocks()
	return task, nil
}

// ID returns "<sub-topology>_<partition>".
func (t *Task) ID() string { return t.env.TaskID }

// State returns where the task is in its life.
func (t *Task) State() State { return t.state }

// Restore begins to fill the backends: the task is Restoring until Start or Suspend.
func (t *Task) Restore() error { return t.transition(Restoring) }

// Start initialises the processors over restored stores; the task is Running afterwards.
// The wall clock is set before, so that wall-clock punctuators count from now.
func (t *Task) Start(now int64) error {
	if err := t.transition(Running); err != nil {
		return err
	}
	t.env.WallClock = now
	t.env.Meta = noMetadata
	return t.guard(where{phase: initialise}, t.code.Init)
}

// Suspend stops processing; a commit is still possible.
func (t *Task) Suspend() error {
	if t.state == Suspended {
		return nil
	}
	return t.transition(Suspended)
}

// Close closes the processors, once, from any state. The owner closes the backends.
func (t *Task) Close() error {
	if t.state == Closed {
		return nil
	}
	err := t.Suspend()
	if e := t.transition(Closed); e != nil {
		return errors.Join(err, e)
	}
	return errors.Join(err, t.guard(where{phase: closing}, t.code.Close))
}

// Sinks returns the output buffers by index in Subtopology.Sinks, then those of the topics
// that records have chosen so far. The caller takes their records and resets them between calls.
func (t *Task) Sinks() []*gen.Sink { return t.sinks }

// route opens the sink of a topic that a record chose. What sends on the same topic
// elsewhere in the task has another sink, so each keeps its own order.
func (t *Task) route(topic string, partitions func(string) (int32, error), from *gen.Sink) (*gen.Sink, error) {
	if topic == "" {
		return nil, errors.New("the topic chosen for the record is empty")
	}
	n := int32(1)
	if partitions != nil {
		var err error
		if n, err = partitions(topic); err != nil {
			return nil, fmt.Errorf("topic %q, chosen for the record: %w", topic, err)
		}
	}
	if n < 1 {
		return nil, fmt.Errorf("topic %q, chosen for the record, does not exist; create it, or choose another", topic)
	}
	k := &gen.Sink{Topic: topic, Partitions: n, Full: from.Full}
	t.sinks = append(t.sinks, k)
	return k, nil
}

// Spec returns the sub-topology.
func (t *Task) Spec() *gen.Subtopology { return t.sub }

// Store returns the cache that serves the store at index i of Subtopology.Stores.
func (t *Task) Store(i int) state.Store { return t.stores[i] }

// Counts returns what the task did so far.
func (t *Task) Counts() Counts {
	c := t.counts
	for _, d := range t.env.AllDrops() {
		c.Late += d.Late
		c.NullKey += d.NullKey
		c.NullVal += d.NullVal
		c.Skipped += d.Skipped
	}
	return c
}

// Drops returns what each operator left out so far; the slice is shared.
func (t *Task) Drops() []gen.NodeDrops { return t.env.AllDrops() }

// SetWallClock tells the task the time that processors see, epoch milliseconds.
func (t *Task) SetWallClock(now int64) { t.env.WallClock = now }

// StreamTime returns the highest timestamp among the records processed, -1 before the first.
func (t *Task) StreamTime() int64 { return t.env.StreamTime }
