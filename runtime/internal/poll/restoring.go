package poll

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/streamgen/streamgen/runtime/internal/changelog"
	"github.com/streamgen/streamgen/runtime/internal/commit"
	"github.com/streamgen/streamgen/runtime/metrics"
	"github.com/streamgen/streamgen/runtime/task"
	"github.com/twmb/franz-go/pkg/kgo"
)

// restoring is one store of a slot on its way back: its changelog is read up to end, the high
// watermark. Reading committed data stops at the first open transaction; waiting for the high
// watermark instead of that point waits until whatever was there has been decided (the
// predecessor's transaction, ended by fencing or by its timeout). It belongs to the opener's
// goroutine, except while its last rows are written.
type restoring struct {
	s                   *slot
	store               int
	topic               string
	from, position, end int64
	load                *changelog.Restore
	began               time.Time
	counted             changelog.Stats // what the metrics know
	err                 error           // of the last rows
}

var errOutOfRange = errors.New("the stored changelog offset is outside of the changelog")

// failure says what could not be restored.
func (x *restoring) failure(err error) error {
	w := x.s.w
	return fmt.Errorf("task %s: store %s cannot be restored from %s-%d: %w", x.s.name, x.s.spec.Stores[x.store].Name,
		task.ChangelogTopic(w.g.s.Application, x.s.spec.Stores[x.store].Name), x.s.id.Partition, err)
}

// starts lists the beginnings of the slots' changelogs.
func (g *Group) starts(ctx context.Context, slots []*slot) (map[string]map[int32]int64, error) {
	names := map[string]bool{}
	for _, s := range slots {
		for _, l := range s.logs {
			if l != nil {
				names[l.sink.Topic] = true
			}
		}
	}
	if len(names) == 0 {
		return nil, nil
	}
	var list []string
	for n := range names {
		list = append(list, n)
	}
	return g.admin.starts(ctx, list...)
}

// open opens a slot's stores, and queues the restores that they need.
func (r *restorer) open(s *slot) error {
	if len(s.spec.Stores) == 0 {
		return nil
	}
	// A standby hands its store over as it is. Another worker of this process may still hold
	// the task: it gives it up behind its gate, at the latest one poll from now.
	st, err := s.w.g.standbys.take(s.id), error(nil)
	if st == nil {
		st, err = s.w.g.openTask(s.name, s.spec.Stores)
	}
	if errors.Is(err, errTaskHeld) {
		return err
	}
	if err != nil {
		return commit.As(commit.Fault, err)
	}
	s.store = st
	var found []*restoring
	for i, l := range s.logs {
		if l == nil {
			continue
		}
		x := &restoring{s: s, store: i, topic: l.sink.Topic}
		needed, err := x.bounds(r)
		if err != nil {
			return x.failure(err)
		}
		if !needed {
			continue
		}
		if _, known := st.Offset(i); !known {
			from, err := r.retained(x)
			switch {
			case s.ctx.Err() != nil:
				return s.ctx.Err()
			case err != nil:
				s.w.g.s.Log.Warn("the changelog is read from its beginning, not from what retention keeps", "task", s.name, "store", s.spec.Stores[i].Name, "reason", err)
			}
			x.from, x.position = from, from
		}
		found = append(found, x)
	}
	if len(found) > 0 {
		st.Restoring()
	}
	r.queue = append(r.queue, found...)
	r.left[s] = len(found)
	return nil
}

// bounds finds out what is to be read, and whether anything is.
func (x *restoring) bounds(r *restorer) (bool, error) {
	p := x.s.id.Partition
	end, ok := r.ends[x.topic][p]
	first, has := r.starts[x.topic][p]
	if !ok || !has {
		return false, fmt.Errorf("changelog %s has no partition %d", x.topic, p)
	}
	from, known := x.s.store.Offset(x.store)
	if known && from > end {
		return false, fmt.Errorf("%w: it is %d, the changelog ends at %d; the topic was deleted or truncated", errOutOfRange, from, end)
	}
	if known && from < first {
		return false, fmt.Errorf("%w: it is %d, the changelog begins at %d; the state is older than what the broker keeps", errOutOfRange, from, first)
	}
	x.from, x.end = max(from, first), end
	x.position = x.from
	return x.from < end, nil
}

// start begins to read, when there is memory for it; with nothing under way it waits for
// memory.
func (r *restorer) start(x *restoring) (bool, error) {
	if err := x.s.ctx.Err(); err != nil {
		return false, err
	}
	cl, err := r.client()
	if err != nil {
		return false, err
	}
	target := x.s.store.Loader(x.store)
	if x.load = r.w.g.chunks.TryRestore(target); x.load == nil {
		if len(r.active)+len(r.finals) > 0 {
			return false, nil
		}
		if x.load, err = r.w.g.chunks.Restore(x.s.ctx, target); err != nil {
			return false, err
		}
	}
	x.began = r.w.g.s.Clock.Time()
	p := partition{x.topic, x.s.id.Partition}
	r.active[p] = x
	r.moved = x.began
	cl.AddConsumePartitions(map[string]map[int32]kgo.Offset{p.topic: {p.n: kgo.NewOffset().At(x.from)}})
	r.tell.event(r, x, metrics.RestoreStarted)
	return true, nil
}

// take takes in records.
func (x *restoring) take(records []*kgo.Record) error {
	for _, rec := range records {
		if rec.Offset < x.position {
			continue // the client went back after a change of leaders
		}
		x.position = rec.Offset + 1
		if rec.Attrs.IsControl() {
			continue
		}
		if err := x.load.Add(rec.Key, rec.Value, max(rec.Timestamp.UnixMilli(), 0), rec.Offset); err != nil {
			return commit.As(commit.Fault, err)
		}
	}
	return nil
}
