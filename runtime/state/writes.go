package state

import (
	"encoding/binary"
	"fmt"
)

// writes is every change to a cache since its last commit, encoded, in order. It belongs to
// the cache's goroutine.
type writes struct {
	rows []byte
	err  error // the first change that could not be encoded
}

// note appends the change that was just made to e, where the cache is asked for every write.
// An error is the commit's: nothing has been lost before.
//
//go:noinline
func (c *Cache[V]) note(e *Entry[V]) {
	key := c.index.Key(e.ref)
	rows := append(binary.AppendUvarint(c.writes.rows, uint64(len(key))), key...)
	rows = binary.BigEndian.AppendUint64(rows, uint64(e.Ts))
	n := uint64(0) // a deletion differs from an empty value
	var val []byte
	if e.present {
		v, err := c.o.Append(c.buf[:0], e.Val)
		if err != nil {
			if c.writes.err == nil {
				c.writes.err = fmt.Errorf("value of key %q cannot be encoded: %w", key, err)
			}
			return
		}
		c.buf, val, n = v, v, uint64(len(v))+1
	}
	c.writes.rows = append(binary.AppendUvarint(rows, n), val...)
}

// each visits the changes.
func (w *writes) each(put func(key, value []byte, ts int64) error) error {
	rows := w.rows
	cut := func(n uint64) (b []byte) {
		b, rows = rows[:n:n], rows[n:]
		return b
	}
	number := func() uint64 {
		n, l := binary.Uvarint(rows)
		rows = rows[l:]
		return n
	}
	for len(rows) > 0 {
		key := cut(number())
		ts := int64(binary.BigEndian.Uint64(cut(8)))
		var val []byte
		if n := number(); n > 0 {
			val = cut(n - 1)
		}
		if err := put(key, val, ts); err != nil {
			return err
		}
	}
	return w.err
}
