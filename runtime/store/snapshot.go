package store

import (
	"bytes"
	"errors"
	"math"
	"sync"

	"github.com/cockroachdb/pebble/v2"
)

// ErrClosed is the answer of a Snapshot whose task has been closed: it runs elsewhere now, or
// not at all.
var ErrClosed = errors.New("the task was closed")

// ErrInMemory is the answer to Task.Snapshot for a store in memory: its rows are read on the
// goroutine of the task, through Backend.
var ErrInMemory = errors.New("the store is in memory")

// snapshots are the open ones of a task. The zero value is that of a closed task.
type snapshots struct {
	mu   sync.Mutex
	db   *pebble.DB         // nil when all stores are in memory
	open map[*Snapshot]bool // nil while the task is closed
}

// allow lets snapshots be taken of an open database.
func (s *snapshots) allow(db *pebble.DB) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.db, s.open = db, map[*Snapshot]bool{}
}

// end closes all snapshots and allows no more. It waits for reads in progress, which are
// short; given says that the database was given up and is not called any more.
func (s *snapshots) end(given bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var err error
	for snap := range s.open {
		snap.mu.Lock()
		if snap.db != nil && !given {
			err = errors.Join(err, snap.db.Close())
		}
		snap.db = nil
		snap.mu.Unlock()
	}
	s.db, s.open = nil, nil
	return err
}

// Snapshot is what a store on disk held at one moment: committed rows, as no commit changes
// them later. It belongs to one goroutine, which need not be the task's; the task may be
// closed concurrently, and every call fails with ErrClosed from then on.
type Snapshot struct {
	t    *Task
	tab  *table
	mu   sync.Mutex
	db   *pebble.Snapshot // nil once closed
	time int64
	low  int64 // segments below it are gone
}

// Snapshot returns the rows that store i holds now. Unlike the rest of Task it may be called
// from any goroutine. The caller closes what it gets soon: a snapshot keeps the database from
// forgetting what has been replaced.
func (t *Task) Snapshot(i int) (*Snapshot, error) {
	t.snaps.mu.Lock()
	defer t.snaps.mu.Unlock()
	if t.snaps.open == nil {
		return nil, ErrClosed
	}
	if t.tables[i].mem != nil {
		return nil, ErrInMemory
	}
	s := &Snapshot{t: t, tab: t.tables[i], db: t.snaps.db.NewSnapshot(), time: -1}
	if s.tab.spec.Window {
		at, ok, err := readInt(s.db, metaKey(kindTime, s.tab.number))
		if err != nil {
			return nil, s.tab.disk.fault("read", errors.Join(err, s.db.Close()))
		}
		if ok {
			s.time, s.low = at, s.tab.firstLive(at)
		}
	}
	t.snaps.open[s] = true
	return s, nil
}

// Time is the highest window start (session end) committed then, -1 before the first.
func (s *Snapshot) Time() int64 { return s.time }

// Close ends the use of the snapshot. It may be called more than once.
func (s *Snapshot) Close() error {
	s.t.snaps.mu.Lock()
	defer s.t.snaps.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.t.snaps.open, s)
	if s.db == nil {
		return nil
	}
	db := s.db
	s.db = nil
	return db.Close()
}

// Get returns a copy of the row's value, laid out as the store does, and whether there is one.
func (s *Snapshot) Get(row []byte) ([]byte, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db == nil {
		return nil, false, ErrClosed
	}
	key, err := s.tab.appendKey(nil, row)
	if err != nil || s.tab.spec.Window && segmentOf(key) < s.low {
		return nil, false, nil // no such row can be there
	}
	v, closer, err := s.db.Get(key)
	if errors.Is(err, pebble.ErrNotFound) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, s.tab.disk.fault("read", err)
	}
	v = append([]byte{}, v...)
	return v, true, closer.Close()
}

// Scan visits the rows with from <= key < to (nil: open end), ascending or, in reverse,
// descending by row key, until visit returns false. Of a window store it may leave out rows
// whose start (session end) lies outside first and last. The slices are valid during the call,
// in which visit must not use the snapshot.
func (s *Snapshot) Scan(from, to []byte, first, last int64, reverse bool, visit func(key, value []byte) bool) (err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db == nil {
		return ErrClosed
	}
	if to != nil && bytes.Compare(from, to) >= 0 {
		return nil
	}
	heads, head, err := s.heads(from, to, first, last)
	defer func() {
		for _, it := range heads {
			if cerr := it.Close(); cerr != nil && err == nil {
				err = s.tab.disk.fault("scan", cerr)
			}
		}
	}()
	if err != nil {
		return err
	}
	live := make([]*pebble.Iterator, 0, len(heads))
	for _, it := range heads {
		if reverse && it.Last() || !reverse && it.First() {
			live = append(live, it)
		}
	}
	for len(live) > 0 {
		at := 0
		for i := 1; i < len(live); i++ {
			if c := bytes.Compare(live[i].Key()[head:], live[at].Key()[head:]); c < 0 != reverse && c != 0 {
				at = i
			}
		}
		it := live[at]
		v, err := it.ValueAndErr()
		if err != nil {
			return s.tab.disk.fault("scan", err)
		}
		if !visit(it.Key()[head:], v) {
			return nil
		}
		if more := reverse && it.Prev() || !reverse && it.Next(); !more {
			live[at] = live[len(live)-1]
			live = live[:len(live)-1]
		}
	}
	return nil
}

// heads opens an iterator over each segment, or the one over a store without; head is the
// length of what precedes the row keys.
func (s *Snapshot) heads(from, to []byte, first, last int64) (list []*pebble.Iterator, head int, err error) {
	open := func(lo, hi []byte) error {
		it, err := s.db.NewIter(&pebble.IterOptions{LowerBound: lo, UpperBound: hi})
		if err != nil {
			return s.tab.disk.fault("scan", err)
		}
		list = append(list, it)
		return nil
	}
	if !s.tab.spec.Window {
		lo, hi := s.tab.bounds()
		if to != nil {
			hi = append(hi[:0], lo...)
			hi = append(hi, to...)
		}
		return list, prefixLen, errors.Join(open(append(lo, from...), hi), err)
	}
	if s.time < 0 || last < 0 {
		return nil, segmentHead, nil
	}
	lowest := max(s.low, first/s.tab.interval)
	highest := min(last, s.time) / s.tab.interval
	for seg := lowest; seg <= highest && seg < math.MaxInt64; seg++ {
		lo, hi := s.tab.appendSegment(nil, seg), s.tab.appendSegment(nil, seg+1)
		if to != nil {
			hi = append(s.tab.appendSegment(nil, seg), to...)
		}
		if err := open(append(lo, from...), hi); err != nil {
			return list, segmentHead, err
		}
	}
	return list, segmentHead, nil
}
