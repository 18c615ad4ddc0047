package state

// Table is a typed map by key bytes that is read much and written by one: what holds a
// global table. Get is safe for concurrent readers while Put and Delete, by one writer, are
// excluded by the caller's lock. A value that a reader got is shared: it must not be
// changed in place.
type Table[V any] struct {
	index *Index
	vals  []V // by ref
}

// NewTable returns an empty table.
func NewTable[V any]() *Table[V] { return &Table[V]{index: NewIndex(), vals: make([]V, 1)} }

// Len is the number of keys.
func (t *Table[V]) Len() int { return t.index.Len() }

// Get returns the value of key and whether there is one.
func (t *Table[V]) Get(key []byte) (V, bool) {
	ref := t.index.Find(key)
	return t.vals[ref], ref != 0
}

// Keys visits the keys in no order; they are valid until they are deleted. It is safe for
// concurrent readers, as Get is.
func (t *Table[V]) Keys(visit func(key []byte)) {
	for i := range t.index.slots {
		if s := &t.index.slots[i]; s.ref != 0 {
			visit(t.index.Key(s.ref))
		}
	}
}

// Put stores v for key; the key is copied.
func (t *Table[V]) Put(key []byte, v V) {
	ref := t.index.Find(key)
	if ref == 0 {
		ref = t.index.Insert(key)
		if int(ref) == len(t.vals) {
			t.vals = append(t.vals, v)
			return
		}
	}
	t.vals[ref] = v
}

// Delete removes the value of key, if there is one.
func (t *Table[V]) Delete(key []byte) {
	if ref := t.index.Find(key); ref != 0 {
		t.index.Delete(ref)
		var zero V
		t.vals[ref] = zero
	}
}
