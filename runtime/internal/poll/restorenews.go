package poll

import (
	"log/slog"
	"time"

	"github.com/streamgen/streamgen/runtime/metrics"
)

// restoreNews tells the metrics, the listener and the log how far restores are. It belongs to the
// opener's goroutine.
type restoreNews struct {
	began   time.Time
	logged  time.Time
	records int64 // of restores that ended
	bytes   int64
}

// restoreNewsEvery is how often the log has a line while restores go on.
const restoreNewsEvery = 10 * time.Second

// event reports one restore.
func (p *restoreNews) event(r *restorer, x *restoring, phase metrics.RestorePhase) {
	set, st := r.w.g.s, x.load.Stats
	r.w.metrics.Restored.Add(st.Records - x.counted.Records)
	r.w.metrics.RestoreBytes.Add(st.Bytes - x.counted.Bytes)
	x.counted = st
	now := metrics.Restore{
		Phase: phase, Thread: r.w.metrics.ID, Task: x.s.name, Store: x.s.spec.Stores[x.store].Name, Topic: x.topic, Partition: x.s.id.Partition,
		From: x.from, Position: min(x.position, x.end), End: x.end, Records: st.Records, Bytes: st.Bytes, Took: set.Clock.Since(x.began),
	}
	set.Metrics.Restores.Set(now)
	if set.OnRestore != nil {
		set.OnRestore(now)
	}
	attrs := []any{"task", now.Task, "store", now.Store, "records", now.Records, "bytes", now.Bytes, "from", now.From, "to", now.End, "took", now.Took.Round(time.Millisecond)}
	switch phase {
	case metrics.RestoreStarted:
		if p.began.IsZero() {
			p.began, p.logged = set.Clock.Time(), set.Clock.Time()
		}
		set.Log.Debug("restoring", attrs...)
	case metrics.RestoreEnded:
		p.records, p.bytes = p.records+st.Records, p.bytes+st.Bytes
		level := slog.LevelInfo
		if st.Records == 0 { // a marker only
			level = slog.LevelDebug
		}
		set.Log.Log(x.s.ctx, level, "restored", attrs...)
	case metrics.RestoreSuspended:
		p.records, p.bytes = p.records+st.Records, p.bytes+st.Bytes
		set.Log.Info("restore given up", attrs...)
	}
}

// log says in the log, now and then, how long the restores will take.
func (p *restoreNews) log(r *restorer) {
	now := r.w.g.s.Clock.Time()
	records, bytes, remaining := p.records, p.bytes, int64(0)
	for _, x := range r.active {
		records, bytes, remaining = records+x.load.Stats.Records, bytes+x.load.Stats.Bytes, remaining+x.end-x.position
	}
	if now.Sub(p.logged) < restoreNewsEvery || remaining == 0 {
		return
	}
	for _, x := range r.queue {
		remaining += x.end - x.position
	}
	p.logged = now
	rate := float64(records) / now.Sub(p.began).Seconds()
	attrs := []any{"worker", r.w.n, "stores", len(r.active) + len(r.queue), "tasks waiting", len(r.waiting), "records", records, "bytes", bytes,
		"remaining", remaining, "records/s", int64(rate)}
	if rate > 0 {
		// Offsets, not records: compaction and markers leave gaps, so it is sooner rather than later.
		attrs = append(attrs, "left", time.Duration(float64(remaining)/rate*float64(time.Second)).Round(time.Second))
	}
	r.w.g.s.Log.Info("restoring", attrs...)
}
