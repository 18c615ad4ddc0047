package gentest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/internal/golden"
	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/state"
	"github.com/streamgen/streamgen/runtime/store"
)

// TestSpillingDoesNotShow runs every topology without room for a single change: each look
// at another key writes what was changed before to disk, and forgets what was read before.
// So an operator, processor store or iterator that uses an entry after its next Find uses
// an empty one, and says something else than over stores that keep everything in memory.
func TestSpillingDoesNotShow(t *testing.T) {
	spilled := 0
	for _, c := range cases {
		if !slices.ContainsFunc(c.interpreted().Subtopologies, func(s gen.Subtopology) bool { return len(s.Stores) > 0 }) {
			continue
		}
		for mode, build := range c.modes() {
			t.Run(c.name+"/"+mode, func(t *testing.T) {
				for seed := range uint64(5) {
					ops := history(c, inputs(c, build()), rand.New(rand.NewPCG(seed, 11)), 150)
					differ := func(ops []op) (string, string) {
						return inRuns(t, build(), ops, 1000), withoutRoom(t, build(), ops, &spilled)
					}
					x, y := differ(ops)
					if x == y {
						continue
					}
					ops = shrink(ops, func(ops []op) bool { x, y := differ(ops); return x != y })
					var text strings.Builder
					for _, o := range ops {
						text.WriteString(o.text(c) + "\n")
					}
					x, y = differ(ops)
					t.Fatalf("seed %d (- in memory, + spilled) after\n%s\n%s", seed, text.String(), golden.Diff(x, y))
				}
			})
		}
	}
	if spilled < 20 {
		t.Errorf("%d tasks spilled: the test tests little", spilled)
	}
}

// withoutRoom is inRuns over databases whose caches keep nothing; it adds the tasks that
// spilled to the count.
func withoutRoom(t *testing.T, topology *gen.Topology, ops []op, spilled *int) string {
	t.Helper()
	p, err := store.OpenProcess("state/test", store.Options{Application: "test", Disk: store.NewMemDisk()})
	if err != nil {
		t.Fatal(err)
	}
	var tasks []*store.Task
	text := inRunsOver(t, topology, ops, 1000, func(sub *gen.Subtopology) func(gen.Store) (state.Backend, error) {
		task, err := p.OpenTask(fmt.Sprintf("%d_0", sub.ID), sub.Stores)
		if err != nil {
			t.Fatal(err)
		}
		task.SpillBeyond(1)
		tasks = append(tasks, task)
		return func(s gen.Store) (state.Backend, error) {
			return task.Backend(slices.IndexFunc(sub.Stores, func(o gen.Store) bool { return o.Name == s.Name })), nil
		}
	})
	for _, task := range tasks {
		if task.Spilled() {
			*spilled++
		}
		if err := task.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	return text
}
