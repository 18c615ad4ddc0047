package state

import "hash/maphash"

// Index maps keys, by their bytes, to small numbers, refs, from 1 up; the refs of deleted
// keys are used again. It is an open-addressing table without a pointer per key: a garbage
// collection does not look at it, and a look-up takes two dependent memory reads, slot and
// key bytes. It is deliberately not generic: a generic type's methods are reached through a
// dictionary. Find and Key are safe for concurrent readers while nobody writes; the rest
// belongs to one goroutine.
type Index struct {
	seed  maphash.Seed // of this table: keys come from outside, collisions must not be plannable
	slots []slot       // a power of two, at most 3/4 full, linear probing
	locs  []loc        // by ref
	free  []uint32     // refs
	keys  slab
	n     int
}

// slot keeps all of the hash that the table uses, so that growing and deleting do not read
// the keys, and the key's place, so that comparing does not read locs.
type slot struct{ hash, ref, at, n uint32 }

type loc struct{ at, n uint32 }

// NewIndex returns an empty index.
func NewIndex() *Index {
	return &Index{seed: maphash.MakeSeed(), slots: make([]slot, 16), locs: make([]loc, 1)}
}

// Len is the number of keys.
func (x *Index) Len() int { return x.n }

// Find returns the ref of key, 0 when it has none.
func (x *Index) Find(key []byte) uint32 {
	h := uint32(maphash.Bytes(x.seed, key))
	for i := h; ; i++ {
		s := &x.slots[i&uint32(len(x.slots)-1)]
		if s.hash == h && s.n == uint32(len(key)) && s.ref != 0 && string(x.keys.get(s.at, s.n)) == string(key) {
			return s.ref
		}
		if s.ref == 0 {
			return 0
		}
	}
}

// Key returns the key of a ref that is in use. The bytes must not be changed; they stay
// until the key is deleted.
func (x *Index) Key(ref uint32) []byte {
	l := x.locs[ref]
	return x.keys.get(l.at, l.n)
}

// Insert adds a key that is not there and returns its ref.
func (x *Index) Insert(key []byte) uint32 {
	if (x.n+1)*4 > len(x.slots)*3 {
		x.grow()
	}
	var ref uint32
	if l := len(x.free); l > 0 {
		ref = x.free[l-1]
		x.free = x.free[:l-1]
	} else {
		ref = uint32(len(x.locs))
		x.locs = append(x.locs, loc{})
	}
	l := loc{x.keys.put(key), uint32(len(key))}
	x.locs[ref] = l
	x.place(slot{uint32(maphash.Bytes(x.seed, key)), ref, l.at, l.n})
	x.n++
	return ref
}

func (x *Index) place(s slot) {
	mask := uint32(len(x.slots) - 1)
	i := s.hash & mask
	for x.slots[i].ref != 0 {
		i = (i + 1) & mask
	}
	x.slots[i] = s
}

func (x *Index) grow() {
	old := x.slots
	x.slots = make([]slot, 2*len(old))
	for _, s := range old {
		if s.ref != 0 {
			x.place(s)
		}
	}
}

// Delete removes the key of a ref that is in use; the ref may then be given to another.
func (x *Index) Delete(ref uint32) {
	l := x.locs[ref]
	mask := uint32(len(x.slots) - 1)
	i := uint32(maphash.Bytes(x.seed, x.keys.get(l.at, l.n))) & mask
	for x.slots[i].ref != ref {
		i = (i + 1) & mask
	}
	// Close the gap: a later slot of the run moves into it unless its home lies behind the
	// gap, so that every key stays reachable from its home without tombstones.
	for j := (i + 1) & mask; x.slots[j].ref != 0; j = (j + 1) & mask {
		home := x.slots[j].hash & mask
		if (j-home)&mask >= (j-i)&mask {
			x.slots[i] = x.slots[j]
			i = j
		}
	}
	x.slots[i] = slot{}
	x.keys.drop(l.at, l.n)
	x.free = append(x.free, ref)
	x.n--
}
