package state

// Committed implements Store.
//
//go:noinline
func (c *Cache[V]) Committed() {
	for i, ref := range c.log {
		e := c.entry(ref)
		if int(e.pos) != i || !e.dirty {
			continue
		}
		e.dirty, e.stored, e.pos = false, e.present, 0
		if !c.o.Timestamped {
			e.Ts = -1
		}
		c.dropHeaders(e)
	}
	c.settleSpilled()
	c.log, c.dirty, c.dirtyBytes = c.log[:0], 0, 0
	if c.room != nil {
		c.bound = 0 // what it was granted is free again
	}
	c.order.reset()
	c.writes = writes{}
	c.commits++
	c.evict()
	c.compact()
}

func (c *Cache[V]) dropHeaders(e *Entry[V]) {
	if e.Headers != nil {
		c.resize(e, int(max(0, int64(e.size)-headerBytes(e.Headers))))
		e.Headers = nil
	}
}

// evict removes clean entries until those that are left fit the budget. The hand goes round the
// entries as in CLOCK: one that was used since the hand last passed stays for another
// round. That keeps what is read often, as LRU would, at the price of a flag on a hit
// instead of a list.
func (c *Cache[V]) evict() {
	last := uint32(len(c.index.locs))
	for c.bytes-c.dirtyBytes > c.o.Budget && c.index.Len() > c.dirty {
		c.hand++
		if c.hand >= last {
			c.hand = 1
		}
		switch e := c.entry(c.hand); {
		case e.ref == 0 || e.dirty:
		case e.used:
			e.used = false
		default:
			c.remove(e)
		}
	}
}

// remove drops a clean entry, or one whose change the scratch holds.
func (c *Cache[V]) remove(e *Entry[V]) {
	if c.o.window {
		c.left(e)
	}
	c.bytes -= c.weigh(e)
	c.index.Delete(e.ref)
	*e = Entry[V]{}
}

// left notes of which windows not all rows are in memory any more.
//
//go:noinline
func (c *Cache[V]) left(e *Entry[V]) {
	if _, start, ok := SplitKey(c.index.Key(e.ref)); ok {
		c.gone = max(c.gone, start)
	}
}

// compact gives memory back after a burst: once three quarters of the slots are free the
// rest moves together. Entries may move here, between a commit and the next Find.
func (c *Cache[V]) compact() {
	if slots := len(c.index.locs); slots < 16<<pageBits || c.index.Len() > slots/4 {
		return
	}
	old, index := c.pages, c.index
	c.index, c.pages, c.hand = NewIndex(), nil, 0
	for _, p := range old {
		for i := range p {
			if p[i].ref == 0 {
				continue
			}
			ref := c.index.Insert(index.Key(p[i].ref))
			if int(ref>>pageBits) >= len(c.pages) {
				c.pages = append(c.pages, new(page[V]))
			}
			e := c.entry(ref)
			*e = p[i]
			e.ref = ref
		}
	}
}
