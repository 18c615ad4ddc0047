package state

import (
	"encoding/binary"
	"fmt"
	"math"
	"unsafe"

	"github.com/streamgen/streamgen/runtime/serde"
)

// Options configure a Cache. A plain value; one goroutine builds it.
type Options[V any] struct {
	Backend Backend
	Append  func(dst []byte, v V) ([]byte, error)
	Decode  func(src []byte) (V, error)
	// Timestamped values lie in the backend as ts int64 ++ value, as in Kafka Streams'
	// timestamped stores; changelog records carry the value alone. Without it an entry's
	// timestamp is forgotten with the commit, and -1.
	Timestamped bool
	// Coalesced says that what happened to a key between two commits counts as one change: a
	// key that had no value at the last one and has none now did not change.
	Coalesced bool
	// EveryWrite has EachDirty visit every change, as Kafka Streams logs those of a store
	// without a cache, and not only the last one of each key (S183). Their bytes stay in memory
	// until the commit, whatever the room.
	EveryWrite bool
	// Uncached says that Kafka Streams has no cache in front of a store of sessions: its updates
	// are forwarded one by one, or when they close.
	Uncached bool
	// Budget bounds the bytes of clean entries kept after a commit.
	Budget int64

	window bool // keys end in a window start
}

// Cache is the typed write-back cache of one store. It belongs to one goroutine.
//
// A hit takes no allocation and makes no indirect call: Find, Set and Delete are static
// down to the bytes. What calls a codec or the backend is in methods of their own: load,
// EachDirty, Scan and View.
type Cache[V any] struct {
	finds, misses int64 // lookups, and those that the backend was asked for
	o             Options[V]
	index         *Index
	pages         []*page[V] // entries by ref
	log           []uint32   // refs in the order of changes; an entry's pos names its last one
	dirty         int        // entries that are dirty
	walking       bool       // the log is being read: it must not be shortened
	order         order      // dirty entries in key order, once the store is scanned
	base          int64      // bytes of an entry beside its key, value and headers
	bytes         int64
	dirtyBytes    int64
	bound         int64   // of dirtyBytes; beyond it the cache asks its room for more
	room          *Room   // nil without a scratch
	scratch       Scratch // where changes go for which there is no room
	spilled       int     // rows put into the scratch since the last commit
	mean          int64   // moving average of encoded values: the guess for a new one
	hand          uint32
	commits       uint64
	buf           []byte
	row           []byte
	refs          []uint32 // stack of the scans in progress
	writes        writes   // with EveryWrite
	gone          int64    // of windows: the highest start of a row that may be outside of the memory
}

// slotBytes is what an index spends per key: a slot at 5/8 load and a loc.
const slotBytes = 16*8/5 + 8

// NewCache returns an empty cache in front of o.Backend.
func NewCache[V any](o Options[V]) *Cache[V] {
	c := &Cache[V]{o: o, index: NewIndex(), base: int64(unsafe.Sizeof(Entry[V]{})) + slotBytes, bound: math.MaxInt64}
	if b, ok := o.Backend.(Spiller); ok {
		if s, room := b.Scratch(); s != nil {
			c.scratch, c.room, c.bound = s, room, 0
			room.dirty = append(room.dirty, &c.dirtyBytes)
		}
	}
	return c
}

// Find returns the entry of key, loading it from the backend on a miss. The entry of
// a key without a value is returned too, not present.
//
// Find may put other entries out of memory. So an entry, and the slices that came with it,
// is valid until the next Find of another key in the same cache: who needs two keys of one
// store copies what it read of the first, or finds it again. Entries of two caches do not
// disturb each other, and Set and Delete disturb none. What Scan and Pending visit stays
// while they visit it.
func (c *Cache[V]) Find(key []byte) (*Entry[V], error) {
	c.finds++
	if ref := c.index.Find(key); ref != 0 && c.dirtyBytes <= c.bound {
		e := c.entry(ref)
		e.used = true
		return e, nil
	}
	return c.load(key)
}

func (c *Cache[V]) entry(ref uint32) *Entry[V] { return &c.pages[ref>>pageBits][ref&pageMask] }

//go:noinline
func (c *Cache[V]) load(key []byte) (*Entry[V], error) {
	if c.room != nil {
		over := c.dirtyBytes > c.bound
		if err := c.relieve(); err != nil {
			return nil, err
		}
		if over { // it may have been a hit
			if ref := c.index.Find(key); ref != 0 {
				e := c.entry(ref)
				e.used = true
				return e, nil
			}
		}
	}
	if c.spilled > 0 {
		if row, ok, err := c.scratch.Get(key); err != nil {
			return nil, err
		} else if ok {
			return c.recall(key, row)
		}
	}
	c.misses++
	raw, ok, err := c.o.Backend.Get(key)
	if err != nil {
		return nil, err
	}
	return c.admit(key, raw, ok)
}

// Lookups returns how often an entry was looked for, and how often the backend had to be asked.
func (c *Cache[V]) Lookups() (finds, misses int64) { return c.finds, c.misses }

// admit makes the clean entry of a key that has none, from what the backend holds.
func (c *Cache[V]) admit(key, raw []byte, ok bool) (*Entry[V], error) {
	var v V
	var ts int64
	if ok {
		var err error
		if v, ts, err = c.decode(key, raw); err != nil {
			return nil, err
		}
	}
	e := c.place(key)
	*e = Entry[V]{Val: v, Ts: ts, ref: e.ref, present: ok, stored: ok, used: true, size: clampSize(len(raw))}
	c.bytes += c.weigh(e)
	return e, nil
}

// absent makes the clean entry of a key that neither memory nor backend hold.
func (c *Cache[V]) absent(key []byte) *Entry[V] {
	e := c.place(key)
	*e = Entry[V]{ref: e.ref, used: true}
	c.bytes += c.weigh(e)
	return e
}

// place returns an empty entry for a key that has none.
func (c *Cache[V]) place(key []byte) *Entry[V] {
	ref := c.index.Insert(key)
	for int(ref>>pageBits) >= len(c.pages) {
		c.pages = append(c.pages, new(page[V]))
	}
	e := c.entry(ref)
	e.ref = ref
	return e
}

func (c *Cache[V]) decode(key, raw []byte) (v V, ts int64, err error) {
	ts = -1
	if c.o.Timestamped {
		if len(raw) < 8 {
			return v, 0, fmt.Errorf("stored value of key %q has %d bytes, less than its timestamp", key, len(raw))
		}
		ts, raw = int64(binary.BigEndian.Uint64(raw)), raw[8:]
	}
	if v, err = c.o.Decode(raw); err != nil {
		err = fmt.Errorf("stored value of key %q cannot be decoded: %w", key, err)
	}
	return v, ts, err
}

// weigh is the bytes an entry stands for.
func (c *Cache[V]) weigh(e *Entry[V]) int64 {
	return c.base + int64(c.index.locs[e.ref].n) + int64(e.size)
}

func clampSize(n int) uint32 { return uint32(min(n, math.MaxUint32)) }

// Set stores v for the entry's key; h is copied.
func (c *Cache[V]) Set(e *Entry[V], v V, ts int64, h []serde.Header) {
	e.Val, e.Ts, e.present = v, ts, true
	c.touch(e, h)
}

// Delete removes the value of the entry's key.
func (c *Cache[V]) Delete(e *Entry[V], ts int64, h []serde.Header) {
	var zero V
	e.Val, e.Ts, e.present = zero, ts, false
	c.touch(e, h)
}

// touch makes e the entry changed last. A log of refs gives last-update order without a
// linked list, whose neighbours would be three more cache misses per change.
func (c *Cache[V]) touch(e *Entry[V], h []serde.Header) {
	if c.o.EveryWrite {
		c.note(e)
	}
	if len(h) != 0 || e.Headers != nil {
		c.keepHeaders(e, h)
	}
	if !e.dirty {
		c.soil(e)
	} else if int(e.pos) == len(c.log)-1 {
		return
	}
	if len(c.log) > 1024 && len(c.log) > 4*c.dirty {
		c.shorten()
	}
	e.pos = uint32(len(c.log))
	c.log = append(c.log, e.ref)
}

func (c *Cache[V]) soil(e *Entry[V]) {
	e.dirty = true
	e.pos = math.MaxUint32
	if e.size == 0 {
		e.size = uint32(c.mean)
		c.bytes += c.mean
	}
	c.dirty++
	c.dirtyBytes += c.weigh(e)
	c.order.add(e.ref)
}

// shorten drops the changes from the log that later ones of the same entry made moot. It
// runs when three of four are, so a change pays for one or two looks at an entry.
//
//go:noinline
func (c *Cache[V]) shorten() {
	if c.walking {
		return
	}
	n := 0
	for i, ref := range c.log {
		if e := c.entry(ref); e.dirty && int(e.pos) == i {
			e.pos = uint32(n)
			c.log[n] = ref
			n++
		}
	}
	c.log = c.log[:n]
}

//go:noinline
func (c *Cache[V]) keepHeaders(e *Entry[V], h []serde.Header) {
	size := int64(e.size) - headerBytes(e.Headers) + headerBytes(h)
	c.resize(e, int(max(0, size)))
	e.Headers = append([]serde.Header(nil), h...)
}

func headerBytes(h []serde.Header) int64 {
	n := 0
	for i := range h {
		n += len(h[i].Key) + len(h[i].Value) + int(unsafe.Sizeof(h[i]))
	}
	return int64(n)
}

// resize corrects the bytes that e's value and headers take.
func (c *Cache[V]) resize(e *Entry[V], size int) {
	d := int64(clampSize(size)) - int64(e.size)
	e.size = clampSize(size)
	c.bytes += d
	if e.dirty {
		c.dirtyBytes += d
	}
}

// walk visits the dirty entries in the order of their last change.
func (c *Cache[V]) walk(visit func(e *Entry[V]) error) error {
	outer := c.walking
	c.walking = true
	defer func() { c.walking = outer }()
	for i := 0; i < len(c.log); i++ {
		if e := c.entry(c.log[i]); e.dirty && int(e.pos) == i {
			if err := visit(e); err != nil {
				return err
			}
		}
	}
	return nil
}

// Pending visits the entries changed since the last Committed in the order of their
// last update; one that visit changes comes again. The slices and the entry are valid
// during the call.
func (c *Cache[V]) Pending(visit func(key []byte, e *Entry[V]) error) error {
	if err := c.pendingSpilled(visit); err != nil {
		return err
	}
	return c.walk(func(e *Entry[V]) error { return visit(c.index.Key(e.ref), e) })
}

// EachDirty implements Store.
//
//go:noinline
func (c *Cache[V]) EachDirty(put func(key, value []byte, ts int64) error) error {
	if c.o.EveryWrite {
		if err := c.writes.each(put); err != nil {
			return err
		}
		put = func(_, _ []byte, _ int64) error { return nil }
	}
	if err := c.dirtySpilled(put); err != nil {
		return err
	}
	return c.walk(func(e *Entry[V]) error {
		if c.o.Coalesced && !e.present && !e.stored {
			return nil
		}
		key := c.index.Key(e.ref)
		var val []byte
		if e.present {
			b, err := c.o.Append(c.buf[:0], e.Val)
			if err != nil {
				return fmt.Errorf("value of key %q cannot be encoded: %w", key, err)
			}
			if b == nil {
				b = []byte{}
			}
			c.buf, val = b, b
			c.mean += (int64(len(b)) - c.mean) / 8
		}
		c.resize(e, len(val)+int(headerBytes(e.Headers)))
		return put(key, val, e.Ts)
	})
}

// Old returns the value that the entry's key had at the last commit, and whether it had one:
// with coalesced emission, what was emitted for it last. It is decoded anew, so that nothing
// else can have changed it.
//
//go:noinline
func (c *Cache[V]) Old(e *Entry[V]) (v V, ok bool, err error) {
	if !e.stored {
		return v, false, nil
	}
	key := c.index.Key(e.ref)
	raw, ok, err := c.o.Backend.Get(key)
	if err != nil || !ok {
		return v, false, err
	}
	v, _, err = c.decode(key, raw)
	return v, err == nil, err
}

// Bytes implements Store.
func (c *Cache[V]) Bytes() (dirty, total int64) {
	n := int64(cap(c.writes.rows))
	return c.dirtyBytes + n, c.bytes + n
}
