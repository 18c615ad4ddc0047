package poll

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/internal/assign"
	"github.com/streamgen/streamgen/runtime/internal/changelog"
	"github.com/streamgen/streamgen/runtime/store"
	"github.com/streamgen/streamgen/runtime/task"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

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
	all := slices.Collect(maps.Values(s.tasks))
	s.mu.Unlock()
	behind := int64(0)
	for _, b := range all {
		b.mu.Lock()
		behind += b.lag()
		b.mu.Unlock()
	}
	s.g.s.Metrics.StandbyLag.Store(behind)
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
