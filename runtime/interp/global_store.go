package interp

import (
	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/fault"
	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/processor"
	"github.com/streamgen/streamgen/runtime/state"
)

// rows are the contents of the global stores, by their number in the graph.
type rows map[int]*state.Shared

// bind connects the read-only handles of the global stores that a step's processor holds.
func (all rows) bind(r *graph.Resolved, s *graph.Step, env *processor.Env) {
	for _, i := range s.ReadOnly {
		r.Stores[i].Boxed.Read(env, all[i])
	}
}

// globalStore runs the processor of a global store. It belongs to the goroutine that applies.
type globalStore struct {
	step      *graph.Step
	all       rows
	env       *gen.GlobalEnv
	processor graph.BoxedProcessor
}

// newGlobalStore describes a global store whose processor is made when it is opened. record
// gives each its own handles.
func newGlobalStore(r *graph.Resolved, s *graph.Step, all rows, record func() (*graph.Resolved, error)) *gen.Global {
	st := r.Stores[s.Store]
	all[s.Store] = state.NewShared()
	g := &globalStore{step: s, all: all}
	return &gen.Global{Node: s.SourceName, Topic: s.Topic, Store: st.Name, Rows: all[s.Store], Timestamped: st.Timestamped, Processor: s.Name, Key: st.Boxed.Key.Text, Val: st.Boxed.Val.Text,
		Open: func(env *gen.GlobalEnv) error {
			own, err := record()
			if err != nil {
				return err
			}
			return g.open(own, env)
		},
		Apply: g.apply, Close: func() error { return g.processor.Close() }}
}

func (g *globalStore) open(r *graph.Resolved, env *gen.GlobalEnv) error {
	g.step, g.env = r.Steps[g.step.ID], env
	bindStep(r, g.step, &env.Env)
	r.Stores[g.step.Store].Boxed.Bind(env.Store)
	g.all.bind(r, g.step, &env.Env)
	g.processor = g.step.Exec.NewProcessor()
	return g.processor.Init(&env.Env, g.step.ID)
}

// apply hands a run of the global topic to the processor (S220).
func (g *globalStore) apply(run *gen.Run) error {
	skip := g.step.OnError == "skip"
	for i := range run.Records {
		g.env.At(run, i)
		rec, err := decode(g.step, &run.Records[i])
		if err != nil {
			if err := g.env.Failed(skip, fault.Deserialize, g.step.SourceName, run, err); err != nil {
				return err
			}
			continue
		}
		if err := g.processor.Process(rec); err != nil || g.env.Err != nil {
			if err := g.env.Failed(skip, fault.Process, g.step.Name, run, err); err != nil {
				return err
			}
		}
	}
	return nil
}
