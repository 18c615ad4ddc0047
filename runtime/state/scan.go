package state

import (
	"bytes"
	"errors"
	"math"
)

// Scan visits present entries with from <= key < to (nil: open end) in key order,
// uncommitted ones included, until visit returns false. What is visited is settled before
// the first visit, so visit may change the store; keys stay valid during the scan. Nothing
// is spilled meanwhile.
//
//go:noinline
func (c *Cache[V]) Scan(from, to []byte, visit func(key []byte, e *Entry[V]) bool) error {
	return c.scan(from, to, 0, math.MaxInt64, visit)
}

// scan is Scan with the window starts that visit cares for.
func (c *Cache[V]) scan(from, to []byte, first, last int64, visit func(key []byte, e *Entry[V]) bool) error {
	base := len(c.refs)
	defer func() { c.refs = c.refs[:base] }()
	if err := c.collect(from, to, first, last); err != nil {
		return err
	}
	for i, end := base, len(c.refs); i < end; i++ { // visit may scan, above end
		ref := c.refs[i]
		if e := c.entry(ref); e.present && !visit(c.index.Key(ref), e) {
			break
		}
	}
	return nil
}

// behind scans the backend.
func (c *Cache[V]) behind(from, to []byte, first, last int64, visit func(key, value []byte) bool) error {
	if w, ok := c.o.Backend.(WindowBackend); ok {
		return w.ScanStarts(from, to, first, last, visit)
	}
	return c.o.Backend.Scan(from, to, visit)
}

// collect pushes the refs of a range in key order: the dirty ones merged into the
// backend's, which are admitted to the cache.
func (c *Cache[V]) collect(from, to []byte, first, last int64) error {
	if to != nil && bytes.Compare(from, to) >= 0 {
		return nil
	}
	push := func(ref uint32) bool { c.refs = append(c.refs, ref); return true }
	at := c.seekDirty(from)
	var bad error
	err := c.beneath(c.snapshot(), from, to, first, last, func(key, value []byte, spilled bool) bool {
		at = c.order.below(c.index, at, key, push)
		ref := c.index.Find(key)
		if ref != 0 && ref == c.order.at(at) {
			at = c.order.next(at)
		}
		if ref == 0 {
			e, err := c.take(key, value, spilled)
			if err != nil {
				bad = err
				return false
			}
			ref = e.ref
		}
		return push(ref)
	})
	if err = errors.Join(err, bad); err != nil {
		return err
	}
	c.order.below(c.index, at, to, push)
	return nil
}

// take admits a row from beneath.
func (c *Cache[V]) take(key, value []byte, spilled bool) (*Entry[V], error) {
	if spilled {
		return c.recall(key, value)
	}
	return c.admit(key, value, true)
}

// seekDirty brings the dirty entries into key order and finds the first one at or behind
// key.
func (c *Cache[V]) seekDirty(key []byte) place {
	if !c.order.active {
		c.order.active = true
		for i, ref := range c.log {
			if e := c.entry(ref); e.dirty && int(e.pos) == i {
				c.order.add(ref)
			}
		}
	}
	c.order.sync(c.index)
	return c.order.seek(c.index, key)
}
