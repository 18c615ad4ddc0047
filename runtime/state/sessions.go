package state

import (
	"encoding/binary"
	"math"
	"unsafe"

	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/window"
)

// Sessions is a cache of values by key and session. Rows lie as in Kafka Streams: key ++
// session end int64 ++ session start int64. It belongs to one goroutine.
//
// Beside the rows it keeps, for each key in use, the list of the key's sessions, so that a
// record finds those near it without reading a range of the store: only the first record of
// a key does. A list holds what memory, scratch and backend hold together, and can be
// dropped at any time.
type Sessions[A any] struct {
	*Cache[A]
	retention int64 // milliseconds
	time      int64 // highest end ever put, epoch milliseconds; -1 before the first
	firstOpen int64 // no session that Closed has not visited ends before
	settled   int64 // time at the last commit
	swept     int64 // time at which expired entries last left the cache
	keys      *Index
	lists     [][]window.Session // by ref of keys, ascending; sessions of a key do not overlap
	listed    int64              // bytes of keys and lists
	key       uint32             // that Near was called for
	// blind: lists were dropped since the last commit, so a key without one may have changes.
	// While it is not, the backend alone knows what there is to learn.
	blind bool
	near  []window.Session
	row   []byte
}

// listBytes is what a key's list takes beside the key and the sessions.
const listBytes = slotBytes + int64(unsafe.Sizeof([]window.Session{}))

const sessionBytes = int64(unsafe.Sizeof(window.Session{}))

// NewSessions returns an empty cache whose rows expire when the highest end put is more than
// retention ms after theirs. A WindowBackend says how far the store had come.
func NewSessions[A any](o Options[A], retention int64) *Sessions[A] {
	s := &Sessions[A]{Cache: NewCache(o), retention: retention, time: -1}
	if t, ok := o.Backend.(WindowBackend); ok {
		s.time = t.Time()
	}
	s.swept, s.settled = s.time, s.time
	s.dropLists()
	return s
}

// AppendSession appends the row key of (key, session) to dst.
func AppendSession(dst, key []byte, w window.Session) []byte {
	dst = append(dst, key...)
	dst = binary.BigEndian.AppendUint64(dst, uint64(w.End))
	return binary.BigEndian.AppendUint64(dst, uint64(w.Start))
}

// SplitSession cuts a row key into the record key and the session; ok is false when row is
// too short to be one.
func SplitSession(row []byte) (key []byte, w window.Session, ok bool) {
	n := len(row) - 16
	if n < 0 {
		return nil, w, false
	}
	w.End = int64(binary.BigEndian.Uint64(row[n:]))
	w.Start = int64(binary.BigEndian.Uint64(row[n+8:]))
	return row[:n:n], w, true
}

// Near returns the sessions of key that end at or after earliestEnd and start at or before
// latestStart, ascending; those that ended more than twice the retention ago may be missing,
// and who wants none behind the retention says so with earliestEnd. They are valid until the next call. SetAt
// and DeleteAt then work on this key.
func (s *Sessions[A]) Near(key []byte, earliestEnd, latestStart int64) ([]window.Session, error) {
	ref := s.keys.Find(key)
	if ref == 0 {
		var err error
		if ref, err = s.learn(key); err != nil {
			return nil, err
		}
	}
	s.key = ref
	s.near = s.near[:0]
	list := s.lists[ref]
	i := len(list)
	for i > 0 && list[i-1].End >= earliestEnd { // the newest are at the end
		i--
	}
	for ; i < len(list) && list[i].Start <= latestStart; i++ {
		s.near = append(s.near, list[i])
	}
	return s.near, nil
}

// learn makes the list of a key from the rows.
//
//go:noinline
func (s *Sessions[A]) learn(key []byte) (uint32, error) {
	if s.listed > s.o.Budget+1<<20 {
		s.dropLists()
		s.blind = true
	}
	from := s.oldest()
	lo := AppendSession(nil, key, window.Session{End: from})
	hi := append(append([]byte{}, key...), 0x80) // ends are not negative
	var list []window.Session
	note := func(row []byte) bool {
		// Rows of longer keys that begin with this one may lie in between.
		if k, w, ok := SplitSession(row); ok && string(k) == string(key) && w.End >= from {
			list = append(list, w)
		}
		return true
	}
	var err error
	if s.blind {
		err = s.scan(lo, hi, from, math.MaxInt64, func(row []byte, _ *Entry[A]) bool { return note(row) })
	} else {
		err = s.behind(lo, hi, from, math.MaxInt64, func(row, _ []byte) bool { return note(row) })
	}
	if err != nil {
		return 0, err
	}
	ref := s.keys.Insert(key)
	for int(ref) >= len(s.lists) {
		s.lists = append(s.lists, nil)
	}
	s.lists[ref] = list
	s.listed += listBytes + int64(len(key)) + int64(cap(list))*sessionBytes
	return ref, nil
}

// FindAt returns the entry of a session that Near returned for key, like Find.
func (s *Sessions[A]) FindAt(key []byte, w window.Session) (*Entry[A], error) {
	s.row = AppendSession(s.row[:0], key, w)
	return s.Find(s.row)
}

// SetAt stores v for the session w of the key that Near was called for, and advances the
// store's time.
func (s *Sessions[A]) SetAt(key []byte, w window.Session, v A, ts int64, h []serde.Header) error {
	s.row = AppendSession(s.row[:0], key, w)
	e, err := s.own(w)
	if err != nil {
		return err
	}
	if w.End > s.time {
		s.time = w.End
	}
	if w.End < s.firstOpen {
		s.firstOpen = w.End
	}
	s.Set(e, v, ts, h)
	return nil
}

// own returns the entry of s.row, the row of w. What is not in the list of the key is not in
// the backend either, so it is not asked.
func (s *Sessions[A]) own(w window.Session) (*Entry[A], error) {
	list := s.lists[s.key]
	i := len(list)
	for i > 0 && list[i-1].End >= w.End {
		i--
	}
	if i < len(list) && list[i] == w {
		return s.Find(s.row)
	}
	capacity := cap(list)
	list = append(list, w)
	copy(list[i+1:], list[i:])
	list[i] = w
	s.lists[s.key] = list
	s.listed += int64(cap(list)-capacity) * sessionBytes
	if s.spilled > 0 || s.dirtyBytes > s.bound {
		return s.Find(s.row)
	}
	if ref := s.index.Find(s.row); ref != 0 {
		e := s.entry(ref)
		e.used = true
		return e, nil
	}
	e := s.place(s.row)
	*e = Entry[A]{ref: e.ref, used: true}
	s.bytes += s.weigh(e)
	return e, nil
}

// DeleteAt removes the session w of the key that Near was called for, whose entry is e.
func (s *Sessions[A]) DeleteAt(e *Entry[A], w window.Session, ts int64, h []serde.Header) {
	list := s.lists[s.key]
	for i := len(list) - 1; i >= 0; i-- {
		if list[i] == w {
			s.lists[s.key] = append(list[:i], list[i+1:]...)
			break
		}
	}
	if s.o.Coalesced && e.dirty && !e.stored && s.spilled == 0 && !s.order.active {
		s.forget(e)
		return
	}
	s.Delete(e, ts, h)
}

// Refuse notes the deletion of a session w of the key that Near was called for, which is not
// there: an update that leaves nothing.
func (s *Sessions[A]) Refuse(key []byte, w window.Session, ts int64, h []serde.Header) error {
	var none A
	before := s.writes
	if err := s.SetAt(key, w, none, ts, h); err != nil {
		return err
	}
	s.writes = before
	e, err := s.Find(s.row)
	if err != nil {
		return err
	}
	s.DeleteAt(e, w, ts, h)
	return nil
}

// forget drops a changed entry of which nobody outside has heard: neither the backend nor,
// with coalesced emission, what is downstream. A session that grows by each record would
// otherwise leave a deleted row behind each time.
func (s *Sessions[A]) forget(e *Entry[A]) {
	s.dirty--
	s.dirtyBytes -= s.weigh(e)
	s.remove(e)
}

// Time is the highest end ever put, -1 before the first.
func (s *Sessions[A]) Time() int64 { return s.time }

// Hidden is the highest end of the sessions that Kafka Streams would not show: its stores
// hide what has expired, but its caches do not.
func (s *Sessions[A]) Hidden() int64 {
	if !s.o.Uncached {
		return -1
	}
	return s.time - s.retention
}

// Expired says whether Kafka Streams' store had hidden w at the last commit, so that it does not
// notice when w goes: with a cache, which still shows it, nothing is deleted downstream.
func (s *Sessions[A]) Expired(w window.Session) bool { return w.End <= s.settled-s.retention }

// oldest is the lowest end that is kept in memory: twice the retention back, because with
// Kafka Streams' caches a session can be seen until its gap is over once more (S104).
func (s *Sessions[A]) oldest() int64 {
	if s.time/2 < s.retention {
		return 0
	}
	return s.time - 2*s.retention
}

// Bytes implements Store.
func (s *Sessions[A]) Bytes() (dirty, total int64) {
	dirty, total = s.Cache.Bytes()
	return dirty, total + s.listed
}

// Committed implements Store. Rows that have expired leave the cache as those of Windows do,
// and the lists with them.
func (s *Sessions[A]) Committed() {
	s.Cache.Committed()
	s.blind, s.settled = false, s.time
	if expired := s.time-s.swept >= max(1, s.retention/16) && s.oldest() > 0; expired {
		s.swept = s.time
		s.drop(s.oldest())
		s.dropLists()
	} else if s.listed > s.o.Budget {
		s.dropLists()
	}
}

// drop removes the entries of sessions that end before oldest.
//
//go:noinline
func (s *Sessions[A]) drop(oldest int64) {
	for _, p := range s.pages {
		for i := range p {
			e := &p[i]
			if e.ref == 0 {
				continue
			}
			if _, w, ok := SplitSession(s.index.Key(e.ref)); ok && w.End < oldest {
				s.remove(e)
			}
		}
	}
	s.compact()
}

func (s *Sessions[A]) dropLists() {
	s.keys, s.lists, s.listed, s.key = NewIndex(), make([][]window.Session, 1), 0, 0
}
