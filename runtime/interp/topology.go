// Package interp runs a recorded topology with boxed values and the user's closures: a
// second opinion on generated code, a baseline of benchmarks and a quick way to try a
// topology. It obeys the same rules (docs/SEMANTICS.md) over the same runtime, but is not
// the production path.
package interp

import (
	"fmt"
	"slices"

	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/processor"
)

// New records a topology and returns it ready to be run. record calls the topology
// function afresh; it is called once here and once per task, because processors capture
// store handles of the call that made them. A topology that cannot be recorded or resolved
// comes back with Err set.
func New(name string, record func() (*graph.Graph, error)) *gen.Topology {
	t := &gen.Topology{Name: name}
	r, err := resolve(record)
	if err != nil {
		t.Err = fmt.Errorf("topology %s: %w", name, err)
		return t
	}
	t.Hash, t.Description = r.Hash, r.Describe()
	again := func() (*graph.Resolved, error) {
		own, err := resolve(record)
		if err == nil && own.Hash != r.Hash {
			err = fmt.Errorf("topology %s records another structure when called again (%s, then %s); it must depend on its parameters only", name, r.Hash, own.Hash)
		}
		return own, err
	}
	tables, stores := map[int]*table{}, rows{}
	for _, id := range r.Globals {
		if s := r.Steps[id]; s.Op == graph.GlobalStore {
			t.Globals = append(t.Globals, newGlobalStore(r, s, stores, again))
			continue
		}
		tb := newTable(r.Steps[id])
		tables[id] = tb
		t.Globals = append(t.Globals, &gen.Global{Node: tb.step.SourceName, Topic: tb.step.Topic, Store: r.Stores[tb.step.Store].Name, Apply: tb.apply, Table: tb,
			Key: tb.step.Exec.Key.Text, Val: tb.step.Exec.Val.Text,
			Bind: func(env *processor.Env) { bindStep(r, tb.step, env) }})
	}
	for i := range r.Subs {
		t.Subtopologies = append(t.Subtopologies, describe(r, i, func(env *gen.TaskEnv) (gen.Task, error) {
			own, err := again()
			if err != nil {
				return nil, err
			}
			return newTask(own, i, env, tables, stores)
		}))
	}
	return t
}

func resolve(record func() (*graph.Graph, error)) (*graph.Resolved, error) {
	g, err := record()
	if err != nil {
		return nil, err
	}
	return graph.Resolve(g)
}

func describe(r *graph.Resolved, i int, newTask func(*gen.TaskEnv) (gen.Task, error)) gen.Subtopology {
	sub := r.Subs[i]
	s := gen.Subtopology{ID: sub.ID, NewTask: newTask}
	for _, id := range sub.Sources {
		st := r.Steps[id]
		for _, topic := range st.Reads() {
			s.Sources = append(s.Sources, gen.Source{Node: sourceName(st), Topic: topic, Repartition: st.Op == graph.Repartition, Partitions: st.Partitions, Times: gen.Times(st.Times), Pattern: st.Pattern, Placed: st.Placed})
		}
	}
	for _, k := range sub.Sinks {
		s.Sinks = append(s.Sinks, gen.SinkSpec{Node: sinkName(r, k), Topic: k.Topic, Repartition: k.Repartition, DeadLetter: k.DeadLetter, Routed: k.Routed})
	}
	for _, id := range sub.Stores {
		st := r.Stores[id]
		d := gen.Store{Name: st.Name, Window: st.Kind == graph.Window || st.Kind == graph.Session, Session: st.Kind == graph.Session, Timestamped: st.Timestamped, InMemory: st.InMemory, Duplicates: st.Duplicates, Logged: !st.NoChangelog,
			Key: st.Boxed.Key.Text, Val: st.Boxed.Val.Text, Tail: graph.KeyTail(st.Key), Free: st.Boxed.Bind != nil, Unmatched: st.Unmatched}
		if d.Window {
			d.Retention, d.Segment = st.Retention, max(st.Retention/2, 60_000)
		}
		s.Stores = append(s.Stores, d)
	}
	for _, m := range r.Together {
		if r.Steps[m.Step].Sub == i {
			s.Together = append(s.Together, gen.Together{Node: r.Steps[m.Step].Name, Left: indices(sub.Sources, m.Left), Right: indices(sub.Sources, m.Right)})
		}
	}
	return s
}

// indices are the places of steps in a list.
func indices(list, steps []int) (out []int) {
	for _, s := range steps {
		out = append(out, slices.Index(list, s))
	}
	return out
}

func sinkName(r *graph.Resolved, k graph.SubSink) string {
	switch {
	case k.DeadLetter:
		return ""
	case k.Repartition:
		return r.Steps[k.Step].SinkName
	}
	return r.Steps[k.Step].Name
}
