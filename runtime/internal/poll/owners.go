package poll

import (
	"errors"

	"github.com/streamgen/streamgen/runtime/internal/assign"
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
