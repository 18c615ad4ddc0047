package interp_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/interp"
	"github.com/streamgen/streamgen/runtime/processor"
	"github.com/streamgen/streamgen/runtime/state"
	"github.com/streamgen/streamgen/runtime/task"
)

func start(t *testing.T, top *gen.Topology, partition int32) *task.Task {
	t.Helper()
	tk, err := task.New(top, 0, partition, task.Config{ApplicationID: "test",
		Backend: func(gen.Store) (state.Backend, error) { return state.NewMemory(), nil }})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(tk.Restore(), tk.Start(0)); err != nil {
		t.Fatal(err)
	}
	return tk
}

func sent(tk *task.Task) (out []string) {
	for _, s := range tk.Sinks() {
		for _, r := range s.Records {
			out = append(out, string(s.Buf[r.Start:r.KeyEnd])+"="+string(s.Buf[r.KeyEnd:r.End]))
		}
		s.Reset()
	}
	return out
}

// TestTasksShareNoStores checks that each task has store handles of its own although the
// processors capture them.
func TestTasksShareNoStores(t *testing.T) {
	top := interpret(topologies["process"])
	a, b := start(t, top, 0), start(t, top, 1)
	for _, c := range []struct {
		to   *task.Task
		v    string
		want string
	}{{a, "1", ""}, {b, "2", ""}, {a, "3", "k=3 after 1, offset 0, stream time 1"}, {b, "4", "k=4 after 2, offset 0, stream time 1"}} {
		c.to.SetLag(0, 0)
		c.to.Enqueue(0, []gen.Record{{Key: []byte("k"), Value: []byte(c.v), Timestamp: 1}})
		if _, err := c.to.Step(10); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(sent(c.to), " "); got != c.want {
			t.Errorf("value %s: sent %q, want %q", c.v, got, c.want)
		}
	}
}

func TestUnstableTopologyIsRefused(t *testing.T) {
	n := 0
	top := interp.New("T", func() (*graph.Graph, error) {
		n++
		return dsl.Record(func(b *dsl.Builder) {
			s := in(b)
			if n > 1 {
				s = s.Present()
			}
			text(s, "out")
		})
	})
	if top.Err != nil {
		t.Fatal(top.Err)
	}
	if _, err := top.Subtopologies[0].NewTask(&gen.TaskEnv{}); err == nil || !strings.Contains(err.Error(), "another structure") {
		t.Errorf("error %v", err)
	}
}

func TestBrokenTopologyHasErr(t *testing.T) {
	for want, topology := range map[string]func(b *dsl.Builder){
		"the topic is empty": func(b *dsl.Builder) { b.Stream("", dsl.String(), dsl.String()) },
		"but no codec is known for": func(b *dsl.Builder) {
			in(b).SelectKey(func(k, v string) string { return v }).GroupByKey().Count(dsl.Name("n"))
		},
		"no processor holds it":       func(b *dsl.Builder) { b.KeyValueStore("s", dsl.String(), dsl.String()) },
		"the topology function panic": func(b *dsl.Builder) { panic("x") },
	} {
		if top := interpret(topology); top.Err == nil || !strings.Contains(top.Err.Error(), want) {
			t.Errorf("error %v, want %q", top.Err, want)
		}
	}
}

func TestCallsThatDoNotFitAreErrors(t *testing.T) {
	if _, err := interpret(topologies["count"]).Subtopologies[0].NewTask(&gen.TaskEnv{}); err == nil {
		t.Error("a task was made without its store")
	}
	code, err := interpret(topologies["try_fail"]).Subtopologies[0].NewTask(&gen.TaskEnv{Sinks: []*gen.Sink{{Partitions: 1}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := code.Process(7, &gen.Run{}); err == nil {
		t.Error("source 7 was processed")
	}
}

// TestWindowedKeysArePlacedByTheirInnerKey checks the partition of windowed keys (S17).
func TestWindowedKeysArePlacedByTheirInnerKey(t *testing.T) {
	sub := interpret(topologies["windowed"]).Subtopologies[0]
	env := &gen.TaskEnv{Sinks: []*gen.Sink{{Partitions: 997}}}
	env.Stores = []processor.StoreEnv{{Env: &env.Env, Backend: state.NewMemory(), RecordTime: &env.RecordTime, Register: func(state.Store) {}}}
	code, err := sub.NewTask(env)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := code.Process(0, &gen.Run{Records: []gen.Record{{Key: []byte("k"), Value: []byte("v"), Timestamp: 77}}}); err != nil {
		t.Fatal(err)
	}
	if err := code.Flush(); err != nil {
		t.Fatal(err)
	}
	if got, want := env.Sinks[0].Records[0].Partition, gen.Partition([]byte("k"), 997); got != want {
		t.Errorf("partition %d, want that of the inner key, %d", got, want)
	}
}

// TestStreamTimeAdvancesWithinARun checks what a processor sees of each record of a run.
func TestStreamTimeAdvancesWithinARun(t *testing.T) {
	tk := start(t, interpret(topologies["process"]), 0)
	tk.SetLag(0, 0)
	tk.Enqueue(0, []gen.Record{{Key: []byte("k"), Value: []byte("1"), Timestamp: 5, Offset: 8}, {Key: []byte("k"), Value: []byte("2"), Timestamp: 6, Offset: 9}})
	if _, err := tk.Step(10); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(sent(tk), " "), "k=2 after 1, offset 9, stream time 6"; got != want {
		t.Errorf("sent %q, want %q", got, want)
	}
}
