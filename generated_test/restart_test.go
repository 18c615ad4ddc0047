package gentest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/state"
	"github.com/streamgen/streamgen/runtime/task"
)

// TestRestartsDoNotShow cuts random histories of windows and sessions into commits, and ends
// the task after some of them: with stores and offset metadata as committed, the next task
// goes on as if nothing had been. Stream times survive, so late records stay late (S15), and
// what has closed is emitted once (S113), joins of streams included (S82); windows and sessions with and without
// Kafka mode.
func TestRestartsDoNotShow(t *testing.T) {
	for _, c := range cases {
		if !strings.HasPrefix(c.name, "onclose/") && !strings.HasPrefix(c.name, "sessions/") && !strings.HasPrefix(c.name, "hopping/") && (!strings.HasPrefix(c.name, "joinstream/") || c.name == "joinstream/Rekeyed") { // whose first part has no times
			continue
		}
		for mode, build := range c.modes() {
			t.Run(c.name+"/"+mode, func(t *testing.T) {
				forgetful := 0
				for seed := range uint64(8) {
					kafka := seed%2 == 1 && !strings.HasPrefix(c.name, "joinstream/") // there a restart looks for closed windows at once, as Kafka Streams
					ops := history(c, inputs(c, build()), rand.New(rand.NewPCG(seed, 12)), 200)
					want := restarted(t, build, ops, seed, kafka, false, true)
					if got := restarted(t, build, ops, seed, kafka, true, true); got != want {
						t.Fatalf("seed %d: with restarts\n%s\nwithout\n%s", seed, got, want)
					}
					if restarted(t, build, ops, seed, kafka, true, false) != want {
						forgetful++
					}
				}
				if forgetful == 0 {
					t.Error("a task that forgets its times does as well: the test tests nothing")
				}
			})
		}
	}
}

// restarted runs the first sub-topology over the records in commits of random sizes.
func restarted(t *testing.T, build func() *gen.Topology, ops []op, seed uint64, kafka, restart, remember bool) string {
	t.Helper()
	var out strings.Builder
	r := rand.New(rand.NewPCG(seed, 13))
	stores := map[string]*state.Memory{}
	open := func(s gen.Store) (state.Backend, error) {
		if stores[s.Name] == nil {
			stores[s.Name] = state.NewMemory()
		}
		return stores[s.Name], nil
	}
	var texts []string
	start := func() *task.Task {
		tk, err := task.New(build(), 0, 0, task.Config{ApplicationID: "test", MaxIdle: -1, Backend: open, Kafka: kafka})
		if err != nil {
			t.Fatal(err)
		}
		for i, text := range texts {
			if err := tk.SetMetadata(i, text); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(tk.Restore(), tk.Start(0)); err != nil {
			t.Fatal(err)
		}
		return tk
	}
	tk := start()
	offset := int64(0)
	for _, o := range ops {
		for i, s := range tk.Spec().Sources {
			if o.verb == "pipe" && s.Topic == o.name {
				tk.Enqueue(i, []gen.Record{{Key: o.record.Key, Value: o.record.Value, Timestamp: o.record.Timestamp, Offset: offset}})
				offset++
			}
		}
		for n := 1; n > 0; {
			var err error
			if n, err = tk.Step(100); err != nil {
				t.Fatal(err)
			}
		}
		if r.IntN(4) > 0 {
			continue
		}
		if err := tk.Flush(); err != nil {
			t.Fatal(err)
		}
		for _, s := range tk.Sinks() {
			for _, rec := range s.Records {
				fmt.Fprintf(&out, "%s @%d %q = %q %v\n", s.Topic, rec.Timestamp, s.Buf[rec.Start:rec.KeyEnd], s.Buf[rec.KeyEnd:rec.End], rec.NoValue)
			}
			s.Reset()
		}
		err := tk.EachDirty(func(store int, key, value []byte, ts int64) error {
			spec := tk.Spec().Stores[store]
			if value != nil && spec.Timestamped {
				value = append([]byte{byte(ts >> 56), byte(ts >> 48), byte(ts >> 40), byte(ts >> 32), byte(ts >> 24), byte(ts >> 16), byte(ts >> 8), byte(ts)}, value...)
			}
			stores[spec.Name].Put(key, value)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		tk.Committed()
		if again := r.IntN(3) == 0; again && restart {
			if remember {
				texts = tk.Metadata()
			}
			if err := tk.Close(); err != nil {
				t.Fatal(err)
			}
			tk = start()
		}
	}
	return out.String()
}
