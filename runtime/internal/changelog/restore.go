package changelog

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/streamgen/streamgen/runtime/state"
)

// Target is the store that is restored; *store.Loader is one. It belongs to the goroutine
// of its Restore.
type Target interface {
	// Place appends to dst the key by which rows are to be ordered. live is false when
	// retention has dropped the row; an error says that the key cannot be of this store.
	Place(dst, key []byte) (phys []byte, live bool, err error)
	// Apply takes n rows with strictly ascending keys from Place, nil values delete, and
	// notes that the store holds everything below the changelog offset next.
	Apply(n int, at func(i int) (phys, value []byte, ts int64), next int64) error
}

// DefaultChunk is how many bytes of rows a Restore collects before it applies them. Bigger
// chunks drop more records that later ones override, and make fewer, larger tables.
const DefaultChunk = 64 << 20

// Restore collects changelog records in chunks: within a chunk the last record of a key
// wins, and a chunk goes to the target sorted, which makes it one table to be linked in
// rather than rows to be inserted. It belongs to one goroutine.
type Restore struct {
	target Target
	chunk  int
	index  *state.Index
	rows   []row // by ref
	vals   []byte
	phys   []byte
	keys   int   // bytes of keys in the chunk
	next   int64 // offset behind the last record added
	sorted []item
	Stats  Stats
}

// Stats count what a Restore has done. A plain value; it belongs to the Restore's goroutine.
type Stats struct {
	Records int64 // added
	Expired int64 // of those, dropped by retention
	Rows    int64 // handed to the target; the rest was overridden within a chunk
	Chunks  int64 // handed to the target
}

// row is the last value of a key: vals[off:off+n], in a slot of size bytes.
type row struct {
	off     int
	n, size int32
	gone    bool
	ts      int64
}

// item is a row in the sort: the first 8 bytes of the key in which keys of the chunk differ.
type item struct {
	prefix uint64
	ref    uint32
}

// rowBytes is what a row takes beside its key and value.
const rowBytes = 72

// NewRestore returns a Restore into t with chunks of about chunk bytes, DefaultChunk when
// it is 0.
func NewRestore(t Target, chunk int) *Restore {
	if chunk <= 0 {
		chunk = DefaultChunk
	}
	r := &Restore{target: t, chunk: chunk}
	r.reset()
	return r
}

func (r *Restore) reset() {
	r.index, r.rows, r.vals, r.keys = state.NewIndex(), append(r.rows[:0], row{}), r.vals[:0], 0
}

// Add takes one record; offsets ascend. value nil deletes. The slices are copied. When the
// chunk is full it is applied.
func (r *Restore) Add(key, value []byte, ts, offset int64) error {
	if key == nil {
		return fmt.Errorf("changelog record at offset %d has no key; a changelog's records always have one, so the topic is not this store's changelog", offset)
	}
	r.Stats.Records++
	r.next = offset + 1
	phys, live, err := r.target.Place(r.phys[:0], key)
	r.phys = phys
	if err != nil {
		return fmt.Errorf("changelog record at offset %d: %w", offset, err)
	}
	if !live {
		r.Stats.Expired++
		return nil
	}
	ref := r.index.Find(phys)
	if ref == 0 {
		ref = r.index.Insert(phys)
		r.rows = append(r.rows, row{})
		r.keys += len(phys)
	}
	w := &r.rows[ref]
	if len(value) > int(w.size) {
		w.off, w.size = len(r.vals), int32(len(value))
		r.vals = append(r.vals, value...)
	} else {
		copy(r.vals[w.off:], value)
	}
	w.n, w.gone, w.ts = int32(len(value)), value == nil, ts
	if r.keys+len(r.vals)+rowBytes*len(r.rows) >= r.chunk {
		return r.apply(r.next)
	}
	return nil
}

// Pending is the number of rows that wait for their chunk to be full.
func (r *Restore) Pending() int { return r.index.Len() }

// Finish applies what is pending. next is the changelog position reached, which may lie
// behind the last record added (transaction markers take offsets too). More records may be
// added afterwards: a standby goes on like this.
func (r *Restore) Finish(next int64) error { return r.apply(max(next, r.next)) }

func (r *Restore) apply(next int64) error {
	r.sort()
	err := r.target.Apply(len(r.sorted), func(i int) (phys, value []byte, ts int64) {
		ref := r.sorted[i].ref
		w := &r.rows[ref]
		if !w.gone {
			value = r.vals[w.off : w.off+int(w.n) : w.off+int(w.n)]
		}
		return r.index.Key(ref), value, w.ts
	}, next)
	if err != nil {
		return err
	}
	r.Stats.Chunks++
	r.Stats.Rows += int64(len(r.sorted))
	r.reset()
	return nil
}

// sort orders the chunk's refs by key. Keys of a store begin alike, with its number and
// often with more, so the 8 bytes behind what all of them share are compared first, out of
// the item; the keys themselves only when these are equal.
func (r *Restore) sort() {
	n := len(r.rows) - 1
	r.sorted = slices.Grow(r.sorted[:0], n)[:0]
	if n == 0 {
		return
	}
	first := r.index.Key(1)
	common := len(first)
	for ref := uint32(2); ref <= uint32(n); ref++ {
		common = sharedPrefix(first[:common], r.index.Key(ref))
	}
	for ref := uint32(1); ref <= uint32(n); ref++ {
		r.sorted = append(r.sorted, item{prefixOf(r.index.Key(ref)[common:]), ref})
	}
	slices.SortFunc(r.sorted, func(a, b item) int {
		if a.prefix != b.prefix {
			if a.prefix < b.prefix {
				return -1
			}
			return 1
		}
		return bytes.Compare(r.index.Key(a.ref), r.index.Key(b.ref))
	})
}

// sharedPrefix is the length of the prefix that a and b share.
func sharedPrefix(a, b []byte) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// prefixOf is the first 8 bytes of key as a number, zeros behind a shorter one.
func prefixOf(key []byte) uint64 {
	if len(key) >= 8 {
		return binary.BigEndian.Uint64(key)
	}
	var b [8]byte
	copy(b[:], key)
	return binary.BigEndian.Uint64(b[:])
}
