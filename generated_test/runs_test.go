package gentest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/internal/golden"
	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/state"
	"github.com/streamgen/streamgen/runtime/task"
)

// TestModesAgreeInRuns hands the tasks many records at once, as a worker does: what
// happens inside a run (stream time, emission, failures) must not depend on the mode,
// nor on how long runs are.
func TestModesAgreeInRuns(t *testing.T) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for seed := range uint64(seeds) {
				ops := history(c, inputs(c, c.interpreted()), rand.New(rand.NewPCG(seed, 7)), 100)
				want := inRuns(t, c.interpreted(), ops, 1)
				for mode, build := range c.modes() {
					for _, budget := range []int{1, 3, 1000} {
						if inRuns(t, build(), ops, budget) == want {
							continue
						}
						ops = shrink(ops, func(ops []op) bool {
							return inRuns(t, build(), ops, budget) != inRuns(t, c.interpreted(), ops, 1)
						})
						var text strings.Builder
						for _, o := range ops {
							text.WriteString(o.text(c) + "\n")
						}
						t.Fatalf("seed %d, %s, runs of up to %d (- interpreted one by one, + this) after\n%s\n%s", seed, mode, budget,
							text.String(), golden.Diff(inRuns(t, c.interpreted(), ops, 1), inRuns(t, build(), ops, budget)))
					}
				}
			}
		})
	}
}

// inRuns enqueues everything, then processes sub-topology by sub-topology, and returns what
// was written and what is in the stores as text.
func inRuns(t *testing.T, topology *gen.Topology, ops []op, budget int) string {
	t.Helper()
	return inRunsOver(t, topology, ops, budget, func(*gen.Subtopology) func(gen.Store) (state.Backend, error) {
		return func(gen.Store) (state.Backend, error) { return state.NewMemory(), nil }
	})
}

// inRunsOver is inRuns over the backends that open gives a sub-topology.
func inRunsOver(t *testing.T, topology *gen.Topology, ops []op, budget int, open func(*gen.Subtopology) func(gen.Store) (state.Backend, error)) string {
	t.Helper()
	var out strings.Builder
	log := map[string][]gen.Record{}
	for _, o := range ops {
		if o.verb == "pipe" {
			r := o.record
			log[o.name] = append(log[o.name], gen.Record{Key: r.Key, Value: r.Value, Timestamp: r.Timestamp, Headers: r.Headers, Offset: int64(len(log[o.name]))})
		}
	}
	for _, g := range topology.Globals {
		own := task.NewGlobal(g, task.Config{ApplicationID: "test"})
		if err := own.Start(); err != nil {
			t.Fatal(err)
		}
		if err := own.Apply(&gen.Run{Topic: g.Topic, Records: log[g.Topic]}, 0); err != nil {
			return shown(err)
		}
	}
	for sub := range topology.Subtopologies {
		tk, err := task.New(topology, sub, 0, task.Config{ApplicationID: "test", MaxIdle: -1,
			Backend: open(&topology.Subtopologies[sub])})
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(tk.Restore(), tk.Start(0)); err != nil {
			t.Fatal(err)
		}
		for i, s := range tk.Spec().Sources {
			tk.Enqueue(i, log[task.SourceTopic("test", s)])
		}
		for n := 1; n > 0; {
			if n, err = tk.Step(budget); err != nil {
				fmt.Fprintln(&out, "error:", shown(err))
				return out.String()
			}
		}
		if err := tk.Flush(); err != nil {
			fmt.Fprintln(&out, "error:", shown(err))
			return out.String()
		}
		for _, s := range tk.Sinks() {
			for _, r := range s.Records {
				rec := gen.Record{Timestamp: r.Timestamp, Headers: r.Headers, Offset: int64(len(log[s.Topic]))}
				if !r.NoKey {
					rec.Key = append([]byte{}, s.Buf[r.Start:r.KeyEnd]...)
				}
				if !r.NoValue {
					rec.Value = append([]byte{}, s.Buf[r.KeyEnd:r.End]...)
				}
				log[s.Topic] = append(log[s.Topic], rec)
				fmt.Fprintf(&out, "%s @%d %q = %q, null %v %v, %d headers\n", s.Topic, r.Timestamp, rec.Key, rec.Value, r.NoKey, r.NoValue, len(r.Headers))
			}
		}
		err = tk.EachDirty(func(store int, key, value []byte, ts int64) error {
			fmt.Fprintf(&out, "%s @%d %q = %q\n", tk.Spec().Stores[store].Name, ts, key, value)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%+v, stream time %d\n", tk.Counts(), tk.StreamTime())
	}
	return out.String()
}
