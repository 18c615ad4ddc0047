package poll

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/internal/assign"
	"github.com/streamgen/streamgen/runtime/internal/changelog"
	"github.com/streamgen/streamgen/runtime/store"
	"github.com/streamgen/streamgen/runtime/task"
	"github.com/twmb/franz-go/pkg/kerr"
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

// refreshEnds is how often the ends of the changelogs are asked for: a fetch tells them
// along with records only.
const refreshEnds = 5 * time.Second

// follow runs until ctx ends, and closes all stores then.
func (s *standbys) follow(ctx context.Context) error {
	defer s.close()
	asked := s.g.s.Clock.Time()
	for try := 0; ctx.Err() == nil; {
		err := s.turn(ctx)
		if err == nil && len(s.reads) > 0 && s.g.s.Clock.Since(asked) > refreshEnds {
			asked = s.g.s.Clock.Time()
			err = s.refresh(ctx)
		}
		switch {
		case err == nil:
			try = 0
			continue
		case ctx.Err() != nil:
			return nil
		case store.Unwritable(err):
			return err // what runs here writes to the same disk
		}
		if s.g.s.sparse.allow("standbys") {
			s.g.s.Log.Warn("standby tasks cannot be followed now; the tasks that run are not affected", "error", err)
		}
		_ = pause(ctx, try)
		try++
	}
	return nil
}

// turn makes the set of followed tasks what it should be, and takes in what has arrived.
func (s *standbys) turn(ctx context.Context) error {
	if err := s.drop(); err != nil {
		return err
	}
	busy := s.g.restoring.Load() > 0
	if !busy {
		if err := s.open(ctx); err != nil {
			return err
		}
	}
	s.assign()
	if busy || len(s.reads) == 0 {
		// A task that is held elsewhere may have been left behind: look again.
		wait := time.NewTimer(time.Second)
		defer wait.Stop()
		select {
		case <-s.wake:
		case <-wait.C:
		case <-ctx.Done():
		}
		return nil
	}
	c, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
	fetches := s.cl.PollFetches(c)
	cancel()
	var errs []error
	fetches.EachPartition(func(f kgo.FetchTopicPartition) {
		if b := s.reads[partition{f.Topic, f.Partition}]; b != nil {
			errs = append(errs, s.apply(b, f))
		}
	})
	return errors.Join(errs...)
}

// drop closes what is not to be followed any more.
func (s *standbys) drop() error {
	var gone []*standby
	s.mu.Lock()
	for t, b := range s.tasks {
		if !s.wants(t) {
			gone = append(gone, b)
			delete(s.tasks, t)
		}
	}
	s.mu.Unlock()
	var errs []error
	for _, b := range gone {
		errs = append(errs, s.closeOne(b))
	}
	return errors.Join(errs...)
}

// closeOne flushes and closes a standby's store.
func (s *standbys) closeOne(b *standby) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.gone {
		return nil
	}
	b.gone = true
	err := b.store.Flush()
	s.g.progress.left(b.id, b.store, err == nil)
	err = errors.Join(err, s.g.closeTask(b.name, b.store))
	b.store = nil
	return err
}

func (s *standbys) close() {
	s.mu.Lock()
	s.closed = true
	all := s.tasks
	s.tasks = map[assign.Task]*standby{}
	s.mu.Unlock()
	for _, b := range all {
		if err := s.closeOne(b); err != nil {
			s.g.s.Log.Warn("the state of a standby task could not be kept; what is missing comes from the changelog", "task", b.name, "error", err)
		}
	}
	if s.cl != nil {
		s.cl.Close()
	}
}

// open opens what is to be followed and is free: not what runs here.
func (s *standbys) open(ctx context.Context) error {
	s.mu.Lock()
	var missing []assign.Task
	for _, tasks := range s.wanted {
		for _, t := range tasks {
			if s.tasks[t] == nil && !slices.Contains(missing, t) {
				missing = append(missing, t)
			}
		}
	}
	s.mu.Unlock()
	var free []assign.Task
	for _, t := range missing {
		if !s.g.isHeld(s.g.taskName(t)) {
			free = append(free, t)
		}
	}
	if len(free) == 0 {
		return nil
	}
	ends, starts, err := s.bounds(ctx, free)
	if err != nil {
		return err
	}
	for _, t := range free {
		if err := s.openOne(t, starts, ends); err != nil {
			return err
		}
	}
	return nil
}

// bounds asks where the changelogs of tasks begin and end.
func (s *standbys) bounds(ctx context.Context, tasks []assign.Task) (ends, starts map[string]map[int32]int64, err error) {
	var names []string
	for _, t := range tasks {
		for i := range s.stores(t) {
			if name := s.topic(t, i); name != "" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	if ends, err = s.g.admin.ends(ctx, names...); err == nil {
		starts, err = s.g.admin.starts(ctx, names...)
	}
	return ends, starts, err
}

func (s *standbys) openOne(t assign.Task, starts, ends map[string]map[int32]int64) error {
	name := s.g.taskName(t)
	st, err := s.g.openTask(name, s.stores(t))
	if errors.Is(err, errTaskHeld) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := s.within(t, st, starts, ends); err != nil {
		if st, err = s.g.rebuilt(name, s.stores(t), st, err); err != nil {
			return err
		}
	}
	b := s.newStandby(t, st)
	for i := range b.at {
		if topic := s.topic(t, i); topic != "" {
			b.at[i] = max(b.at[i], starts[topic][t.Partition])
			b.ends[i] = ends[topic][t.Partition]
		}
	}
	s.mu.Lock()
	s.tasks[t] = b
	s.mu.Unlock()
	s.g.progress.reached(t, slices.Clone(b.at))
	return nil
}

// within checks that the store can be read on from where it is.
func (s *standbys) within(t assign.Task, st *store.Task, starts, ends map[string]map[int32]int64) error {
	for i := range s.stores(t) {
		topic := s.topic(t, i)
		at, known := st.Offset(i)
		if first, end := starts[topic][t.Partition], ends[topic][t.Partition]; topic != "" && known && (at < first || at > end) {
			return fmt.Errorf("%w: it is %d, %s has the offsets from %d to %d", errOutOfRange, at, topic, first, end)
		}
	}
	return nil
}

// assign has the client read what is followed now, each partition from where its store is.
func (s *standbys) assign() {
	s.mu.Lock()
	want := map[partition]*standby{}
	for t, b := range s.tasks {
		for i := range s.stores(t) {
			if topic := s.topic(t, i); topic != "" {
				want[partition{topic, t.Partition}] = b
			}
		}
	}
	s.g.s.Metrics.StandbyTasks.Store(int64(len(s.tasks)))
	s.mu.Unlock()
	removed := map[string][]int32{}
	for p, b := range s.reads {
		if want[p] != b {
			removed[p.topic] = append(removed[p.topic], p.n)
			delete(s.reads, p)
		}
	}
	if len(removed) > 0 {
		s.cl.RemoveConsumePartitions(removed)
	}
	added := map[string]map[int32]kgo.Offset{}
	for p, b := range want {
		if s.reads[p] != nil {
			continue
		}
		b.mu.Lock()
		at := int64(-1)
		for i := range b.at {
			if s.topic(b.id, i) == p.topic {
				at = b.at[i]
			}
		}
		b.mu.Unlock()
		if added[p.topic] == nil {
			added[p.topic] = map[int32]kgo.Offset{}
		}
		added[p.topic][p.n] = kgo.NewOffset().At(max(at, 0))
		s.reads[p] = b
	}
	if len(added) == 0 {
		return
	}
	if s.cl == nil {
		cl, err := kgo.NewClient(append(s.g.s.options("standby"), s.g.s.isolation(),
			kgo.KeepControlRecords(), // or the position would not pass one that stands last
			kgo.ConsumeResetOffset(kgo.NoResetOffset()),
			kgo.FetchMaxBytes(min(s.g.s.FetchMaxBytes, 8<<20)),
			kgo.FetchMaxPartitionBytes(1<<20),
		)...)
		if err != nil {
			s.g.s.Log.Error("standby tasks have no client", "error", err)
			clear(s.reads)
			return
		}
		s.cl = cl
	}
	s.cl.AddConsumePartitions(added)
}

// apply takes the records of one changelog partition in.
func (s *standbys) apply(b *standby, f kgo.FetchTopicPartition) error {
	if f.Err != nil && !errors.Is(f.Err, kerr.OffsetOutOfRange) {
		if errors.Is(f.Err, context.DeadlineExceeded) || errors.Is(f.Err, context.Canceled) || passing(f.Err) {
			return nil
		}
		return fmt.Errorf("reading %s-%d: %w", f.Topic, f.Partition, f.Err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.gone {
		return nil
	}
	i := slices.IndexFunc(s.stores(b.id), func(st gen.Store) bool {
		return st.Logged && task.ChangelogTopic(s.g.s.Application, st.Name) == f.Topic
	})
	err := f.Err
	if err != nil {
		err = fmt.Errorf("%w: %w", errOutOfRange, err)
	} else {
		err = b.load(i, f, s.g.s.shares.Restore/8)
		s.g.s.Metrics.StandbyRecords.Add(int64(len(f.Records)))
	}
	switch {
	case err == nil:
		s.g.progress.reached(b.id, slices.Clone(b.at))
		return nil
	case !store.Damaged(err) && !errors.Is(err, errOutOfRange):
		return err
	}
	// It is opened anew, and follows from the beginning, in the next turn.
	st, err := s.g.rebuilt(b.name, s.stores(b.id), b.store, err)
	b.store, b.gone = nil, true
	s.mu.Lock()
	if s.tasks[b.id] == b {
		delete(s.tasks, b.id)
	}
	s.mu.Unlock()
	if err != nil {
		return err
	}
	s.g.progress.left(b.id, st, true)
	return s.g.closeTask(b.name, st)
}

// load puts records into store i, and notes how far it is.
func (b *standby) load(i int, f kgo.FetchTopicPartition, chunk int64) error {
	b.ends[i] = max(b.ends[i], f.HighWatermark)
	if len(f.Records) == 0 {
		return nil
	}
	r := changelog.NewRestore(b.store.Loader(i), int(chunk))
	next := b.at[i]
	for _, rec := range f.Records {
		if rec.Offset < next {
			continue // what came before a change of leaders
		}
		next = rec.Offset + 1
		if rec.Attrs.IsControl() {
			continue
		}
		if err := r.Add(rec.Key, rec.Value, max(rec.Timestamp.UnixMilli(), 0), rec.Offset); err != nil {
			return err
		}
	}
	if err := r.Finish(next); err != nil {
		return err
	}
	b.at[i] = next
	return nil
}

// refresh asks for the ends of what is followed.
func (s *standbys) refresh(ctx context.Context) error {
	s.mu.Lock()
	var all []*standby
	var tasks []assign.Task
	for t, b := range s.tasks {
		all, tasks = append(all, b), append(tasks, t)
	}
	s.mu.Unlock()
	if len(all) == 0 {
		return nil
	}
	ends, _, err := s.bounds(ctx, tasks)
	if err != nil {
		return err
	}
	for _, b := range all {
		b.mu.Lock()
		for i := range b.ends {
			if topic := s.topic(b.id, i); topic != "" {
				b.ends[i] = max(b.ends[i], ends[topic][b.id.Partition])
			}
		}
		b.mu.Unlock()
	}
	return nil
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
