package answer

import (
	"bytes"
	"context"
	"errors"
	"math"
	"slices"

	"github.com/streamgen/streamgen/runtime/internal/assign"
	"github.com/streamgen/streamgen/runtime/internal/poll"
	"github.com/streamgen/streamgen/runtime/query"
	"github.com/streamgen/streamgen/runtime/state"
	"github.com/streamgen/streamgen/runtime/store"
)

// A page of an answer ends with so many rows or bytes, and a look at a store with so many rows
// that do not belong to the answer.
const (
	pageRows  = 500
	pageBytes = 1 << 20
	pageLooks = 16 * pageRows
)

// local reads one task of this instance.
func (sc *scope) local(ctx context.Context, v *poll.View) (query.Cursor, error) {
	if err := sc.wait(ctx, v); err != nil {
		return nil, err
	}
	l := &local{sc: sc, v: v, part: v.Partition(), from: sc.from, to: sc.to, done: sc.empty}
	if sc.r.Uncommitted {
		return l, nil
	}
	snap, at, err := v.Snapshot(ctx, sc.p.index)
	if errors.Is(err, store.ErrInMemory) {
		return l, nil
	}
	if err != nil {
		return nil, sc.fault(ctx, l.part, err)
	}
	l.snap, l.info.Position = snap, at
	return l, nil
}

// standby reads a task that this instance follows, when it is near enough to its changelog. nil
// says that it cannot answer.
func (sc *scope) standby(g *poll.Group, t assign.Task) *local {
	if sc.r.Uncommitted || len(sc.r.AtLeast) > 0 { // it has nothing uncommitted, and knows no position
		return nil
	}
	var l *local
	_, err := g.Standby(t, func(st *store.Task, lags []int64) error {
		lag := lags[sc.p.index]
		if lag < 0 || lag > sc.r.MaxLag {
			return nil
		}
		snap, err := st.Snapshot(sc.p.index)
		if err == nil {
			l = &local{sc: sc, part: t.Partition, snap: snap, from: sc.from, to: sc.to, done: sc.empty, info: query.Info{Lag: lag, Standby: true}}
		}
		return err
	})
	if err != nil { // in memory, or going away: others are asked
		return nil
	}
	return l
}

// local is the rows of one task. What is committed on disk comes from a snapshot, the rest from
// the goroutine of the task.
type local struct {
	sc       *scope
	v        *poll.View // nil of a standby
	part     int32
	snap     *store.Snapshot // nil for reads on the task's goroutine
	info     query.Info
	from, to []byte
	done     bool
	backward []query.Row // of a descending read on the task's goroutine, once all has been read
	counted  int64
	sum      bool // the count has been given
}

// Info implements query.Cursor.
func (l *local) Info() query.Info { return l.info }

// Close implements query.Cursor.
func (l *local) Close() {
	if l.snap != nil {
		_ = l.snap.Close() // gives memory back; the rows have been read
	}
}

// Next implements query.Cursor.
func (l *local) Next(ctx context.Context) ([]query.Row, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if l.done {
			return l.last(), nil
		}
		page, err := l.read(ctx)
		if errors.Is(err, store.ErrClosed) {
			err = poll.ErrGone
		}
		if err != nil {
			return nil, l.sc.fault(ctx, l.part, err)
		}
		if l.sc.r.Count {
			l.counted += int64(len(page))
			continue
		}
		if l.snap == nil && l.sc.r.Reverse {
			l.backward = append(l.backward, page...)
			if n := l.sc.r.Limit; n > 0 && len(l.backward) > n {
				l.backward = slices.Delete(l.backward, 0, len(l.backward)-n)
			}
			continue
		}
		if len(page) > 0 {
			return page, nil
		}
	}
}

// last is what comes when everything has been read.
func (l *local) last() []query.Row {
	if l.sc.r.Count && !l.sum {
		l.sum = true
		return []query.Row{{Timestamp: l.counted, Partition: l.part}}
	}
	rows := l.backward
	l.backward = nil
	slices.Reverse(rows)
	return rows
}

// page collects the rows of one look.
type page struct {
	l     *local
	time  int64
	limit int
	rows  []query.Row
	bytes int
	looks int
	stop  []byte // the row at which it ended
	bad   error
	at    query.Position // of a read on the task's goroutine
}

// stored takes a row as it lies behind a cache.
func (p *page) stored(key, raw []byte) bool {
	value, ts, err := state.CutStored(raw, p.l.sc.p.Timestamped)
	if err != nil {
		p.bad = err
		return false
	}
	return p.row(key, value, ts)
}

// row takes a row, and says whether there is room for another.
func (p *page) row(key, value []byte, ts int64) bool {
	if !p.l.sc.p.Timestamped {
		ts = -1
	}
	if p.looks++; p.l.sc.shows(key, p.time) {
		r := query.Row{Timestamp: ts, Partition: p.l.part}
		if !p.l.sc.r.Count {
			r.Key, r.Value = bytes.Clone(key), append([]byte{}, value...)
		}
		p.rows = append(p.rows, r)
		p.bytes += len(key) + len(value)
	}
	if len(p.rows) < p.limit && p.bytes < pageBytes && p.looks < pageLooks {
		return true
	}
	p.stop = bytes.Clone(key)
	return false
}

// read reads the next page, which may be empty.
func (l *local) read(ctx context.Context) ([]query.Row, error) {
	p := &page{l: l, limit: pageRows}
	if n := l.sc.r.Limit; n > 0 && !l.sc.r.Reverse && !l.sc.r.Count {
		p.limit = min(p.limit, n)
	}
	var err error
	if l.snap != nil {
		err = l.readSnapshot(p)
	} else {
		err = l.v.Do(ctx, func(a poll.Access) error {
			// The page is this call's own: who gave up waiting does not look at it any more.
			return l.readTask(p, a)
		})
	}
	if err = errors.Join(err, p.bad); err != nil {
		return nil, err
	}
	switch {
	case p.stop == nil:
		l.done = true
	case l.snap != nil && l.sc.r.Reverse:
		l.to = p.stop
	default:
		l.from = p.stop
	}
	l.done = l.done || l.sc.r.One || l.to != nil && bytes.Compare(l.from, l.to) >= 0
	l.info.Position = l.info.Position.Merge(p.at)
	return p.rows, nil
}

func (l *local) readSnapshot(p *page) error {
	p.time = l.snap.Time()
	if l.sc.r.One {
		raw, ok, err := l.snap.Get(l.sc.r.Row)
		if err == nil && ok {
			p.stored(l.sc.r.Row, raw)
		}
		return err
	}
	first, last := l.sc.times()
	if !l.sc.r.Reverse {
		defer p.behind()
	}
	return l.snap.Scan(l.from, l.to, first, last, l.sc.r.Reverse, p.stored)
}

// behind makes the row at which an ascending page ended the one at which the next begins.
func (p *page) behind() {
	if p.stop != nil {
		p.stop = append(p.stop, 0)
	}
}

// readTask runs on the goroutine of the task.
func (l *local) readTask(p *page, a poll.Access) error {
	i, r := l.sc.p.index, &l.sc.r
	first, last := l.sc.times()
	if !r.Uncommitted {
		p.time, p.at = a.Time(i), a.Committed()
		b := a.Backend(i)
		if r.One {
			raw, ok, err := b.Get(r.Row)
			if err == nil && ok {
				p.stored(r.Row, raw)
			}
			return err
		}
		defer p.behind()
		if w, ok := b.(state.WindowBackend); ok {
			return w.ScanStarts(l.from, l.to, first, last, p.stored)
		}
		return b.Scan(l.from, l.to, p.stored)
	}
	cache, ok := a.Cache(i).(state.Peeker)
	if !ok {
		return query.Errorf(query.Unsupported, l.sc.p.name, "its uncommitted rows cannot be read")
	}
	p.time, p.at = math.MinInt64/2, a.Processed()
	if t, ok := cache.(interface{ Time() int64 }); ok {
		p.time = t.Time()
	}
	if r.One {
		value, ts, ok, err := cache.PeekOne(r.Row)
		if err == nil && ok {
			p.row(r.Row, value, ts)
		}
		return err
	}
	next, err := cache.Peek(l.from, l.to, first, last, p.limit, p.row)
	if p.behind(); p.stop == nil {
		p.stop = next
	}
	return err
}
