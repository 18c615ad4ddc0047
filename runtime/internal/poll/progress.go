package poll

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/streamgen/streamgen/runtime/internal/assign"
	"github.com/streamgen/streamgen/runtime/store"
	"github.com/streamgen/streamgen/runtime/task"
)

// progress knows how far this process is with each task of which it has state, be it
// running, followed or left on disk. It is safe for concurrent use.
type progress struct {
	g       *Group
	mu      sync.Mutex
	running map[assign.Task]bool
	follows map[assign.Task]bool
	// at holds by store the changelog offset to read next, -1 where nothing is known, of the
	// tasks that do not run.
	at     map[assign.Task][]int64
	unread map[assign.Task]bool       // left on disk, in a state that has to be looked up
	starts map[string]map[int32]int64 // of the changelogs, as of the first look
	ends   map[string]map[int32]int64 // as of the last
}

func newProgress(g *Group) *progress {
	p := &progress{g: g, running: map[assign.Task]bool{}, follows: map[assign.Task]bool{}, at: map[assign.Task][]int64{}, unread: map[assign.Task]bool{}}
	for t := range g.storedTasks() {
		p.unread[t] = true
	}
	return p
}

// runs notes that the task is processing here.
func (p *progress) runs(t assign.Task) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running[t] = true
	delete(p.follows, t)
	delete(p.at, t)
	delete(p.unread, t)
}

// reached notes how far a standby is.
func (p *progress) reached(t assign.Task, at []int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.follows[t], p.at[t] = true, at
	delete(p.unread, t)
}

// left notes that the task's state was closed. What was not flushed before is gone: then
// the disk says how much is left.
func (p *progress) left(t assign.Task, s *store.Task, flushed bool) {
	at := offsets(s, len(p.g.s.Topology.Subtopologies[t.Group].Stores))
	for i := range at {
		if p.g.s.Topology.Subtopologies[t.Group].Stores[i].InMemory {
			at[i] = -1
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.running, t)
	delete(p.follows, t)
	delete(p.at, t)
	if flushed {
		p.at[t] = at
	} else {
		p.unread[t] = true
	}
}

// removed forgets tasks whose state is not on disk any more.
func (p *progress) removed(stored map[assign.Task]bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for t := range p.at {
		if !stored[t] && !p.running[t] && !p.follows[t] {
			delete(p.at, t)
		}
	}
	for t := range p.unread {
		if !stored[t] {
			delete(p.unread, t)
		}
	}
}

// offsets lists the changelog offsets that the stores hold.
func offsets(s *store.Task, stores int) []int64 {
	at := make([]int64, stores)
	for i := range at {
		at[i] = -1
		if s == nil {
			continue
		}
		if next, ok := s.Offset(i); ok {
			at[i] = next
		}
	}
	return at
}

// states lists how far each task is. It asks the broker for the ends of the changelogs;
// when that takes too long, state counts as unknown rather than the join as failed.
func (p *progress) states(ctx context.Context) []assign.State {
	p.look(ctx)
	disk := p.g.storedTasks()
	p.mu.Lock()
	defer p.mu.Unlock()
	var list []assign.State
	topics := p.g.topics.Load()
	for g := range topics.structure.Groups {
		for n := range topics.tasks[g] {
			t := assign.Task{Group: g, Partition: n}
			lag := p.lag(t)
			if lag == assign.None && disk[t] && !topics.structure.Logged[g] {
				lag = assign.Unknown // nothing says how much it holds, but it is here
			}
			if lag != assign.None {
				list = append(list, assign.State{Task: t, Lag: lag})
			}
		}
	}
	return list
}

// look reads what is not known yet: the disk, and the ends of the changelogs.
func (p *progress) look(ctx context.Context) {
	p.mu.Lock()
	unread := maps.Clone(p.unread)
	first := p.starts == nil
	p.mu.Unlock()
	for t := range unread {
		name := p.g.taskName(t)
		if !p.g.hold(name) {
			continue // it opens, and will say
		}
		at, err := p.g.s.State.Peek(name, p.g.s.Topology.Subtopologies[t.Group].Stores)
		if err != nil {
			p.g.s.Log.Info("state on disk cannot be looked at; its task may go elsewhere", "task", name, "error", err)
		}
		p.g.release(name)
		p.mu.Lock()
		if p.unread[t] { // it has not been opened meanwhile
			delete(p.unread, t)
			if err == nil {
				p.at[t] = at
			}
		}
		p.mu.Unlock()
	}
	names := p.g.changelogs()
	if len(names) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, min(2*time.Second, p.g.s.SessionTimeout/3))
	defer cancel()
	ends, err := p.g.admin.ends(ctx, names...)
	var starts map[string]map[int32]int64
	if err == nil && first {
		starts, err = p.g.admin.starts(ctx, names...)
	}
	if err != nil {
		ends = nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ends = ends; starts != nil {
		p.starts = starts
	}
}

// lag says how far t is; the lock is held.
func (p *progress) lag(t assign.Task) assign.Lag {
	if p.running[t] {
		return assign.Running
	}
	if !p.g.topics.Load().structure.Logged[t.Group] {
		return assign.None
	}
	some, known := false, p.ends != nil
	var lacks int64
	at := p.at[t]
	stores := p.g.s.Topology.Subtopologies[t.Group].Stores
	for i := range stores {
		if !stores[i].Logged {
			continue
		}
		topic := task.ChangelogTopic(p.g.s.Application, stores[i].Name)
		from := p.starts[topic][t.Partition]
		if i < len(at) && at[i] >= 0 {
			some, from = true, max(from, at[i])
		}
		lacks += max(0, p.ends[topic][t.Partition]-from)
	}
	switch lag := assign.Behind(lacks, p.g.s.AcceptableLag); {
	case !known && (some || p.follows[t]):
		return assign.Unknown
	case !known:
		return assign.None
	case lag == assign.Dormant && p.follows[t]:
		return assign.Following
	case some || p.follows[t]:
		return lag
	case lag == assign.Dormant:
		return assign.Empty
	}
	return assign.None
}

// taskName is "<sub-topology>_<partition>".
func (g *Group) taskName(t assign.Task) string {
	return fmt.Sprintf("%d_%d", g.s.Topology.Subtopologies[t.Group].ID, t.Partition)
}

// changelogs lists the changelog topics.
func (g *Group) changelogs() []string {
	var names []string
	for i := range g.s.Topology.Subtopologies {
		for j := range g.s.Topology.Subtopologies[i].Stores {
			if st := &g.s.Topology.Subtopologies[i].Stores[j]; st.Logged {
				names = append(names, task.ChangelogTopic(g.s.Application, st.Name))
			}
		}
	}
	return names
}
