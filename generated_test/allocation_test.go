package gentest

import (
	"encoding/binary"
	"testing"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/processor"
	"github.com/streamgen/streamgen/runtime/state"
)

// TestProcessDoesNotAllocate hands a prepared run to the generated task again and again.
func TestProcessDoesNotAllocate(t *testing.T) {
	for _, name := range []string{"stateless/Fixed", "count/Counted"} {
		t.Run(name, func(t *testing.T) {
			for _, c := range cases {
				if c.name != name {
					continue
				}
				if c.generated == nil {
					t.Fatal("there is no generated code to measure")
				}
				task, env := bare(t, c.generated())
				run := &gen.Run{Topic: "in"}
				for i := range 256 {
					k := binary.BigEndian.AppendUint64(nil, uint64(i%100))
					run.Records = append(run.Records, gen.Record{Key: k, Value: k, Timestamp: int64(i), Offset: int64(i)})
				}
				n := testing.AllocsPerRun(50, func() {
					if done, err := task.Process(0, run); done != len(run.Records) || err != nil {
						t.Fatal(done, err)
					}
					for _, s := range env.Sinks {
						s.Reset()
					}
				})
				if n != 0 {
					t.Errorf("%v allocations per run of %d records", n, len(run.Records))
				}
			}
		})
	}
}

// bare returns the first task of a topology over its environment, without an engine.
func bare(t *testing.T, topology *gen.Topology) (gen.Task, *gen.TaskEnv) {
	t.Helper()
	if topology.Err != nil {
		t.Fatal(topology.Err)
	}
	sub := topology.Subtopologies[0]
	env := &gen.TaskEnv{}
	for _, s := range sub.Sinks {
		env.Sinks = append(env.Sinks, &gen.Sink{Topic: s.Topic, Partitions: 4})
	}
	for range sub.Stores {
		env.Stores = append(env.Stores, processor.StoreEnv{Env: &env.Env, Backend: state.NewMemory(), Budget: 1 << 20,
			RecordTime: &env.RecordTime, Register: func(state.Store) {}})
	}
	task, err := sub.NewTask(env)
	if err != nil {
		t.Fatal(err)
	}
	if err := task.Init(); err != nil {
		t.Fatal(err)
	}
	return task, env
}
