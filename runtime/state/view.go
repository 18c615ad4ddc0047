package state

import (
	"bytes"
	"errors"
	"fmt"
	"math"
)

// View is a range of a store as of its creation, read when it is iterated over: it holds
// copies of the uncommitted entries only, the committed ones do not change before the next
// commit. It belongs to the cache's goroutine.
type View[V any] struct {
	c        *Cache[V]
	commits  uint64
	from, to []byte
	dirty    []viewRow[V] // ascending by key
	spilled  Snapshot     // nil without spilled rows
	window   bool
	key      []byte // window views of one key; nil for all keys
	min, max int64  // window starts shown, inclusive
}

type viewRow[V any] struct {
	key     []byte // in the index, which keeps it until the commit; a copy where it may be spilled
	val     V
	ts      int64
	present bool
}

// View captures the entries with from <= key < to (nil: open end) as of the call.
//
//go:noinline
func (c *Cache[V]) View(from, to []byte) *View[V] {
	w := &View[V]{c: c, from: bytes.Clone(from), to: bytes.Clone(to), max: math.MaxInt64}
	w.capture()
	return w
}

func (w *View[V]) capture() {
	c := w.c
	w.commits, w.spilled = c.commits, c.snapshot()
	c.order.below(c.index, c.seekDirty(w.from), w.to, func(ref uint32) bool {
		if e, key := c.entry(ref), c.index.Key(ref); w.shows(key) {
			if c.scratch != nil {
				key = bytes.Clone(key)
			}
			w.dirty = append(w.dirty, viewRow[V]{key, e.Val, e.Ts, e.present})
		}
		return true
	})
}

// shows says whether the row of key belongs to the view.
func (w *View[V]) shows(row []byte) bool {
	if !w.window {
		return true
	}
	key, start, ok := SplitKey(row)
	return ok && start >= w.min && start <= w.max && (w.key == nil || bytes.Equal(key, w.key))
}

// errStale is the answer to an iterator that was kept over a commit.
var errStale = errors.New("an iterator of a store is used after a commit; finish it in the call that made it, or make a new one")

// Each visits the rows in key order until visit returns false; it may be called more than
// once. The key is valid during the call. The store may be changed by visit. Each fails
// when the cache has committed since the view was made.
//
//go:noinline
func (w *View[V]) Each(visit func(key []byte, v V) bool) error {
	return w.EachTimed(func(key []byte, v V, _ int64) bool { return visit(key, v) })
}

// EachTimed is Each with the timestamps of the rows; -1 for committed ones of a store that
// does not keep them.
//
//go:noinline
func (w *View[V]) EachTimed(visit func(key []byte, v V, ts int64) bool) error {
	if w.commits != w.c.commits {
		return errStale
	}
	if w.to != nil && bytes.Compare(w.from, w.to) >= 0 {
		return nil
	}
	dirty, more := w.dirty, true
	// own visits the captured rows with keys below to, and says whether one has that key.
	own := func(to []byte, all bool) (same bool) {
		for len(dirty) > 0 && more {
			r := dirty[0]
			cmp := -1
			if !all {
				cmp = bytes.Compare(r.key, to)
			}
			if cmp > 0 {
				return false
			}
			dirty = dirty[1:]
			if r.present {
				more = visit(r.key, r.val, r.ts)
			}
			if cmp == 0 {
				return true
			}
		}
		return false
	}
	var bad error
	err := w.c.beneath(w.spilled, w.from, w.to, w.min, w.max, func(key, value []byte, spilled bool) bool {
		if own(key, false) || !more || !w.shows(key) {
			return more
		}
		v, ts, present, err := w.c.read(key, value, spilled)
		if err == nil && !present {
			return true
		}
		if err != nil {
			bad = err
			return false
		}
		more = visit(key, v, ts)
		return more
	})
	if err = errors.Join(err, bad); err != nil {
		return err
	}
	own(nil, true)
	return nil
}

// read decodes a row from beneath.
func (c *Cache[V]) read(key, value []byte, spilled bool) (v V, ts int64, present bool, err error) {
	if !spilled {
		v, ts, err = c.decode(key, value)
		return v, ts, true, err
	}
	r, err := cutRow(key, value)
	if err != nil || !r.present {
		return v, 0, false, err
	}
	if v, err = c.o.Decode(r.value); err != nil {
		err = fmt.Errorf("spilled value of key %q cannot be decoded: %w", key, err)
	}
	return v, r.ts, true, err
}
