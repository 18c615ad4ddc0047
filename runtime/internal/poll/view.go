package poll

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/streamgen/streamgen/runtime/internal/assign"
	"github.com/streamgen/streamgen/runtime/state"
	"github.com/streamgen/streamgen/runtime/store"
	"github.com/streamgen/streamgen/runtime/task"
)

// View is a task of this instance as queries see it: its state is restored, and its worker has
// it. It is safe for concurrent use.
type View struct {
	s     *slot
	w     *worker
	store *store.Task
	gone  chan struct{}
	// applying has room for one: who holds it applies a commit, or takes a snapshot. It is no
	// mutex so that waiting for it can end with a query's context.
	applying chan struct{}

	mu       sync.Mutex
	position map[string]map[int32]int64 // offsets of the last records of the last commit; replaced, never changed
	changed  chan struct{}              // closed by the next commit
}

// ErrGone is the answer of a View whose task this worker no longer has.
var ErrGone = errors.New("the task is moving to another worker, or is being restarted")

// publish lets queries see the slot.
func (s *slot) publish() {
	if s.store == nil || s.view != nil {
		return
	}
	v := &View{s: s, w: s.w, store: s.store, gone: make(chan struct{}), applying: make(chan struct{}, 1), changed: make(chan struct{})}
	v.position = s.applied()
	s.view = v
	g := s.w.g
	g.mu.Lock()
	g.views[s.id] = v
	g.mu.Unlock()
}

// withdraw ends what queries see of the slot, and those that wait for it.
func (s *slot) withdraw() {
	if s.view == nil {
		return
	}
	g := s.w.g
	g.mu.Lock()
	if g.views[s.id] == s.view {
		delete(g.views, s.id)
	}
	g.mu.Unlock()
	close(s.view.gone)
	s.view = nil
}

// applied is the position of what is committed: offsets of last records, not of next ones.
func (s *slot) applied() map[string]map[int32]int64 {
	at := map[string]map[int32]int64{}
	for p, m := range s.committed {
		if m.offset > 0 {
			note(at, p, m.offset-1)
		}
	}
	return at
}

func note(at map[string]map[int32]int64, p partition, offset int64) {
	if at[p.topic] == nil {
		at[p.topic] = map[int32]int64{}
	}
	at[p.topic][p.n] = offset
}

// hold keeps snapshots from being taken between a commit's rows and its position; the result
// lets them be taken again.
func (s *slot) hold() func() {
	v := s.view
	if v == nil {
		return func() {}
	}
	v.applying <- struct{}{}
	return func() {
		at := s.applied()
		v.mu.Lock()
		v.position = at
		close(v.changed)
		v.changed = make(chan struct{})
		v.mu.Unlock()
		<-v.applying
	}
}

// Views returns the tasks of a sub-topology, by its index, that can be read here.
func (g *Group) Views(sub int) []*View {
	g.mu.Lock()
	defer g.mu.Unlock()
	var list []*View
	for p := range g.topics.Load().tasks[sub] {
		if v := g.views[assign.Task{Group: sub, Partition: p}]; v != nil {
			list = append(list, v)
		}
	}
	return list
}

// Tasks is how many tasks a sub-topology has, by its index.
func (g *Group) Tasks(sub int) int32 { return g.topics.Load().tasks[sub] }

// Partition is the task's.
func (v *View) Partition() int32 { return v.s.id.Partition }

// Position returns the offsets of the last records that the last commit contains, and a channel
// that is closed when there is a later one. The map is not changed.
func (v *View) Position() (map[string]map[int32]int64, <-chan struct{}) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.position, v.changed
}

// Gone is closed when the task is no longer here.
func (v *View) Gone() <-chan struct{} { return v.gone }

// Snapshot returns the committed rows of store i, and the position that they are of. A store in
// memory has none: store.ErrInMemory.
func (v *View) Snapshot(ctx context.Context, i int) (*store.Snapshot, map[string]map[int32]int64, error) {
	select {
	case v.applying <- struct{}{}:
	case <-v.gone:
		return nil, nil, ErrGone
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	defer func() { <-v.applying }()
	snap, err := v.store.Snapshot(i)
	if errors.Is(err, store.ErrClosed) {
		err = ErrGone
	}
	at, _ := v.Position()
	return snap, at, err
}

// Access is what a call on the task's own goroutine may read. It belongs to that goroutine, and
// is not kept.
type Access struct{ s *slot }

// Backend holds the committed rows of store i.
func (a Access) Backend(i int) state.Backend { return a.s.store.Backend(i) }

// Time is the highest window start (session end) that store i has committed.
func (a Access) Time(i int) int64 { return a.s.store.Time(i) }

// Cache is what the task works on: committed and uncommitted rows of store i.
func (a Access) Cache(i int) state.Store { return a.s.engine.Store(i) }

// Committed is the position of the committed rows.
func (a Access) Committed() map[string]map[int32]int64 { return a.s.applied() }

// Processed is the position of the uncommitted rows.
func (a Access) Processed() map[string]map[int32]int64 {
	at := map[string]map[int32]int64{}
	for i, next := range a.s.engine.Offsets() {
		if p := a.s.inputs[i]; p.n >= 0 && next > 0 {
			note(at, p, next-1)
		}
	}
	return at
}

// Do calls f on the goroutine of the task, between two of its steps. f must be short.
func (v *View) Do(ctx context.Context, f func(Access) error) error {
	done := make(chan error, 1)
	call := func() {
		if v.s.view != v || v.s.engine == nil || v.s.engine.State() != task.Running {
			done <- ErrGone
			return
		}
		done <- guarded(f, Access{v.s})
	}
	select {
	case v.w.asks <- call:
	case <-v.gone:
		return ErrGone
	case <-ctx.Done():
		return ctx.Err()
	}
	v.w.wake()
	select {
	case err := <-done:
		return err
	case <-v.gone:
		return ErrGone
	case <-ctx.Done():
		return ctx.Err()
	}
}

// guarded keeps what a codec of the user's panics with from ending the worker.
func guarded(f func(Access) error, a Access) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic while reading: %v", p)
		}
	}()
	return f(a)
}

// maxAsks is how many calls wait for a worker at most, and how many it answers in one round.
const maxAsks = 64

// answer makes the calls that wait.
func (w *worker) answer() {
	for range maxAsks {
		select {
		case call := <-w.asks:
			call()
		default:
			return
		}
	}
}

// wake ends a poll that waits, so that calls are not answered only after it.
func (w *worker) wake() {
	if cancel := w.waiting.Load(); cancel != nil {
		(*cancel)()
	}
}

// Inputs are the topics that the task reads.
func (v *View) Inputs() []string {
	var list []string
	for _, p := range v.s.inputs {
		if p.n >= 0 {
			list = append(list, p.topic)
		}
	}
	return list
}
