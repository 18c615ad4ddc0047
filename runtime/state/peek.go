package state

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// Peeker is a cache that shows what it holds, uncommitted changes included, to somebody who
// asks from outside: as bytes, and without a trace in the cache. It belongs to the cache's
// goroutine.
type Peeker interface {
	// PeekOne returns the value of a row key, its timestamp (-1 where none is kept), and whether
	// there is one.
	PeekOne(key []byte) (value []byte, ts int64, ok bool, err error)
	// Peek visits present rows with from <= key < to (nil: open end) in ascending key order
	// until visit returns false. It looks at about limit changed rows: when there are more it
	// stops early and returns the key at which to go on, else nil. Rows whose window start
	// (session end) lies outside first and last may be left out. The slices are valid during
	// the call.
	Peek(from, to []byte, first, last int64, limit int, visit func(key, value []byte, ts int64) bool) (next []byte, err error)
}

var _ Peeker = (*Cache[int64])(nil)

// PeekOne implements Peeker. What it reads does not enter the cache: it is nobody's working
// set.
//
//go:noinline
func (c *Cache[V]) PeekOne(key []byte) ([]byte, int64, bool, error) {
	if ref := c.index.Find(key); ref != 0 {
		e := c.entry(ref)
		if !e.present {
			return nil, 0, false, nil
		}
		v, err := c.peekValue(e)
		return v, e.Ts, true, err
	}
	if c.spilled > 0 {
		if row, ok, err := c.scratch.Get(key); err != nil {
			return nil, 0, false, err
		} else if ok {
			r, err := cutRow(key, row)
			return r.value, r.ts, r.present, err
		}
	}
	raw, ok, err := c.o.Backend.Get(key)
	if err != nil || !ok {
		return nil, 0, false, err
	}
	v, ts, err := CutStored(raw, c.o.Timestamped)
	return v, ts, true, err
}

func (c *Cache[V]) peekValue(e *Entry[V]) ([]byte, error) {
	v, err := c.o.Append(nil, e.Val)
	if err != nil {
		return nil, fmt.Errorf("value of key %q cannot be encoded: %w", c.index.Key(e.ref), err)
	}
	return v, nil
}

// CutStored cuts a value as it lies behind a cache into its timestamp, -1 where the store keeps
// none, and the value itself.
func CutStored(raw []byte, timestamped bool) (value []byte, ts int64, err error) {
	if !timestamped {
		return raw, -1, nil
	}
	if len(raw) < 8 {
		return nil, 0, fmt.Errorf("a stored value has %d bytes, less than its timestamp", len(raw))
	}
	return raw[8:], int64(binary.BigEndian.Uint64(raw)), nil
}

// Peek implements Peeker. The changed rows are chosen by a look at all of them: keeping them in
// order would cost each later change of the store something.
//
//go:noinline
func (c *Cache[V]) Peek(from, to []byte, first, last int64, limit int, visit func(key, value []byte, ts int64) bool) (next []byte, err error) {
	dirty, next := c.lowestDirty(from, to, max(limit, 1))
	if next != nil {
		to = next
	}
	if to != nil && bytes.Compare(from, to) >= 0 {
		return next, nil
	}
	more := true
	show := func(ref uint32) {
		e := c.entry(ref)
		if !e.present {
			return
		}
		v, verr := c.peekValue(e)
		if verr != nil {
			err, more = verr, false
			return
		}
		more = visit(c.index.Key(ref), v, e.Ts)
	}
	berr := c.beneath(c.snapshot(), from, to, first, last, func(key, raw []byte, spilled bool) bool {
		for len(dirty) > 0 && more {
			cmp := bytes.Compare(c.index.Key(dirty[0]), key)
			if cmp > 0 {
				break
			}
			show(dirty[0])
			dirty = dirty[1:]
			if cmp == 0 {
				return more
			}
		}
		if !more {
			return false
		}
		if spilled {
			r, rerr := cutRow(key, raw)
			if rerr != nil {
				err, more = rerr, false
			} else if r.present {
				more = visit(key, r.value, r.ts)
			}
			return more
		}
		v, ts, verr := CutStored(raw, c.o.Timestamped)
		if verr != nil {
			err, more = verr, false
			return false
		}
		more = visit(key, v, ts)
		return more
	})
	if err = errors.Join(err, berr); err != nil {
		return nil, err
	}
	for len(dirty) > 0 && more {
		show(dirty[0])
		dirty = dirty[1:]
	}
	return next, err
}

// lowestDirty returns the limit lowest changed keys of a range, in order, and the next one.
func (c *Cache[V]) lowestDirty(from, to []byte, limit int) (refs []uint32, next []byte) {
	compare := func(a, b uint32) int { return bytes.Compare(c.index.Key(a), c.index.Key(b)) }
	for i, ref := range c.log {
		if e := c.entry(ref); !e.dirty || int(e.pos) != i {
			continue
		}
		key := c.index.Key(ref)
		if bytes.Compare(key, from) < 0 || to != nil && bytes.Compare(key, to) >= 0 {
			continue
		}
		if refs = append(refs, ref); len(refs) > 3*limit+64 {
			slices.SortFunc(refs, compare)
			refs = refs[:limit+1]
		}
	}
	slices.SortFunc(refs, compare)
	if len(refs) > limit {
		return refs[:limit], bytes.Clone(c.index.Key(refs[limit]))
	}
	return refs, nil
}
