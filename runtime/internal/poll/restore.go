package poll

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/streamgen/streamgen/runtime/internal/changelog"
	"github.com/streamgen/streamgen/runtime/internal/commit"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// restorer reads changelogs into stores. Its client is made when the first record has to
// be read, and reads one partition at a time. It belongs to the opener's goroutine.
type restorer struct {
	w  *worker
	cl *kgo.Client
}

func (r *restorer) close() {
	if r.cl != nil {
		r.cl.Close()
	}
}

func (r *restorer) client() (*kgo.Client, error) {
	if r.cl != nil {
		return r.cl, nil
	}
	s := r.w.g.s
	var err error
	r.cl, err = kgo.NewClient(append(s.options(fmt.Sprintf("worker-%d-restore", r.w.n)), s.isolation(),
		// Markers must come through: else the position would never pass one that stands
		// last, and the end would not be reached.
		kgo.KeepControlRecords(),
		kgo.ConsumeResetOffset(kgo.NoResetOffset()),
		kgo.FetchMaxBytes(s.FetchMaxBytes),
		kgo.FetchMaxPartitionBytes(16<<20),
	)...)
	return r.cl, err
}

// patienceOfRestore is how long nothing may arrive before the log says so, and again.
const patienceOfRestore = 10 * time.Second

// restore reads the changelog of store i up to end, the high watermark. Reading committed
// data stops at the first open transaction; waiting for the high watermark instead of
// that point waits until whatever was there has been decided (the predecessor's
// transaction, ended by fencing or by its timeout).
func (r *restorer) restore(s *slot, i int, end int64) error {
	topic, p := s.logs[i].sink.Topic, s.id.Partition
	from, known := s.store.Offset(i)
	if known && from > end {
		return fmt.Errorf("%w: it is %d, the changelog ends at %d; the topic was deleted or truncated", errOutOfRange, from, end)
	}
	starts, err := r.w.g.admin.starts(s.ctx, topic)
	if err != nil {
		return err
	}
	first := starts[topic][p]
	if known && from < first {
		return fmt.Errorf("%w: it is %d, the changelog begins at %d; the state is older than what the broker keeps", errOutOfRange, from, first)
	}
	from = max(from, first)
	if from >= end {
		return nil
	}
	cl, err := r.client()
	if err != nil {
		return err
	}
	began := r.w.g.s.Clock.Time()
	cl.AddConsumePartitions(map[string]map[int32]kgo.Offset{topic: {p: kgo.NewOffset().At(from)}})
	defer cl.RemoveConsumePartitions(map[string][]int32{topic: {p}})
	load := changelog.NewRestore(s.store.Loader(i), 0)
	moved, told := began, began
	for position := from; position < end; {
		ctx, cancel := context.WithTimeout(s.ctx, time.Second)
		fetches := cl.PollFetches(ctx)
		cancel()
		if err := s.ctx.Err(); err != nil {
			return err
		}
		for _, fe := range fetches.Errors() {
			switch {
			case errors.Is(fe.Err, context.DeadlineExceeded):
			case errors.Is(fe.Err, kerr.OffsetOutOfRange):
				return fmt.Errorf("%w: %w", errOutOfRange, fe.Err)
			default:
				return fe.Err
			}
		}
		now := r.w.g.s.Clock.Time()
		if !fetches.Empty() {
			moved = now
		}
		if wait := now.Sub(moved); wait > patienceOfRestore && now.Sub(told) > patienceOfRestore {
			told = now
			r.w.g.s.Log.Warn("restoring waits: the changelog gives no more records; the broker is away, or a killed instance's transaction has not timed out yet",
				"task", s.name, "topic", topic, "at", position, "to", end, "since", wait.Round(time.Second))
		}
		for it := fetches.RecordIter(); !it.Done(); {
			rec := it.Next()
			position = rec.Offset + 1
			if rec.Attrs.IsControl() {
				continue
			}
			if err := load.Add(rec.Key, rec.Value, max(rec.Timestamp.UnixMilli(), 0), rec.Offset); err != nil {
				return commit.As(commit.Fault, err)
			}
		}
	}
	if err := load.Finish(end); err != nil {
		return commit.As(commit.Fault, err)
	}
	r.w.metrics.Restored.Add(load.Stats.Records)
	level := slog.LevelInfo
	if load.Stats.Records == 0 { // a marker only
		level = slog.LevelDebug
	}
	r.w.g.s.Log.Log(s.ctx, level, "restored", "task", s.name, "store", s.spec.Stores[i].Name, "records", load.Stats.Records,
		"from", from, "to", end, "took", r.w.g.s.Clock.Since(began).Round(time.Millisecond))
	return nil
}
