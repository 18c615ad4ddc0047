package data

import "iter"

// Map is a map value. It iterates as Java's HashMap does, or, when it is linked, in the order of insertion: the order shows
// in JSON, in headers and in the bytes by which source partitions are looked up. Keys are compared as Java compares them: int32 1 and int64
// 1 are two keys. A Map belongs to one goroutine at a time; its zero value is an empty HashMap.
type Map struct {
	table   []int32 // first entry of each bucket plus one; its length is a power of two
	first   [16]int32
	entries []entry // in the order of insertion
	long    map[string]int32
	want    int // capacity of the table to come; 0 is 16
	live    int
	linked  bool
}

type entry struct {
	key, value any
	hash       int32
	next       int32 // of the bucket, plus one
	dead       bool
}

// longChain is the length of a bucket's chain from which on string keys are looked up in a Go map: texts can be chosen so that their hashes
// collide.
const longChain = 32

// NewMap returns an empty map in the order of new HashMap().
func NewMap() *Map { return &Map{} }

// NewMapSize returns an empty map in the order of new HashMap(n), where n is Java's initial capacity.
func NewMapSize(n int) *Map { return &Map{want: tableSize(n)} }

// NewLinkedMap returns an empty map in the order of insertion.
func NewLinkedMap() *Map { return &Map{linked: true} }

// Copy returns a map with the same entries, in the order of Java's new HashMap(m), which may differ from that of m.
func (m *Map) Copy() *Map {
	c := &Map{}
	if m.Len() > 0 {
		c.want = tableSize(int(float32(m.Len())/0.75 + 1))
		c.entries = make([]entry, 0, m.Len())
		for k, v := range m.All() {
			c.Put(k, v)
		}
	}
	return c
}

// tableSize returns the power of two that Java's table has for a capacity.
func tableSize(n int) int {
	size := 1
	for size < n && size < 1<<30 {
		size *= 2
	}
	return size
}

// Linked reports whether the order is that of insertion.
func (m *Map) Linked() bool { return m.linked }

// Len returns the number of entries. A nil Map has none.
func (m *Map) Len() int {
	if m == nil {
		return 0
	}
	return m.live
}

func spread(h int32) int32 { return h ^ int32(uint32(h)>>16) }

func (m *Map) bucket(h int32) int32 { return h & int32(len(m.table)-1) }

// find returns the index of the entry with the key, or -1 and the last entry of the chain, or -1.
func (m *Map) find(key any, h int32) (at, last int32) {
	if len(m.table) == 0 {
		return -1, -1
	}
	if m.long != nil {
		if text, ok := key.(string); ok {
			if i, ok := m.long[text]; ok {
				return i, -1
			}
			// Behind a long chain new entries go to the head of their bucket's chain: their order is no longer Java's, who
			// has turned the bucket into a tree.
			return -1, -1
		}
	}
	last = -1
	length := 0
	for i := m.table[m.bucket(h)] - 1; i >= 0; i = m.entries[i].next - 1 {
		e := &m.entries[i]
		if e.hash == h && sameKey(e.key, key) {
			return i, last
		}
		last = i
		if length++; length == longChain {
			m.index()
		}
	}
	return -1, last
}

func (m *Map) index() {
	if m.long != nil {
		return
	}
	m.long = make(map[string]int32, 2*len(m.entries))
	for i := range m.entries {
		if text, ok := m.entries[i].key.(string); ok && !m.entries[i].dead {
			m.long[text] = int32(i)
		}
	}
}

func sameKey(a, b any) bool {
	if x, ok := a.(string); ok {
		y, ok := b.(string)
		return ok && x == y
	}
	return Equal(a, b)
}

// Get returns the value of a key and whether there is one.
func (m *Map) Get(key any) (value any, ok bool) {
	if m.Len() == 0 {
		return nil, false
	}
	i, _ := m.find(key, spread(HashCode(key)))
	if i < 0 {
		return nil, false
	}
	return m.entries[i].value, true
}

// Put sets the value of a key. A key that is there keeps its place.
func (m *Map) Put(key, value any) {
	h := spread(HashCode(key))
	if len(m.table) == 0 {
		if m.want <= len(m.first) {
			m.table = m.first[:]
			if m.want > 0 {
				m.table = m.first[:m.want]
			}
		} else {
			m.table = make([]int32, m.want)
		}
	}
	i, last := m.find(key, h)
	if i >= 0 {
		m.entries[i].value = value
		return
	}
	m.entries = append(m.entries, entry{key: key, value: value, hash: h})
	m.live++
	n := int32(len(m.entries))
	if m.long != nil {
		if text, ok := key.(string); ok {
			m.long[text] = n - 1
			last = -1
		}
	}
	if last >= 0 {
		m.entries[last].next = n
	} else {
		b := m.bucket(h)
		m.entries[n-1].next = m.table[b]
		m.table[b] = n
	}
	if m.live > len(m.table)*3/4 && len(m.table) < 1<<30 {
		m.grow()
	}
}

// grow doubles the table. Entries keep their order within a bucket.
func (m *Map) grow() {
	old := m.table
	m.table = make([]int32, 2*len(old))
	tails := make([]int32, len(m.table))
	for _, head := range old {
		for i := head - 1; i >= 0; {
			e := &m.entries[i]
			next := e.next - 1
			e.next = 0
			b := m.bucket(e.hash)
			if tails[b] == 0 {
				m.table[b] = i + 1
			} else {
				m.entries[tails[b]-1].next = i + 1
			}
			tails[b] = i + 1
			i = next
		}
	}
}

// Delete removes a key and reports whether it was there.
func (m *Map) Delete(key any) bool {
	if m.Len() == 0 {
		return false
	}
	h := spread(HashCode(key))
	at, _ := m.find(key, h)
	if at < 0 {
		return false
	}
	b := m.bucket(h)
	if m.table[b]-1 == at {
		m.table[b] = m.entries[at].next
	} else {
		i := m.table[b] - 1
		for m.entries[i].next-1 != at {
			i = m.entries[i].next - 1
		}
		m.entries[i].next = m.entries[at].next
	}
	if text, ok := key.(string); ok && m.long != nil {
		delete(m.long, text)
	}
	m.entries[at] = entry{dead: true}
	m.live--
	return true
}

// All iterates in Java's order. The map must not be changed meanwhile, but for the value of a key that is there.
func (m *Map) All() iter.Seq2[any, any] {
	return func(yield func(any, any) bool) {
		switch {
		case m.Len() == 0:
		case m.linked:
			for i := range m.entries {
				if e := &m.entries[i]; !e.dead && !yield(e.key, e.value) {
					return
				}
			}
		default:
			for _, head := range m.table {
				for i := head - 1; i >= 0; i = m.entries[i].next - 1 {
					if e := &m.entries[i]; !yield(e.key, e.value) {
						return
					}
				}
			}
		}
	}
}

// Equal reports whether both have equal values under equal keys, in whichever order.
func (m *Map) Equal(o *Map) bool {
	if m == o {
		return true
	}
	if m == nil || o == nil || m.live != o.live {
		return false
	}
	for k, v := range m.All() {
		if w, ok := o.Get(k); !ok || !Equal(v, w) {
			return false
		}
	}
	return true
}

// String returns Java's text: {a=1, b=2}.
func (m *Map) String() string { return string(AppendText(nil, m)) }
