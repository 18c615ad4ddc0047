package state

import "bytes"

// Memory is a Backend in memory, for in-memory stores, drivers and tests. It belongs to
// one goroutine.
type Memory struct {
	index *Index
	vals  [][]byte // by ref
	order order
}

// NewMemory returns an empty Memory.
func NewMemory() *Memory { return &Memory{index: NewIndex(), vals: make([][]byte, 1)} }

// Len is the number of keys.
func (b *Memory) Len() int { return b.index.Len() }

// Get implements Backend.
func (b *Memory) Get(key []byte) ([]byte, bool, error) {
	if ref := b.index.Find(key); ref != 0 {
		return b.vals[ref], true, nil
	}
	return nil, false, nil
}

// Put stores a copy of value; nil deletes.
func (b *Memory) Put(key, value []byte) {
	ref := b.index.Find(key)
	switch {
	case value == nil:
		if ref != 0 {
			b.delete(ref)
		}
		return
	case ref == 0:
		ref = b.index.Insert(key)
		if int(ref) == len(b.vals) {
			b.vals = append(b.vals, nil)
		}
		b.order.add(ref)
	}
	b.vals[ref] = append([]byte{}, value...)
}

func (b *Memory) delete(ref uint32) {
	b.order.remove(b.index, ref)
	b.index.Delete(ref)
	b.vals[ref] = nil
}

// DeleteFunc removes the keys for which gone says so.
func (b *Memory) DeleteFunc(gone func(key []byte) bool) {
	for ref, v := range b.vals {
		if v != nil && gone(b.index.Key(uint32(ref))) {
			b.delete(uint32(ref))
		}
	}
}

// Scan implements Backend. The store must not be changed by visit.
func (b *Memory) Scan(from, to []byte, visit func(key, value []byte) bool) error {
	b.sort()
	if to == nil || bytes.Compare(from, to) < 0 {
		b.scan(from, to, visit)
	}
	return nil
}

// sort brings the keys into order; once they are it writes nothing.
func (b *Memory) sort() {
	if !b.order.active {
		b.order.active = true
		for ref, v := range b.vals {
			if v != nil {
				b.order.add(uint32(ref))
			}
		}
	}
	if len(b.order.pending) > 0 {
		b.order.sync(b.index)
	}
}

// scan visits rows whose keys are in order.
func (b *Memory) scan(from, to []byte, visit func(key, value []byte) bool) {
	b.order.below(b.index, b.order.seek(b.index, from), to, func(ref uint32) bool {
		return visit(b.index.Key(ref), b.vals[ref])
	})
}
