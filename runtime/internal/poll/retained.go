package poll

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/state"
	"github.com/streamgen/streamgen/runtime/store"
	"github.com/twmb/franz-go/pkg/kgo"
)

// A window store that lost its state does not need all of its changelog: the broker deletes
// what is older than the retention by whole segments of the log, a day later, and that can be
// many times what is still live. A restore may begin at the first record with a timestamp of T or
// later when no row that is live starts below T and no record is older than its row's start:
//
//   - The store's time is at least the highest start among the last records, so a row that
//     starts below T, the beginning of the lowest segment that retention keeps at that time, is
//     not live.
//   - A record before the first one with a timestamp of T or later has a lower timestamp, in
//     whatever order records came. Its row starts no later, so it starts below T.
//   - A deletion left out is of a row that was put before, and left out too.
//
// Markers of transactions count as records, with the broker's clock: where events are of long ago, more
// is read than has to be.
//
// That records are no older than their rows holds for windowed aggregations, whose record carries
// the latest timestamp of the window, and for the sides of joins, whose rows start at the
// record's: here as in Kafka Streams. It does not hold for sessions, which a late record
// rewrites under their end.

// tailRecords is how many of the last records are looked at for the store's time; a changelog
// that is not much longer is read from its beginning.
const tailRecords = 500

// retainable says whether a store's changelog may be read from the middle.
func retainable(s *gen.Store) bool {
	return s.Window && !s.Session && (s.Timestamped || s.Duplicates)
}

// retained returns where a restore of x may begin, x.from where it has to be the beginning.
func (r *restorer) retained(x *restoring) (int64, error) {
	spec := &x.s.spec.Stores[x.store]
	if !retainable(spec) || x.end-x.from < 20*tailRecords {
		return x.from, nil
	}
	ctx, cancel := context.WithTimeout(x.s.ctx, 5*time.Second)
	defer cancel()
	at, ok, err := r.tail(ctx, x)
	if err != nil || !ok {
		return x.from, err
	}
	low := store.FirstLive(*spec, at)
	if low <= 0 {
		return x.from, nil
	}
	listed, err := r.w.g.admin.ListOffsetsAfterMilli(ctx, low, x.topic)
	o, known := listed.Lookup(x.topic, x.s.id.Partition)
	if err != nil || !known || o.Err != nil {
		return x.from, errors.Join(err, o.Err)
	}
	return max(x.from, min(o.Offset, x.end)), nil
}

// tail reads the last records of a changelog and returns the highest start of their rows. ok is
// false when some are older than their rows, or carry the broker's time: then timestamps say
// nothing.
func (r *restorer) tail(ctx context.Context, x *restoring) (at int64, ok bool, err error) {
	s := r.w.g.s
	p := x.s.id.Partition
	cl, err := kgo.NewClient(append(s.options(fmt.Sprintf("worker-%d-tail", r.w.n)), s.isolation(), kgo.KeepControlRecords(),
		kgo.FetchMaxBytes(1<<20), kgo.FetchMaxPartitionBytes(1<<20), kgo.FetchMaxWait(100*time.Millisecond), kgo.ConsumeResetOffset(kgo.NoResetOffset()),
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{x.topic: {p: kgo.NewOffset().At(x.end - tailRecords)}}))...)
	if err != nil {
		return 0, false, err
	}
	defer cl.Close()
	at, ok = -1, true
	for seen := x.end - tailRecords; seen < x.end && ok; {
		fetches := cl.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			if at >= 0 && ctx.Err() != nil && x.s.ctx.Err() == nil {
				break // an open transaction stands at the end: what has been seen is enough
			}
			return 0, false, err
		}
		fetches.EachRecord(func(rec *kgo.Record) {
			seen = max(seen, rec.Offset+1)
			if rec.Attrs.IsControl() {
				return
			}
			start, is := state.RowTime(rec.Key, false)
			if !is || start > rec.Timestamp.UnixMilli() || rec.Attrs.TimestampType() != 0 {
				ok = false
				return
			}
			at = max(at, start)
		})
	}
	return at, ok && at >= 0, nil
}
