package state

import "github.com/streamgen/streamgen/runtime/serde"

// Entry is one key's slot in a cache. It is valid until the next Find of another key in the
// same cache (see there) or the next Committed. It belongs to the cache's goroutine.
type Entry[V any] struct {
	Val     V
	Ts      int64          // timestamp of the last update, epoch milliseconds
	Headers []serde.Header // of the record that made the last update; a copy
	ref     uint32         // in the cache's index; 0 when the slot is free
	pos     uint32         // of its last change in the cache's log, while dirty; spilledPos
	size    uint32         // bytes of the encoded value when last seen, and of headers
	present bool
	dirty   bool
	stored  bool // the backend holds a value for the key as of the last commit
	used    bool // since the eviction hand last passed
}

// Present says whether the store holds a value for the key.
func (e *Entry[V]) Present() bool { return e.present }

// Stored says whether the key had a value at the last commit: with coalesced emission,
// whether anything has been emitted for it that a tombstone must take back.
func (e *Entry[V]) Stored() bool { return e.stored }

// page is the unit in which a cache allocates entries; entries do not move in it.
type page[V any] [1 << pageBits]Entry[V]

const (
	pageBits = 6
	pageMask = 1<<pageBits - 1
)
