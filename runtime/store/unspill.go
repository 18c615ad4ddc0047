package store

import (
	"bytes"
	"encoding/binary"
	"slices"

	"github.com/cockroachdb/pebble/v2/sstable"
)

// unspill applies the rows of a transaction that has spilled. Few go into the batch. Many
// become one sorted table together with the offsets and times of the commit, so that it
// appears whole or not at all; what the batch says of those afterwards is the same. The
// commits before this one are flushed first, since the table is durable at once and they
// would be missed below it after a crash.
func (b *Batch) unspill(lows []int64) error {
	if b.spilled == 0 {
		return nil
	}
	byNumber := map[uint16]int{}
	for i, tab := range b.t.tables {
		if tab.mem == nil {
			byNumber[tab.number] = i
		}
	}
	// gone says that retention drops the row with this commit.
	gone := func(phys []byte) bool {
		i, ok := byNumber[binary.BigEndian.Uint16(phys)]
		return ok && b.t.tables[i].spec.Window && segmentOf(phys) < lows[i]
	}
	s := &b.t.spill
	if b.spilled < s.bulk {
		return s.eachWrite(func(phys, value []byte) error {
			switch {
			case gone(phys):
				return nil
			case value == nil:
				return b.b.Delete(phys, nil)
			}
			return b.b.Set(phys, value, nil)
		})
	}
	if err := b.t.release(); err != nil {
		return err
	}
	if err := b.t.run(b.t.db.Flush); err != nil {
		return err
	}
	return b.t.ingest(func(w *sstable.Writer) (rows int, err error) {
		for _, m := range b.marks() {
			if err := w.Set(m.key, m.value); err != nil {
				return 0, err
			}
		}
		err = s.eachWrite(func(phys, value []byte) error {
			if gone(phys) {
				return nil
			}
			rows++
			if value == nil {
				return w.Delete(phys)
			}
			return w.Set(phys, value)
		})
		return rows, err
	})
}

// metaRow is one of the database's own records.
type metaRow struct{ key, value []byte }

// marks returns the offsets and times that the commit moves, by ascending key.
func (b *Batch) marks() []metaRow {
	var rows []metaRow
	add := func(kind byte, tab *table, v int64) {
		rows = append(rows, metaRow{metaKey(kind, tab.number), binary.BigEndian.AppendUint64(nil, uint64(v))})
	}
	for i, tab := range b.t.tables {
		if tab.mem != nil {
			continue
		}
		if b.known[i] {
			add(kindOffset, tab, b.offsets[i])
		}
		if b.times[i] > tab.time {
			add(kindTime, tab, b.times[i])
		}
	}
	slices.SortFunc(rows, func(a, b metaRow) int { return bytes.Compare(a.key, b.key) })
	return rows
}
