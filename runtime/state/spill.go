package state

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/streamgen/streamgen/runtime/serde"
)

// Spiller is a backend that lends the cache in front of it a scratch. It travels with the
// backend and not with the Options, which are written out in generated code. It belongs to
// the goroutine of its Backend.
type Spiller interface {
	Backend
	// Scratch returns where changes go for which there is no room; nil keeps them all in
	// memory. The caches of one task share one room.
	Scratch() (s Scratch, room *Room)
}

// Scratch holds what a cache changed and had to put out of memory before its commit. Its
// owner empties it when the transaction ends, either way. Errors are the disk's. It belongs
// to the cache's goroutine.
type Scratch interface {
	// Put keeps row as the last one of key; the slices are copied.
	Put(key, row []byte) error
	// Get returns a row that is valid until the next call.
	Get(key []byte) (row []byte, found bool, err error)
	// Each visits each key once, with its last row, in the order of last Puts. Rows that
	// are Put meanwhile are not visited. The slices are valid during the call.
	Each(visit func(key, row []byte) error) error
	// Snapshot returns the rows as they are now, to be read until the transaction ends; nil
	// when there are none.
	Snapshot() Snapshot
}

// Snapshot is a Scratch at one moment. It belongs to the goroutine of its Scratch.
type Snapshot interface {
	// Rows returns those with from <= key < to (nil: open end).
	Rows(from, to []byte) (Rows, error)
}

// Rows is an iterator in ascending key order, in front of the first row. The slices are
// valid until the next call. It belongs to the goroutine of its Scratch.
type Rows interface {
	Next() bool
	Key() []byte
	Row() []byte
	// Close ends the iteration and returns what went wrong during it.
	Close() error
}

// spilledPos marks a clean entry as the copy of a row in the scratch, whose change is not
// committed.
const spilledPos = math.MaxUint32

// relieve puts entries out of memory for which there is no room: changed ones go to the
// scratch, those changed longest ago first, and clean ones, which a long record reads
// without a commit in between, are forgotten. Nothing leaves while entries are visited.
func (c *Cache[V]) relieve() error {
	if c.walking || len(c.refs) > 0 {
		return nil
	}
	if c.bytes-c.dirtyBytes > c.o.Budget+c.room.bound/8 {
		c.evict()
	}
	if c.dirtyBytes <= c.bound {
		return nil
	}
	if c.bound = c.room.grant(c.dirtyBytes); c.dirtyBytes <= c.bound {
		return nil
	}
	// Half of it, so that a burst of changes pays for one look at each.
	err := c.spill(min(c.dirtyBytes, c.room.bound) / 2)
	c.bound = c.room.grant(c.dirtyBytes)
	return err
}

// spill moves the oldest changes to the scratch until the dirty bytes are down to keep.
func (c *Cache[V]) spill(keep int64) (err error) {
	c.shorten()
	n := 0
	for n < len(c.log) && c.dirtyBytes > keep {
		e := c.entry(c.log[n])
		if err = c.spillEntry(e); err != nil {
			break
		}
		c.dirty--
		c.dirtyBytes -= c.weigh(e)
		c.remove(e)
		n++
	}
	c.spilled += n
	c.log = append(c.log[:0], c.log[n:]...)
	for i, ref := range c.log {
		c.entry(ref).pos = uint32(i)
	}
	// The key order is made anew from the log by the next scan.
	c.order.reset()
	c.order.active = false
	return err
}

// The flags of a spilled row.
const (
	rowPresent = 1 << iota
	rowStored
)

// spillEntry writes e as flags, timestamp, headers and value.
func (c *Cache[V]) spillEntry(e *Entry[V]) error {
	key := c.index.Key(e.ref)
	b := append(c.row[:0], 0)
	if e.present {
		b[0] |= rowPresent
	}
	if e.stored {
		b[0] |= rowStored
	}
	b = binary.BigEndian.AppendUint64(b, uint64(e.Ts))
	b = binary.AppendUvarint(b, uint64(len(e.Headers)))
	for i := range e.Headers {
		h := &e.Headers[i]
		b = append(binary.AppendUvarint(b, uint64(len(h.Key))), h.Key...)
		n := uint64(0) // an absent value differs from an empty one
		if h.Value != nil {
			n = uint64(len(h.Value)) + 1
		}
		b = append(binary.AppendUvarint(b, n), h.Value...)
	}
	if e.present {
		// The codec gets a buffer of its own: it may return another slice than it was given.
		v, err := c.o.Append(c.buf[:0], e.Val)
		if err != nil {
			return fmt.Errorf("value of key %q cannot be encoded: %w", key, err)
		}
		c.buf = v
		c.mean += (int64(len(v)) - c.mean) / 8
		b = append(b, v...)
	}
	c.row = b
	return c.scratch.Put(key, b)
}

// spilledRow is a row of the scratch, cut into its parts.
type spilledRow struct {
	present, stored bool
	ts              int64
	headers         []serde.Header // copies
	value           []byte         // aliases the row; not nil when present
}

func cutRow(key, row []byte) (r spilledRow, err error) {
	bad := fmt.Errorf("spilled row of key %q has %d bytes that make no sense; the disk is damaged", key, len(row))
	if len(row) < 9 {
		return r, bad
	}
	r.present, r.stored = row[0]&rowPresent != 0, row[0]&rowStored != 0
	r.ts, row = int64(binary.BigEndian.Uint64(row[1:])), row[9:]
	number := func() (uint64, bool) {
		n, l := binary.Uvarint(row)
		if l <= 0 {
			return 0, false
		}
		row = row[l:]
		return n, true
	}
	n, ok := number()
	if !ok || n > uint64(len(row)) {
		return r, bad
	}
	for range n {
		var h serde.Header
		l, ok := number()
		if !ok || l > uint64(len(row)) {
			return r, bad
		}
		h.Key, row = string(row[:l]), row[l:]
		if l, ok = number(); !ok || l > uint64(len(row))+1 {
			return r, bad
		}
		if l > 0 {
			h.Value, row = append([]byte{}, row[:l-1]...), row[l-1:]
		}
		r.headers = append(r.headers, h)
	}
	r.value = row
	return r, nil
}

// recall makes an entry of a spilled row again. It is clean until it is changed: the row
// stays what the commit writes.
func (c *Cache[V]) recall(key, row []byte) (*Entry[V], error) {
	r, err := cutRow(key, row)
	if err != nil {
		return nil, err
	}
	var v V
	if r.present {
		if v, err = c.o.Decode(r.value); err != nil {
			return nil, fmt.Errorf("spilled value of key %q cannot be decoded: %w", key, err)
		}
	}
	e := c.place(key)
	*e = Entry[V]{Val: v, Ts: r.ts, Headers: r.headers, ref: e.ref, pos: spilledPos,
		present: r.present, stored: r.stored, used: true,
		size: clampSize(len(r.value) + int(headerBytes(r.headers)))}
	c.bytes += c.weigh(e)
	return e, nil
}

// eachSpilled visits the rows of the scratch that no later change in memory overrides.
func (c *Cache[V]) eachSpilled(visit func(key, row []byte) error) error {
	if c.spilled == 0 {
		return nil
	}
	outer := c.walking
	c.walking = true
	defer func() { c.walking = outer }()
	return c.scratch.Each(func(key, row []byte) error {
		if ref := c.index.Find(key); ref != 0 && c.entry(ref).dirty {
			return nil
		}
		return visit(key, row)
	})
}

// pendingSpilled is Pending for the rows of the scratch. What it recalls leaves the memory
// again, unless visit has changed it.
func (c *Cache[V]) pendingSpilled(visit func(key []byte, e *Entry[V]) error) error {
	return c.eachSpilled(func(key, row []byte) error {
		if ref := c.index.Find(key); ref != 0 {
			return visit(c.index.Key(ref), c.entry(ref))
		}
		e, err := c.recall(key, row)
		if err != nil {
			return err
		}
		err = visit(c.index.Key(e.ref), e)
		if !e.dirty && len(c.refs) == 0 {
			c.remove(e)
		}
		return err
	})
}

// dirtySpilled is EachDirty for the rows of the scratch: their values are encoded already.
func (c *Cache[V]) dirtySpilled(put func(key, value []byte, ts int64) error) error {
	return c.eachSpilled(func(key, row []byte) error {
		r, err := cutRow(key, row)
		if err != nil {
			return err
		}
		if !r.present {
			if c.o.Coalesced && !r.stored {
				return nil
			}
			r.value = nil
		}
		return put(key, r.value, r.ts)
	})
}

// settleSpilled makes the copies of spilled rows clean ones of committed rows.
func (c *Cache[V]) settleSpilled() {
	if c.spilled == 0 {
		return
	}
	c.spilled = 0
	for _, p := range c.pages {
		for i := range p {
			e := &p[i]
			if e.ref == 0 || e.dirty || e.pos != spilledPos {
				continue
			}
			e.pos, e.stored = 0, e.present
			c.dropHeaders(e)
		}
	}
}

// snapshot returns the scratch as it is now, nil when it holds nothing.
func (c *Cache[V]) snapshot() Snapshot {
	if c.spilled == 0 {
		return nil
	}
	return c.scratch.Snapshot()
}

// beneath scans what lies below the memory: the backend, and over it the spilled rows.
func (c *Cache[V]) beneath(s Snapshot, from, to []byte, first, last int64, visit func(key, value []byte, spilled bool) bool) (err error) {
	if s == nil {
		return c.behind(from, to, first, last, func(key, value []byte) bool { return visit(key, value, false) })
	}
	rows, err := s.Rows(from, to)
	if err != nil {
		return err
	}
	// Also when visit panics: the rows hold an iterator of a database that is closed later.
	defer func() { err = errors.Join(err, rows.Close()) }()
	ok, more := rows.Next(), true
	err = c.behind(from, to, first, last, func(key, value []byte) bool {
		for ok && more {
			cmp := bytes.Compare(rows.Key(), key)
			if cmp > 0 {
				break
			}
			more = visit(rows.Key(), rows.Row(), true)
			ok = rows.Next()
			if cmp == 0 {
				return more
			}
		}
		more = more && visit(key, value, false)
		return more
	})
	for ok && more && err == nil {
		more = visit(rows.Key(), rows.Row(), true)
		ok = rows.Next()
	}
	return err
}
