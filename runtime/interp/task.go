package interp

import (
	"errors"
	"fmt"

	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/fault"
	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/processor"
)

// task interprets one sub-topology on one partition. It belongs to one goroutine.
type task struct {
	r          *graph.Resolved
	sub        *graph.Sub
	env        *gen.TaskEnv
	sources    []*graph.Step // by topic read: a source of several topics stands here for each
	tables     map[int]*table
	kernels    map[int]kernel
	joins      map[int]*streamJoin
	processors map[int]graph.BoxedProcessor
	run        *gen.Run // in progress; nil while flushing or draining
	key        []byte   // scratch
	routes     map[routed][2]graph.BoxedCodec
}

func newTask(r *graph.Resolved, sub int, env *gen.TaskEnv, tables map[int]*table, stores rows) (gen.Task, error) {
	if s := r.Subs[sub]; len(env.Stores) != len(s.Stores) || len(env.Sinks) != len(s.Sinks) {
		return nil, fmt.Errorf("sub-topology %d has %d stores and %d sinks; the environment has %d and %d", s.ID, len(s.Stores), len(s.Sinks), len(env.Stores), len(env.Sinks))
	}
	bindCodecs(r, &env.Env)
	t := &task{r: r, sub: &r.Subs[sub], env: env, tables: tables, kernels: map[int]kernel{}, joins: map[int]*streamJoin{}, processors: map[int]graph.BoxedProcessor{}, routes: map[routed][2]graph.BoxedCodec{}}
	for _, id := range t.sub.Sources {
		for range r.Steps[id].Reads() {
			t.sources = append(t.sources, r.Steps[id])
		}
	}
	for i, id := range t.sub.Stores {
		if bind := r.Stores[id].Boxed.Bind; bind != nil {
			bind(env.Stores[i])
		}
	}
	for _, id := range t.sub.Steps {
		s := r.Steps[id]
		switch {
		case s.Op == graph.Process, s.Op == graph.ProcessValues:
			stores.bind(r, s, &env.Env)
			t.processors[id] = s.Exec.NewProcessor()
		case s.Op == graph.JoinStream, s.Op == graph.LeftStream, s.Op == graph.OuterStream:
			t.joins[id] = t.newStreamJoin(s)
		case s.Store >= 0:
			t.kernels[id] = t.newKernel(s)
		}
	}
	return t, nil
}

// Init implements gen.Task.
func (t *task) Init() error {
	for _, id := range t.sub.Processors {
		t.env.Node = t.r.Steps[id].Name
		if err := t.processors[id].Init(&t.env.Env, id); err != nil {
			return fmt.Errorf("%s: %w", t.env.Node, err)
		}
	}
	return nil
}

// Process implements gen.Task: each record goes depth-first through the sub-topology (S12).
func (t *task) Process(source int, run *gen.Run) (int, error) {
	if source < 0 || source >= len(t.sources) {
		return 0, fmt.Errorf("sub-topology %d has %d sources; there is no source %d", t.sub.ID, len(t.sources), source)
	}
	s := t.sources[source]
	t.run = run
	defer func() { t.run = nil }()
	for i := range run.Records {
		rec := &run.Records[i]
		t.env.Index, t.env.RecordTime, t.env.Node = i, rec.Timestamp, sourceName(s)
		t.env.StreamTime = max(t.env.StreamTime, rec.Timestamp)
		t.env.Meta = processor.Metadata{Topic: run.Topic, Partition: run.Partition, Offset: rec.Offset}
		r, err := decode(s, rec)
		if err != nil {
			if err := t.failed(s, fault.Deserialize, err); err != nil {
				return i, err
			}
			continue
		}
		switch {
		case s.Op == graph.Table:
			err = t.step(s, r)
		case s.Op == graph.Repartition && s.SendOld && rec.Value == nil: // no change
			t.env.DropsOf(s.Name).NullVal++
		default:
			err = t.forward(s, r)
		}
		if err != nil {
			return i, err
		}
	}
	return len(run.Records), nil
}

// sourceName is the processor that reads a source's topic.
func sourceName(s *graph.Step) string {
	if s.Op == graph.Table {
		return s.SourceName
	}
	return s.Name
}

func decode(s *graph.Step, rec *gen.Record) (r graph.Rec, err error) {
	r = graph.Rec{NoKey: rec.Key == nil, NoValue: rec.Value == nil, Timestamp: rec.Timestamp, Headers: rec.Headers}
	if !r.NoKey {
		if r.Key, err = s.Exec.Key.Decode(rec.Key); err != nil {
			return r, err
		}
	}
	if s.Op == graph.Repartition && s.SendOld && !r.NoValue {
		err = decodeChange(s, rec, &r)
		return r, err
	}
	if !r.NoValue {
		if r.Value, err = s.Exec.Val.Decode(rec.Value); err != nil {
			return r, err
		}
	}
	return r, nil
}

// failed applies the step's policy to the record in progress.
func (t *task) failed(s *graph.Step, phase fault.Phase, cause error) error {
	name := s.Name
	if phase == fault.Deserialize {
		name = sourceName(s)
	}
	return t.failedAt(s, name, phase, cause)
}

// failedAt is failed for a step that runs under another name than its own.
func (t *task) failedAt(s *graph.Step, name string, phase fault.Phase, cause error) error {
	var p fault.Policy
	var dead *gen.Sink
	switch s.OnError {
	case "skip":
		p.Action = fault.Skip
	case "dead-letter":
		p = fault.Policy{Action: fault.DeadLetter, Topic: s.DeadLetter}
		dead = t.env.Sinks[t.sub.DeadLetterOf(s.DeadLetter)]
	}
	return t.env.Failed(p, dead, phase, name, t.run, t.env.Index, cause)
}

// Drain implements gen.Task.
func (t *task) Drain() error {
	for _, id := range t.sub.Processors {
		if err := t.drain(t.r.Steps[id]); err != nil {
			return err
		}
	}
	return nil
}

func (t *task) drain(s *graph.Step) error {
	for _, r := range t.processors[s.ID].Drain() {
		if err := t.forward(s, r); err != nil {
			return err
		}
	}
	return nil
}

// Flush implements gen.Task.
func (t *task) Flush() error {
	for _, id := range t.sub.Steps {
		if j := t.joins[id]; j != nil && j.LeftOuter {
			t.env.Node = t.r.Steps[id].Name
			if err := j.Flush(); err != nil {
				return err
			}
		}
	}
	for _, id := range t.sub.Flush {
		t.env.Node = t.r.Steps[id].Name
		if err := t.kernels[id].flush(); err != nil {
			return err
		}
	}
	return nil
}

// Close implements gen.Task.
func (t *task) Close() error {
	var errs []error
	for _, id := range t.sub.Processors {
		t.env.Node = t.r.Steps[id].Name
		if err := t.processors[id].Close(); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", t.env.Node, err))
		}
	}
	return errors.Join(errs...)
}
