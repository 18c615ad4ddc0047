package state

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"unsafe"
)

// DuplicateRow is one row of Duplicates. Value is valid until the next Committed. It
// belongs to the goroutine of its Duplicates.
type DuplicateRow struct {
	At    int64 // epoch milliseconds
	Seq   int32
	Value []byte
}

// duplicateKey is what is known of one key.
type duplicateKey struct {
	rows  []DuplicateRow // ascending by time, then sequence number
	whole bool           // rows of the backend are among them
	used  bool           // since the eviction hand last passed
	held  bool           // the ref is in use
}

// Duplicates is the write-back cache of a window store that keeps every value put for a key
// and time: one side of a stream-stream join. Rows lie as in Kafka Streams: key ++ time int64 ++
// sequence int32 → value, where the sequence number tells rows of one key and time apart.
// Values are bytes: a joiner may change in place what it is given, and it must not change
// the next one's. It belongs to one goroutine.
//
// Fetch and Put make no indirect call and, but for growth, no allocation; a key whose rows
// have not been read comes through load.
type Duplicates struct {
	backend   Backend
	budget    int64
	retention int64 // milliseconds
	time      int64 // highest time ever put, -1 before the first
	swept     int64
	seq       *int64 // the last sequence number given, -1 before the first
	index     *Index
	keys      []duplicateKey // by ref
	log       []duplicateRef // dirty rows in the order of their puts
	arena     []byte
	row       []byte
	bytes     int64
	dirty     int64
	hand      uint32
	blank     bool // nothing was ever committed: no key needs to be read
}

// duplicateRef is a change: a row that was put, or a deletion of nothing.
type duplicateRef struct {
	ref  uint32
	seq  int32
	at   int64
	void bool
}

// arenaChunk is how many bytes of values share an allocation.
const arenaChunk = 1 << 16

const (
	duplicateRowBytes = int64(unsafe.Sizeof(DuplicateRow{}))
	duplicateKeyBytes = int64(unsafe.Sizeof(duplicateKey{})) + slotBytes
)

// NewDuplicates returns an empty cache over backend that keeps up to budget bytes after a
// commit. Rows leave it retention ms behind the highest time put. seq is where the last
// sequence number is kept; one that outlives a restart keeps rows of one key and time apart
// across it.
func NewDuplicates(backend Backend, budget, retention int64, seq *int64) *Duplicates {
	d := &Duplicates{backend: backend, budget: budget, retention: retention, time: -1, seq: seq, index: NewIndex(), keys: make([]duplicateKey, 1)}
	if t, ok := backend.(WindowBackend); ok {
		d.time = t.Time()
		d.blank = d.time < 0
	}
	d.swept = d.time
	return d
}

// Fetch returns the rows of key with from <= At <= to, oldest first and in the order of their
// puts. They are valid until the next Put or Committed.
func (d *Duplicates) Fetch(key []byte, from, to int64) ([]DuplicateRow, error) {
	ref := d.index.Find(key)
	if ref == 0 {
		if d.blank {
			return nil, nil
		}
		ref = d.add(key)
	}
	k := &d.keys[ref]
	k.used = true
	if !k.whole {
		if err := d.load(ref, key); err != nil {
			return nil, err
		}
	}
	lo := search(k.rows, from)
	hi := len(k.rows)
	if to < math.MaxInt64 {
		hi = search(k.rows, to+1)
	}
	if lo >= hi {
		return nil, nil
	}
	return k.rows[lo:hi], nil
}

// search is the index of the first row at or behind a time.
func search(rows []DuplicateRow, at int64) int {
	lo, hi := 0, len(rows)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if rows[mid].At < at {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// Put adds a row for key at a time (not negative); value is copied.
func (d *Duplicates) Put(key []byte, at int64, value []byte) {
	ref := d.index.Find(key)
	if ref == 0 {
		ref = d.add(key)
	}
	if at > d.time {
		d.time = at
	}
	r := DuplicateRow{At: at, Seq: d.next(), Value: d.keep(value)}
	k := &d.keys[ref]
	k.used = true
	i := len(k.rows)
	k.rows = append(k.rows, r)
	for i > 0 && k.rows[i-1].At > at {
		k.rows[i] = k.rows[i-1]
		i--
	}
	k.rows[i] = r
	n := duplicateRowBytes + int64(len(value))
	d.bytes += n
	d.dirty += n
	d.log = append(d.log, duplicateRef{ref, r.Seq, at, false})
}

func (d *Duplicates) next() int32 {
	*d.seq = (max(*d.seq, 0) + 1) & math.MaxInt32
	return int32(*d.seq)
}

// Void takes a sequence number for a row without a value, which Kafka Streams keeps out of the
// store but logs.
func (d *Duplicates) Void(key []byte, at int64) {
	ref := d.index.Find(key)
	if ref == 0 {
		ref = d.add(key)
	}
	d.keys[ref].used = true
	d.log = append(d.log, duplicateRef{ref, d.next(), at, true})
}

// keep copies a value into a chunk that it shares with its neighbours in time, with which
// it will expire.
func (d *Duplicates) keep(value []byte) []byte {
	if d.arena == nil || len(value) > cap(d.arena)-len(d.arena) { // never nil: an empty value is one
		d.arena = make([]byte, 0, max(arenaChunk, len(value)))
	}
	n := len(d.arena)
	d.arena = append(d.arena, value...)
	return d.arena[n:len(d.arena):len(d.arena)]
}

func (d *Duplicates) add(key []byte) uint32 {
	ref := d.index.Insert(key)
	if int(ref) == len(d.keys) {
		d.keys = append(d.keys, duplicateKey{})
	}
	d.keys[ref] = duplicateKey{whole: d.blank, held: true}
	d.bytes += duplicateKeyBytes + int64(len(key))
	return ref
}

// load reads the committed rows of a key that are within the retention and merges the ones
// that it lacks into its rows.
//
//go:noinline
func (d *Duplicates) load(ref uint32, key []byte) error {
	k := &d.keys[ref]
	oldest := d.oldest()
	lo, hi := keyBounds(key, oldest, math.MaxInt64)
	own := k.rows
	var all []DuplicateRow
	visit := func(row, value []byte) bool {
		owner, at, ok := SplitKey(row)
		if !ok || at < oldest || !bytes.Equal(owner, key) {
			return true
		}
		seq := int32(binary.BigEndian.Uint32(row[len(row)-4:]))
		for i := search(own, at); i < len(own) && own[i].At == at; i++ {
			if own[i].Seq == seq {
				return true
			}
		}
		all = append(all, DuplicateRow{At: at, Seq: seq, Value: d.keep(value)})
		d.bytes += duplicateRowBytes + int64(len(value))
		return true
	}
	var err error
	if w, ok := d.backend.(WindowBackend); ok {
		err = w.ScanStarts(lo, hi, oldest, math.MaxInt64, visit)
	} else {
		err = d.backend.Scan(lo, hi, visit)
	}
	if err != nil {
		return err
	}
	k.rows, k.whole = merge(all, own), true
	return nil
}

// merge merges rows in order; at one time, those of the backend were put before those that it
// lacks.
func merge(stored, own []DuplicateRow) []DuplicateRow {
	if len(own) == 0 {
		return stored
	}
	all := make([]DuplicateRow, 0, len(stored)+len(own))
	for len(stored) > 0 && len(own) > 0 {
		if stored[0].At <= own[0].At {
			all, stored = append(all, stored[0]), stored[1:]
		} else {
			all, own = append(all, own[0]), own[1:]
		}
	}
	return append(append(all, stored...), own...)
}

// Time is the highest time ever put, -1 before the first.
func (d *Duplicates) Time() int64 { return d.time }

// oldest is the lowest time that a join may still ask for.
func (d *Duplicates) oldest() int64 { return max(0, d.time-d.retention) }

// find returns a dirty row.
func (d *Duplicates) find(l duplicateRef) *DuplicateRow {
	rows := d.keys[l.ref].rows
	for i := search(rows, l.at); ; i++ {
		if rows[i].Seq == l.seq {
			return &rows[i]
		}
	}
}

// EachDirty implements Store.
func (d *Duplicates) EachDirty(put func(key, value []byte, ts int64) error) error {
	for _, l := range d.log {
		d.row = append(d.row[:0], d.index.Key(l.ref)...)
		d.row = binary.BigEndian.AppendUint64(d.row, uint64(l.at))
		d.row = binary.BigEndian.AppendUint32(d.row, uint32(l.seq))
		var value []byte
		if !l.void {
			value = d.find(l).Value
		}
		if err := put(d.row, value, l.at); err != nil {
			return err
		}
	}
	return nil
}

// Committed implements Store. Rows that have expired leave, once the store's time has moved
// by a sixteenth of the retention since they last did; then keys leave until the rest fits
// the budget.
func (d *Duplicates) Committed() {
	if len(d.log) > 0 {
		d.blank = false
	}
	d.log, d.dirty = d.log[:0], 0
	if d.time-d.swept >= max(1, d.retention/16) {
		d.swept = d.time
		d.sweep()
	}
	for last := uint32(len(d.keys)); d.bytes > d.budget && d.index.Len() > 0; {
		if d.hand++; d.hand >= last {
			d.hand = 1
		}
		switch k := &d.keys[d.hand]; {
		case !d.keys[d.hand].held:
		case k.used:
			k.used = false
		default:
			d.drop(d.hand)
		}
	}
}

// sweep drops expired rows, and keys that have none left: what the backend holds of them has
// expired as well, or is read again.
func (d *Duplicates) sweep() {
	oldest := d.oldest()
	for ref := uint32(1); ref < uint32(len(d.keys)); ref++ {
		k := &d.keys[ref]
		if !k.held {
			continue
		}
		n := search(k.rows, oldest)
		for _, r := range k.rows[:n] {
			d.bytes -= duplicateRowBytes + int64(len(r.Value))
		}
		if n == len(k.rows) {
			k.rows = nil
			d.drop(ref)
		} else if n > 0 {
			k.rows = slices.Clone(k.rows[n:])
		}
	}
}

// drop forgets a key whose rows are all committed.
func (d *Duplicates) drop(ref uint32) {
	for _, r := range d.keys[ref].rows {
		d.bytes -= duplicateRowBytes + int64(len(r.Value))
	}
	d.bytes -= duplicateKeyBytes + int64(len(d.index.Key(ref)))
	d.index.Delete(ref)
	d.keys[ref] = duplicateKey{}
}

// Bytes implements Store.
func (d *Duplicates) Bytes() (dirty, total int64) { return d.dirty, d.bytes }
