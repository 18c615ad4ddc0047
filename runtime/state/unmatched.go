package state

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
)

// Unmatched holds the records of a left or outer stream-stream join that have no match yet,
// until they get one or their window closes. Rows lie as in Kafka Streams' shared outer-join
// store: time int64 ++ side (1 left, 0 right) ++ key → the list of values that came for these,
// each behind a byte with the side. It belongs to one goroutine.
type Unmatched struct {
	*Cache[[]byte]
	oldest int64 // no record is older; math.MaxInt64 when there is none
	key    []byte
	arena  []byte
	closed []uint32 // refs, in the order of their keys
}

// NewUnmatched returns an empty cache over a backend, keeping up to budget bytes after a
// commit. What the backend holds is looked at when the first window may have closed. everyWrite is
// as in Options.
func NewUnmatched(backend Backend, budget int64, everyWrite bool) *Unmatched {
	identity := func(src []byte) ([]byte, error) { return slices.Clone(src), nil }
	return &Unmatched{Cache: NewCache(Options[[]byte]{Backend: backend, Budget: budget, EveryWrite: everyWrite, Decode: identity,
		Append: func(dst, v []byte) ([]byte, error) { return append(dst, v...), nil }})}
}

// Oldest is a time that no record lies before, math.MaxInt64 when there is none.
func (u *Unmatched) Oldest() int64 { return u.oldest }

// appendUnmatched appends the row key of a record.
func appendUnmatched(dst []byte, at int64, left bool, key []byte) []byte {
	dst = binary.BigEndian.AppendUint64(dst, uint64(at))
	return append(append(dst, sideByte(left)), key...)
}

func sideByte(left bool) byte {
	if left {
		return 1
	}
	return 0
}

// listHead is the encoding of an empty list: Kafka's ListSerde with values of variable size.
const listHead = "\x01\x00\x00\x00\x00"

// Add notes a record without a match; value is copied.
func (u *Unmatched) Add(at int64, left bool, key, value []byte) error {
	u.key = appendUnmatched(u.key[:0], at, left, key)
	e, err := u.Find(u.key)
	if err != nil {
		return err
	}
	old := e.Val
	if !e.Present() {
		old = nil
	}
	n := max(len(old), len(listHead)) + 5 + len(value)
	if n > cap(u.arena)-len(u.arena) {
		u.arena = make([]byte, 0, max(arenaChunk, n))
	}
	from := len(u.arena)
	list := u.arena[from:from]
	if old == nil {
		list = append(list, listHead...)
	} else {
		list = append(list, old...)
	}
	list = binary.BigEndian.AppendUint32(list, uint32(len(value)+1))
	list = append(append(list, sideByte(left)), value...)
	binary.BigEndian.PutUint32(list[1:], binary.BigEndian.Uint32(list[1:])+1)
	u.arena = u.arena[:from+len(list)]
	u.Set(e, list[:len(list):len(list)], at, nil)
	if at < u.oldest {
		u.oldest = at
	}
	return nil
}

// Matched takes back the records of a time, side and key, which have found a match; ts is the
// timestamp of the deletion.
func (u *Unmatched) Matched(at int64, left bool, key []byte, ts int64) error {
	if at < u.oldest {
		return nil
	}
	u.key = appendUnmatched(u.key[:0], at, left, key)
	e, err := u.Find(u.key)
	if err == nil && e.Present() {
		u.Delete(e, ts, nil)
	}
	return err
}

// Closed finds the rows of times below end and returns how many there are; Row tells them in
// order. Oldest is that of the others then; Keep says which of the rows stay as well.
//
//go:noinline
func (u *Unmatched) Closed(end int64) (n int, err error) {
	u.closed = u.closed[:0]
	base := len(u.refs)
	defer func() { u.refs = u.refs[:base] }()
	bound := binary.BigEndian.AppendUint64(nil, uint64(end))
	if err := u.collect(nil, bound, 0, math.MaxInt64); err != nil {
		return 0, err
	}
	for _, ref := range u.refs[base:] {
		if !u.entry(ref).present {
			continue
		}
		if key := u.index.Key(ref); len(key) < 9 {
			return 0, fmt.Errorf("key %q of a store of unmatched records is shorter than 9 bytes; the changelog belongs to another kind of store", key)
		}
		u.closed = append(u.closed, ref)
	}
	u.oldest, err = u.first(bound)
	return len(u.closed), err
}

// first is the time of the first row at or behind a key, math.MaxInt64 when there is none.
func (u *Unmatched) first(from []byte) (int64, error) {
	at := int64(math.MaxInt64)
	see := func(row []byte) {
		if len(row) >= 8 {
			at = min(at, int64(binary.BigEndian.Uint64(row)))
		}
	}
	u.order.below(u.index, u.seekDirty(from), nil, func(ref uint32) bool {
		if !u.entry(ref).present {
			return true
		}
		see(u.index.Key(ref))
		return false
	})
	var bad error
	err := u.beneath(u.snapshot(), from, nil, 0, math.MaxInt64, func(key, row []byte, spilled bool) bool {
		if ref := u.index.Find(key); ref != 0 {
			if !u.entry(ref).present {
				return true // deleted since the last commit
			}
		} else if spilled {
			r, err := cutRow(key, row)
			if err != nil {
				bad = err
				return false
			}
			if !r.present {
				return true
			}
		}
		see(key)
		return false
	})
	err = errors.Join(err, bad)
	return at, err
}

// Row is the i-th row that Closed found: key and values are valid until the next change.
func (u *Unmatched) Row(i int) (at int64, left bool, key []byte, values Values) {
	ref := u.closed[i]
	row := u.index.Key(ref)
	return int64(binary.BigEndian.Uint64(row)), row[8] == 1, row[9:], Values{afterHead(u.entry(ref).Val)}
}

func afterHead(list []byte) []byte {
	if len(list) < len(listHead) {
		return nil
	}
	return list[len(listHead):]
}

// Keep leaves the i-th row that Closed found in place.
func (u *Unmatched) Keep(i int) {
	if at := int64(binary.BigEndian.Uint64(u.index.Key(u.closed[i]))); at < u.oldest {
		u.oldest = at
	}
}

// Drop deletes the i-th row that Closed found; ts is the timestamp of the deletion.
func (u *Unmatched) Drop(i int, ts int64) { u.Delete(u.entry(u.closed[i]), ts, nil) }

// Values are the values of a row of Unmatched, to be read one after the other by its goroutine.
type Values struct{ list []byte }

// Next takes the next value; ok is false behind the last one, and when the list is damaged.
func (v *Values) Next() (value []byte, ok bool) {
	if len(v.list) < 5 {
		return nil, false
	}
	n := int(binary.BigEndian.Uint32(v.list))
	if n < 1 || n > len(v.list)-4 {
		return nil, false
	}
	value = v.list[5 : 4+n : 4+n]
	v.list = v.list[4+n:]
	return value, true
}
