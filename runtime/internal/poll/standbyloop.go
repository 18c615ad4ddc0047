package poll

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/streamgen/streamgen/runtime/internal/assign"
	"github.com/streamgen/streamgen/runtime/store"
	"github.com/twmb/franz-go/pkg/kgo"
)

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
		p := partition{f.Topic, f.Partition}
		b := s.reads[p]
		if b == nil {
			return
		}
		if err := s.apply(b, f); err != nil {
			// The client has gone past what the store did not take: it reads that again.
			s.cl.RemoveConsumePartitions(map[string][]int32{p.topic: {p.n}})
			delete(s.reads, p)
			errs = append(errs, err)
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
