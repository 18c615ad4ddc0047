package poll

import (
	"errors"
	"slices"

	"github.com/streamgen/streamgen/runtime/internal/assign"
	"github.com/streamgen/streamgen/runtime/store"
)

// Owners says which process of the group runs and follows which tasks, as of the newest
// plan that a worker here has heard, and that plan's generation: -1 and nothing before the
// first. The numbers of the tasks are those of this instance's topology; processes of
// another version of it are not listed. The answer is shared: do not change it.
func (g *Group) Owners() ([]assign.Owner, int32) {
	a := g.plan.Load()
	if a == nil {
		return nil, -1
	}
	return a.Owners, a.Generation
}

// hear notes the newest plan of all that the workers are told. A group that was lost and
// made anew counts its generations from the beginning.
func (g *Group) hear(a assign.Assignment) {
	g.plan.Store(&a)
	if a.Shutdown {
		g.end(errors.New("another instance had a failure that ends all instances of the application (streamgen.on.failure); its log says which"))
	}
}

// Standbys lists the tasks of a sub-topology, by its index, that are followed here, warm-ups
// included.
func (g *Group) Standbys(sub int) []assign.Task {
	g.standbys.mu.Lock()
	defer g.standbys.mu.Unlock()
	var list []assign.Task
	for t := range g.standbys.tasks {
		if t.Group == sub {
			list = append(list, t)
		}
	}
	slices.SortFunc(list, func(a, b assign.Task) int { return int(a.Partition - b.Partition) })
	return list
}

// Standby calls f with the store of a task that is followed here, and with how many records
// each of its stores is behind its changelog, -1 for one without. Nothing is written meanwhile,
// so f must be short: a Snapshot goes on after it. It says whether the task is followed here.
func (g *Group) Standby(t assign.Task, f func(st *store.Task, lags []int64) error) (bool, error) {
	return g.standbys.read(t, f)
}

// Process is this process's id among the owners.
func (g *Group) Process() string { return g.s.State.ID() }
