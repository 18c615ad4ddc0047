package store

import (
	"encoding/binary"
	"fmt"

	"github.com/cockroachdb/pebble/v2"

	"github.com/streamgen/streamgen/runtime/state"
)

// Batch is what one commit changes in a task: rows and changelog offsets, applied whole or
// not at all. It belongs to the task's goroutine. Build one per commit, then either Commit
// or Discard it.
type Batch struct {
	t       *Task
	b       *pebble.Batch // nil when every store is in memory
	spilled int           // rows in the spill, where they all go once the transaction has spilled
	key     []byte
	mem     []memRow
	arena   []byte
	times   []int64 // per store, the highest window start put; -1 for none
	offsets []int64 // per store; valid with known
	known   []bool
}

// memRow is a change to a store in memory, as offsets into the arena.
type memRow struct {
	store           int
	key, value, end int
	gone            bool
}

// NewBatch returns an empty batch.
func (t *Task) NewBatch() *Batch {
	n := len(t.tables)
	b := &Batch{t: t, times: make([]int64, n), offsets: make([]int64, n), known: make([]bool, n)}
	for i := range b.times {
		b.times[i] = -1
	}
	if t.db != nil {
		b.b = t.db.NewBatch()
	}
	return b
}

// Put sets the row key of store i to value, nil deletes it. ts is the value's timestamp,
// kept by timestamped stores. Rows of windows that retention has dropped already are left
// out. The slices are copied.
func (b *Batch) Put(i int, key, value []byte, ts int64) error {
	tab := b.t.tables[i]
	phys, err := tab.appendKey(b.key[:0], key)
	b.key = phys
	if err != nil {
		return err
	}
	if tab.spec.Window {
		at := tab.rowTime(key)
		b.times[i] = max(b.times[i], at)
		if at/tab.interval < tab.low {
			return nil
		}
	}
	if tab.mem != nil {
		m := memRow{store: i, key: len(b.arena), gone: value == nil}
		b.arena = append(b.arena, key...)
		m.value = len(b.arena)
		if value != nil {
			b.arena = tab.appendValue(b.arena, value, ts)
		}
		m.end = len(b.arena)
		b.mem = append(b.mem, m)
		return nil
	}
	if b.t.Spilled() {
		b.spilled++
		return b.t.spill.write(tab, phys, value, ts)
	}
	return tab.write(b.b, phys, value, ts)
}

// write puts a row under its physical key into a Pebble batch.
func (t *table) write(b *pebble.Batch, phys, value []byte, ts int64) error {
	if value == nil {
		return b.Delete(phys, nil)
	}
	n := len(value)
	if t.spec.Timestamped {
		n += 8
	}
	op := b.SetDeferred(len(phys), n)
	copy(op.Key, phys)
	t.appendValue(op.Value[:0], value, ts)
	return op.Finish()
}

// appendValue appends value as it lies in the store.
func (t *table) appendValue(dst, value []byte, ts int64) []byte {
	if t.spec.Timestamped {
		dst = binary.BigEndian.AppendUint64(dst, uint64(ts))
	}
	return append(dst, value...)
}

// rowTime is the time of a row key that appendKey has accepted.
func (t *table) rowTime(row []byte) int64 {
	at, _ := state.RowTime(row, t.spec.Session)
	return at
}

// SetOffset says that with this batch store i holds everything below the changelog offset
// next.
func (b *Batch) SetOffset(i int, next int64) { b.offsets[i], b.known[i] = next, true }

// Len is the size of the rows in bytes.
func (b *Batch) Len() int {
	n := len(b.arena)
	if b.b != nil {
		n += b.b.Len()
	}
	return n
}

// Commit applies the batch: all of it is visible to the backends when Commit returns nil.
// After an error the task is not usable any more: it can only be closed. Commit waits while
// the database is behind with writing to disk; when that has been failing for
// Options.Patience, without any success in between, Commit fails.
func (b *Batch) Commit() error {
	if err := b.commit(); err != nil {
		b.Discard()
		return fmt.Errorf("task %s: state in %s cannot be written: %w; %s", b.t.id, b.t.dir, err, cure(err))
	}
	return nil
}

func (b *Batch) commit() error {
	if b.t.damaged.Load() {
		return errDamaged
	}
	lows := make([]int64, len(b.times))
	for i, tab := range b.t.tables {
		lows[i] = tab.low
		if now := b.times[i]; now > tab.time {
			lows[i] = max(tab.low, tab.firstLive(now))
		}
	}
	if err := b.unspill(lows); err != nil {
		return err
	}
	for i, tab := range b.t.tables {
		if tab.mem != nil {
			continue
		}
		if b.known[i] {
			if err := setInt(b.b, metaKey(kindOffset, tab.number), b.offsets[i]); err != nil {
				return err
			}
		}
		if err := tab.advance(b.b, b.times[i], lows[i]); err != nil {
			return err
		}
	}
	if b.b != nil && !b.b.Empty() {
		if err := b.t.release(); err != nil {
			return err
		}
		rows := b.b
		if err := b.t.run(func() error { return rows.Commit(pebble.NoSync) }); err != nil {
			return err
		}
		if err := b.t.flushLate(); err != nil {
			return err
		}
	}
	for _, m := range b.mem {
		var v []byte
		if !m.gone {
			v = b.arena[m.value:m.end:m.end]
		}
		b.t.tables[m.store].mem.Put(b.arena[m.key:m.value], v)
	}
	for i, tab := range b.t.tables {
		if tab.mem != nil && lows[i] > tab.low {
			tab.expire(lows[i])
		}
		tab.low, tab.time = lows[i], max(tab.time, b.times[i])
		if b.known[i] {
			tab.next, tab.known = b.offsets[i], true
		}
	}
	b.spilled = 0
	b.Discard()
	return b.t.spill.drop()
}

// advance moves the store's time to now in the batch, and drops the segments below low.
func (t *table) advance(b *pebble.Batch, now, low int64) error {
	if now <= t.time {
		return nil
	}
	if err := setInt(b, metaKey(kindTime, t.number), now); err != nil || low == t.low {
		return err
	}
	return b.DeleteRange(t.appendSegment(nil, 0), t.appendSegment(nil, low), nil)
}

func setInt(b *pebble.Batch, key []byte, v int64) error {
	return b.Set(key, binary.BigEndian.AppendUint64(nil, uint64(v)), nil)
}

// Discard drops the batch, as after an abort. It may be called after Commit.
func (b *Batch) Discard() {
	if b.b != nil && !b.t.given {
		// Close only gives the memory back; it fails on a second call alone.
		_ = b.b.Close()
	}
	b.b = nil
	b.mem, b.arena = nil, nil
	if b.spilled > 0 {
		b.spilled = 0
		if err := b.t.spill.forget(); err != nil {
			// The next batch would carry rows of this one.
			b.t.damaged.Store(true)
		}
	}
}
