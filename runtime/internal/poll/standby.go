package poll

import (
	"slices"
	"sync"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/internal/assign"
	"github.com/streamgen/streamgen/runtime/store"
	"github.com/streamgen/streamgen/runtime/task"
	"github.com/twmb/franz-go/pkg/kgo"
)

// standbys follow the changelogs of the tasks that this process stands by for, or warms up,
// on one goroutine with one client, whichever worker was told to. They read committed data
// only, and each batch goes into the store together with the offset behind it, so that a
// task that is promoted restores no more than what came since: it takes the open store over
// as it is (take), and one that is demoted hands its own in (give). While a task that is to
// run restores, the standbys wait.
//
// follow belongs to its goroutine; the other methods are safe for concurrent use.
type standbys struct {
	g  *Group
	cl *kgo.Client // of follow; nil before the first record has to be read
	// reads holds what cl reads now, for whom. Of follow.
	reads map[partition]*standby

	mu     sync.Mutex
	wanted map[int][]assign.Task // by worker, as of its newest assignment
	tasks  map[assign.Task]*standby
	closed bool
	wake   chan struct{} // tells follow of a change
}

// standby is one task that is followed.
type standby struct {
	id   assign.Task
	name string

	mu    sync.Mutex // held while the store is written or read
	store *store.Task
	at    []int64 // changelog offset to read next, by store; -1 for stores without a changelog
	ends  []int64 // of the changelogs, as last heard of
	gone  bool    // handed over or closed
}

func newStandbys(g *Group) *standbys {
	return &standbys{g: g, reads: map[partition]*standby{}, wanted: map[int][]assign.Task{}, tasks: map[assign.Task]*standby{}, wake: make(chan struct{}, 1)}
}

// want notes what a worker was told to follow.
func (s *standbys) want(worker int, tasks []assign.Task) {
	s.mu.Lock()
	s.wanted[worker] = tasks
	s.mu.Unlock()
	s.nudge()
}

func (s *standbys) nudge() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// wants says whether some worker was told to follow t; the lock is held.
func (s *standbys) wants(t assign.Task) bool {
	for _, tasks := range s.wanted {
		if slices.Contains(tasks, t) {
			return true
		}
	}
	return false
}

// take hands the open store of t over to who will run it, nil when t is not followed. The
// task stays held.
func (s *standbys) take(t assign.Task) *store.Task {
	s.mu.Lock()
	b := s.tasks[t]
	delete(s.tasks, t)
	s.mu.Unlock()
	if b == nil {
		return nil
	}
	s.nudge()
	b.mu.Lock()
	defer b.mu.Unlock()
	st := b.store
	if st != nil {
		s.g.s.Metrics.Promotions.Add(1)
	}
	b.store, b.gone = nil, true
	return st
}

// give takes over the open store of t, of which everything has been committed, when t is to
// be followed from now on. The task stays held.
func (s *standbys) give(t assign.Task, st *store.Task) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || !s.wants(t) || s.tasks[t] != nil {
		return false
	}
	b := s.newStandby(t, st)
	copy(b.ends, b.at) // until more is known
	s.tasks[t] = b
	s.g.progress.reached(t, slices.Clone(b.at))
	s.nudge()
	return true
}

func (s *standbys) newStandby(t assign.Task, st *store.Task) *standby {
	b := &standby{id: t, name: s.g.taskName(t), store: st}
	stores := s.stores(t)
	b.at = offsets(st, len(stores))
	b.ends = make([]int64, len(stores))
	for i := range stores {
		if !stores[i].Logged {
			b.at[i], b.ends[i] = -1, -1
		}
	}
	return b
}

// lag is how many changelog records a followed task lacks, as far as is known. Markers of
// transactions count too: their offsets do.
func (s *standbys) lag(t assign.Task) (records int64, ok bool) {
	s.mu.Lock()
	b := s.tasks[t]
	s.mu.Unlock()
	if b == nil {
		return 0, false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.lag(), !b.gone
}

func (b *standby) lag() (records int64) {
	for i, at := range b.at {
		records += max(0, b.ends[i]-at)
	}
	return records
}

// read is Group.Standby.
func (s *standbys) read(t assign.Task, f func(st *store.Task, lags []int64) error) (bool, error) {
	s.mu.Lock()
	b := s.tasks[t]
	s.mu.Unlock()
	if b == nil {
		return false, nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.gone {
		return false, nil
	}
	lags := make([]int64, len(b.at))
	for i, at := range b.at {
		lags[i] = -1
		if s.stores(t)[i].Logged {
			lags[i] = max(0, b.ends[i]-at)
		}
	}
	return true, f(b.store, lags)
}

func (s *standbys) stores(t assign.Task) []gen.Store {
	return s.g.s.Topology.Subtopologies[t.Group].Stores
}

// topic is the changelog of a task's store, empty for one without.
func (s *standbys) topic(t assign.Task, i int) string {
	st := &s.stores(t)[i]
	if !st.Logged {
		return ""
	}
	return task.ChangelogTopic(s.g.s.Application, st.Name)
}
