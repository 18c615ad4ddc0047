package poll

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/internal/assign"
	"github.com/streamgen/streamgen/runtime/internal/changelog"
	"github.com/streamgen/streamgen/runtime/internal/commit"
	"github.com/streamgen/streamgen/runtime/state"
	"github.com/streamgen/streamgen/runtime/store"
	"github.com/streamgen/streamgen/runtime/task"
)

// slot is one task of a worker: its engine, its state and its place in the input. It
// belongs to the worker's goroutine, except while an opener fills it, before engine is set.
type slot struct {
	w      *worker
	id     assign.Task
	name   string // "<sub-topology>_<partition>"
	spec   *gen.Subtopology
	inputs []partition // by source; n is -1 where the topic has no such partition

	ctx                context.Context // ends when the slot is given up while it opens
	cancel             context.CancelFunc
	opening, abandoned bool

	store  *store.Task // nil without stores
	engine *task.Task  // nil while it opens
	batch  *store.Batch
	logs   []*storeLog // by store; nil for stores without one

	committed map[partition]mark
	first     map[partition]int64 // where inputs start that have nothing committed
	pending   map[partition]mark  // of the commit in progress
	inputEnds map[partition]int64 // as of the opening
	paused    []bool              // by source, for too many buffered records
	stuck     bool                // records wait for those of another partition
	stride    stride
	counted   task.Counts // what has been added to the metrics
	silence   []silence
	view      *View // while queries see it
	trial     trial
	measured  measured
	old       bool // that a window store's times are too old for its changelog has been said
}

// storeLog is one store's log as the producer sees it.
type storeLog struct {
	sink gen.Sink
	acks atomic.Int64 // highest acknowledged offset; -1 before the first
}

func newSlot(w *worker, id assign.Task, inputs []partition) *slot {
	t := w.g.s.Topology
	spec := &t.Subtopologies[id.Group]
	s := &slot{w: w, id: id, spec: spec, name: fmt.Sprintf("%d_%d", spec.ID, id.Partition),
		inputs: inputs, paused: make([]bool, len(inputs)), silence: make([]silence, len(inputs)), opening: true}
	for i := range spec.Stores {
		var l *storeLog
		if st := &spec.Stores[i]; st.Logged {
			l = &storeLog{sink: gen.Sink{Topic: task.ChangelogTopic(w.g.s.Application, st.Name), Partitions: 1}}
			l.acks.Store(-1)
			l.sink.Full = func(k *gen.Sink) { w.out.sendTo(k, &l.acks) }
		}
		s.logs = append(s.logs, l)
	}
	s.ctx, s.cancel = context.WithCancel(w.ctx)
	return s
}

// build makes a new engine over the slot's restored state and starts its processors at
// the committed position. After an abort it replaces the old engine: nothing that the
// aborted transaction left in stores, stream times, kernels or processors survives.
func (s *slot) build(now int64) error {
	g := s.w.g
	if s.store != nil {
		// What an aborted transaction spilled goes with its engine.
		if err := s.store.DropSpill(); err != nil {
			return commit.As(commit.Fault, err)
		}
		// Beyond the early commit by so much that an ordinary load, which is looked at
		// between runs, does not get there: spilling costs several operations a key.
		s.store.SpillBeyond(2 * g.dirtyBudget())
	}
	engine, err := task.New(g.s.Topology, s.id.Group, s.id.Partition, task.Config{
		ApplicationID: g.s.Application,
		Kafka:         g.s.Kafka,
		Schemas:       g.s.Schemas,
		Backend: func(st gen.Store) (state.Backend, error) {
			for i := range s.spec.Stores {
				if s.spec.Stores[i].Name == st.Name {
					return s.store.Backend(i), nil
				}
			}
			return nil, fmt.Errorf("the sub-topology has no such store")
		},
		Partitions: g.partitionsOf,
		Budget:     g.storeBudget(len(s.spec.Stores)),
		MaxIdle:    g.s.MaxTaskIdle.Milliseconds(),
		WallClock:  now,
		Log:        g.s.Log,
	})
	if err != nil {
		return commit.As(commit.Fault, err)
	}
	s.measured.flows, s.measured.counted, s.measured.finds, s.measured.misses = map[*gen.Sink]*flow{}, nil, 0, 0
	for _, k := range engine.Sinks() {
		k.Full = s.send
	}
	for i, in := range s.w.topics.inputs[s.id.Group] {
		if in.pattern >= 0 && engine.Join(in.pattern, in.topic) != i {
			return commit.As(commit.Fault, fmt.Errorf("task %s: source %d is not topic %q", s.name, i, in.topic))
		}
	}
	if err := engine.Restore(); err != nil {
		return err
	}
	for i, p := range s.inputs {
		if p.n < 0 {
			engine.SetLag(i, 0)
			continue
		}
		m, ok := s.committed[p]
		if !ok {
			if m.offset, ok = s.first[p]; !ok {
				continue
			}
		}
		engine.SetPosition(i, m.offset)
		if err := engine.SetMetadata(i, m.metadata); err != nil {
			// Another client committed offsets for us, for example a reset tool: the
			// offset is right, the stream time starts anew.
			g.s.Log.Warn("offset metadata cannot be read; stream time starts anew", "task", s.name, "error", err)
		}
		if end, ok := s.inputEnds[p]; ok {
			engine.SetLag(i, max(0, end-m.offset))
		}
	}
	if err := engine.Start(now); err != nil {
		return commit.As(commit.Fault, errors.Join(err, engine.Close()))
	}
	s.engine, s.counted = engine, task.Counts{}
	return nil
}

// rewind returns where the input continues after an abort.
func (s *slot) rewind() map[partition]mark {
	m := map[partition]mark{}
	for _, p := range s.inputs {
		if c, ok := s.committed[p]; ok {
			m[p] = c
		} else if first, ok := s.first[p]; ok {
			m[p] = mark{offset: first}
		}
	}
	return m
}

// emit hands the outputs collected so far to the producer.
func (s *slot) emit() {
	for _, k := range s.engine.Sinks() {
		s.send(k)
	}
}

// send hands one sink's records over.
func (s *slot) send(k *gen.Sink) {
	s.measureOutput(k)
	s.w.out.send(k)
}

// log encodes the dirty entries into changelog records and the batch that Apply commits.
func (s *slot) log() error {
	if s.store == nil {
		return nil
	}
	if s.store.Spilled() {
		s.w.metrics.Spills.Add(1)
	}
	s.batch = s.store.NewBatch()
	for i, l := range s.logs {
		st := s.engine.Store(i)
		if st == nil {
			continue
		}
		var out *gen.Sink
		if l != nil {
			out = &l.sink
		}
		if err := changelog.Write(st, i, s.batch, out, s.id.Partition); err != nil {
			class := commit.Fault
			if outage(err) {
				class = commit.Restart
			}
			return commit.As(class, fmt.Errorf("task %s, store %s: %w", s.name, s.spec.Stores[i].Name, err))
		}
		if l != nil {
			s.w.out.sendTo(out, &l.acks)
		}
	}
	return nil
}

// marks returns the positions that differ from the committed ones.
func (s *slot) marks() map[partition]mark {
	s.pending = s.positions()
	for p, m := range s.pending {
		if s.committed[p] == m {
			delete(s.pending, p)
		}
	}
	return s.pending
}

// positions returns where the task is in its inputs.
func (s *slot) positions() map[partition]mark {
	m := map[partition]mark{}
	offsets, metadata := s.engine.Offsets(), s.engine.Metadata()
	for i, p := range s.inputs {
		if p.n >= 0 && offsets[i] >= 0 {
			m[p] = mark{offsets[i], metadata[i]}
		}
	}
	return m
}

// apply puts the committed changes into the stores.
func (s *slot) apply() error {
	defer s.hold()()
	if s.batch != nil {
		for i, l := range s.logs {
			if l == nil {
				continue
			}
			if acked := l.acks.Load(); acked >= 0 {
				s.batch.SetOffset(i, acked+1)
			}
		}
		err := s.batch.Commit()
		s.batch = nil
		if err != nil {
			return err
		}
	}
	s.warnOld()
	s.engine.Committed()
	if s.committed == nil {
		s.committed = map[partition]mark{}
	}
	for p, m := range s.pending {
		s.committed[p] = m
	}
	s.pending = nil
	return nil
}

// warnOld says once that the broker will delete a window store's changelog early: it
// compares the records' timestamps, which are window starts, with its wall clock. Tests
// and replays of past data are what runs into this.
func (s *slot) warnOld() {
	if s.store == nil || s.old {
		return
	}
	set := s.w.g.s
	for i := range s.spec.Stores {
		st := &s.spec.Stores[i]
		if !st.Window || !st.Logged || set.TopicConfigs["retention.ms"] != "" || set.TopicConfigs["cleanup.policy"] != "" {
			continue
		}
		keeps := st.Retention + set.WindowRetention.Milliseconds()
		if at := s.store.Time(i); at >= 0 && set.Clock.Millis()-at > keeps {
			s.old = true
			if set.sparse.allow("old times in " + st.Name) {
				set.Log.Warn("event times lie so far in the past that the broker may delete the store's changelog early; a restore would then lack windows; to keep them raise windowstore.changelog.additional.retention.ms, or set topic.retention.ms, before the changelog is created",
					"store", st.Name, "newest window", time.UnixMilli(at).UTC().Format(time.RFC3339), "changelog keeps", time.Duration(keeps)*time.Millisecond)
			}
		}
	}
}

// discard drops what a failed commit left.
func (s *slot) discard() {
	if s.batch != nil {
		s.batch.Discard()
		s.batch = nil
	}
	s.pending = nil
	for _, l := range s.logs {
		if l != nil {
			l.sink.Reset()
		}
	}
	if s.engine != nil {
		for _, k := range s.engine.Sinks() {
			k.Reset()
		}
	}
}

// close gives the slot up. clean says that everything was committed: then the state is
// flushed, and the next owner of this directory restores nothing.
func (s *slot) close(clean bool) error {
	s.cancel()
	s.withdraw()
	s.discard()
	var err error
	if s.engine != nil {
		err = s.engine.Close()
		s.engine = nil
	}
	if s.store != nil && clean && err == nil && s.w.g.standbys.give(s.id, s.store) {
		s.store = nil
	}
	if s.store != nil {
		if clean {
			err = errors.Join(err, s.store.Flush())
		}
		s.w.g.progress.left(s.id, s.store, clean && err == nil)
		err = errors.Join(err, s.w.g.closeTask(s.name, s.store))
		s.store = nil
	}
	return err
}
