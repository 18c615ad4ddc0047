package changelog

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// chunk holds records in the order in which they came, one behind the other in one slice:
// a header of 16 bytes, the key, the value. Nothing is looked up while it fills; sorting
// puts records of the same key beside each other, and the last of them wins. It belongs to
// one goroutine at a time.
type chunk struct {
	buf    []byte
	n      int    // records in buf
	common int    // how many bytes all keys share at their beginning
	items  []item // made by sort: the winners, by ascending key
	spare  []item
	seen   byte // keeps row's loads from being optimised away
	pooled bool // it belongs to Buffers
}

// item is a record in the sort: the first 8 bytes of the key in which keys of the chunk
// differ, and where in buf the record is.
type item struct {
	prefix uint64
	at     uint32
}

// The header: the key's length with the flag lost, the value's length or -1, the timestamp.
const (
	headerLen = 16
	lost      = 1 << 31 // another record of the same key comes later
)

// sortBytes is what the sort needs for a record beside its bytes.
const sortBytes = 2 * 16

// maxChunk keeps places in a chunk within 32 bits.
const maxChunk = 1 << 31

// size is the memory in bytes that the chunk takes, once it is sorted.
func (c *chunk) size() int { return len(c.buf) + sortBytes*c.n }

func (c *chunk) reset() {
	c.buf, c.n, c.items = c.buf[:0], 0, c.items[:0]
}

// room makes room for n more bytes by doubling, so that a chunk that fills to its end is
// copied little and one that stays small is small.
func (c *chunk) room(n, limit int) {
	if need := len(c.buf) + n; need > cap(c.buf) {
		next := make([]byte, len(c.buf), max(need, min(2*cap(c.buf), limit), 4<<10))
		copy(next, c.buf)
		c.buf = next
	}
}

// begin returns the slice that the key of the next record is to be appended to; end takes it
// back. Without an end there is no record.
func (c *chunk) begin() []byte { return c.buf[:len(c.buf)+headerLen] }

func (c *chunk) end(withKey, value []byte, ts int64) {
	at := len(c.buf)
	n := len(withKey) - at - headerLen
	c.buf = append(withKey, value...)
	size := int32(len(value))
	if value == nil {
		size = -1
	}
	head := c.buf[at : at+headerLen]
	binary.LittleEndian.PutUint32(head, uint32(n))
	binary.LittleEndian.PutUint32(head[4:], uint32(size))
	binary.LittleEndian.PutUint64(head[8:], uint64(ts))
	key := c.buf[at+headerLen : at+headerLen+n]
	if c.n++; c.n == 1 {
		c.common = n
		return
	}
	first := c.key(0)
	if n < c.common || string(first[:c.common]) != string(key[:c.common]) {
		c.common = sharedPrefix(first[:c.common], key)
	}
}

func (c *chunk) key(at uint32) []byte {
	n := binary.LittleEndian.Uint32(c.buf[at:]) &^ lost
	return c.buf[at+headerLen : at+headerLen+n : at+headerLen+n]
}

// record returns what lies at a place; value is nil for a deletion.
func (c *chunk) record(at uint32) (key, value []byte, ts int64) {
	head := c.buf[at : at+headerLen]
	n, size := binary.LittleEndian.Uint32(head)&^lost, int32(binary.LittleEndian.Uint32(head[4:]))
	from := at + headerLen + n
	key = c.buf[at+headerLen : from : from]
	if size >= 0 {
		value = c.buf[from : from+uint32(size) : from+uint32(size)]
	}
	return key, value, int64(binary.LittleEndian.Uint64(head[8:]))
}

// row returns the winner i, in sorted order. They lie anywhere in buf, so that each costs a
// wait for memory, unless the next ones are asked for together: these loads do not depend on
// one another.
func (c *chunk) row(i int) (key, value []byte, ts int64) {
	if i%aheadRows == 0 {
		sum := byte(0)
		for _, it := range c.items[i:min(i+aheadRows, len(c.items))] {
			sum |= c.buf[it.at] | c.buf[min(int(it.at)+64, len(c.buf)-1)]
		}
		c.seen = sum
	}
	return c.record(c.items[i].at)
}

const aheadRows = 16

// length is how many bytes the record at a place takes in buf.
func (c *chunk) length(at uint32) uint32 {
	n, size := binary.LittleEndian.Uint32(c.buf[at:])&^lost, int32(binary.LittleEndian.Uint32(c.buf[at+4:]))
	return headerLen + n + uint32(max(size, 0))
}

// sort orders the records by key and keeps the last of each. Keys of a store begin alike,
// with its number and often with more, so the 8 bytes behind what all of them share are
// compared, out of the items, by a radix sort; the keys themselves only where these are equal.
func (c *chunk) sort() {
	c.items = slices.Grow(c.items[:0], c.n)
	for at := uint32(0); int(at) < len(c.buf); at += c.length(at) {
		c.items = append(c.items, item{prefixOf(c.key(at)[c.common:]), at})
	}
	if len(c.items) < radixFrom {
		slices.SortStableFunc(c.items, func(a, b item) int {
			switch {
			case a.prefix < b.prefix:
				return -1
			case a.prefix > b.prefix:
				return 1
			}
			return 0
		})
	} else {
		c.radix()
	}
	kept := c.items[:0]
	for i := 0; i < len(c.items); {
		j := i + 1
		for j < len(c.items) && c.items[j].prefix == c.items[i].prefix {
			j++
		}
		if j == i+1 {
			kept = append(kept, c.items[i])
		} else {
			kept = c.settle(kept, c.items[i:j])
		}
		i = j
	}
	c.items = kept
}

// settle appends the winners among records whose prefixes are equal, which are in the order
// in which they came; kept ends at or before alike.
func (c *chunk) settle(kept, alike []item) []item {
	slices.SortStableFunc(alike, func(a, b item) int { return bytes.Compare(c.key(a.at), c.key(b.at)) })
	for i, it := range alike {
		if i+1 < len(alike) && string(c.key(it.at)) == string(c.key(alike[i+1].at)) {
			c.buf[it.at+3] |= lost >> 24
			continue
		}
		kept = append(kept, it)
	}
	return kept
}

// radixFrom is from how many items on counting bytes beats comparing items.
const radixFrom = 256

// radix sorts the items by prefix, the last byte first. Bytes in which all are equal are
// passed over. It keeps the order of equal ones.
func (c *chunk) radix() {
	var counts [8][256]uint32
	for _, it := range c.items {
		for d := range counts {
			counts[d][byte(it.prefix>>(8*d))]++
		}
	}
	c.spare = slices.Grow(c.spare[:0], len(c.items))[:len(c.items)]
	from, to := c.items, c.spare
	for d := range counts {
		shift := 8 * d
		places := &counts[d]
		if places[byte(from[0].prefix>>shift)] == uint32(len(from)) {
			continue
		}
		at := uint32(0)
		for i, n := range places {
			places[i] = at
			at += n
		}
		for _, it := range from {
			b := byte(it.prefix >> shift)
			to[places[b]] = it
			places[b]++
		}
		from, to = to, from
	}
	c.items, c.spare = from, to
}

// won is the size that the chunk would have without the records that lost, after sort.
func (c *chunk) won() int {
	n := sortBytes * len(c.items)
	for at := uint32(0); int(at) < len(c.buf); at += c.length(at) {
		if c.buf[at+3]&(lost>>24) == 0 {
			n += int(c.length(at))
		}
	}
	return n
}

// thin drops the records that lost, after sort; what is left has to be sorted again.
func (c *chunk) thin() {
	to := uint32(0)
	for at := uint32(0); int(at) < len(c.buf); {
		n := c.length(at)
		if c.buf[at+3]&(lost>>24) == 0 {
			copy(c.buf[to:], c.buf[at:at+n])
			to += n
		}
		at += n
	}
	c.buf, c.n = c.buf[:to], len(c.items)
	c.items = c.items[:0]
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
