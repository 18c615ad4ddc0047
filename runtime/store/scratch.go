package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/cockroachdb/pebble/v2"

	"github.com/streamgen/streamgen/runtime/state"
)

var (
	_ state.Spiller = (*backend)(nil)
	_ state.Scratch = (*scratch)(nil)
)

// spillDir is the directory in a task's database that holds its spill.
const spillDir = "spill"

// The rows of a spill begin with a kind, then the number of the store, except the last.
const (
	spillKey    = 'k' // key → sequence number of its last Put, row
	spillOrder  = 'o' // sequence number → key
	spillCommit = 'c' // physical key → 1 ++ value, or 0 for a deletion: what the commit writes
)

// spill is what the open transaction of a task has put out of memory: a database without a
// log of its own, thrown away when the transaction ends, and at the next open after a crash.
type spill struct {
	t         *Task
	room      *state.Room // nil without a bound
	bulk      int         // from how many rows on a commit is a sorted table
	db        *pebble.DB  // nil while nothing is spilled
	seq       uint64
	key       []byte
	row       []byte
	last      *pebble.Snapshot // of the rows as of lastSeq
	lastSeq   uint64
	snapshots []*pebble.Snapshot
}

// SpillBeyond bounds the dirty bytes of all caches together that are made over the task's
// stores on disk from now on: what exceeds it they put on disk until the commit. 0 means no
// bound.
func (t *Task) SpillBeyond(bytes int64) {
	t.spill.room = nil
	if bytes > 0 {
		t.spill.room = state.NewRoom(bytes)
	}
}

// Spilled says whether the open transaction has put changes on disk: it is time to commit.
func (t *Task) Spilled() bool { return t.spill.db != nil }

// DropSpill throws away what the open transaction has spilled, as after an abort. The caches
// that spilled it are not usable any more.
func (t *Task) DropSpill() error {
	if err := t.spill.drop(); err != nil {
		return fmt.Errorf("task %s: spilled changes in %s cannot be removed: %w", t.id, t.spill.dir(), err)
	}
	return nil
}

func (s *spill) dir() string { return s.t.p.o.Disk.fs().PathJoin(s.t.dir, spillDir) }

func (s *spill) open() error {
	if s.db != nil {
		return nil
	}
	if err := s.t.p.o.Disk.fs().RemoveAll(s.dir()); err != nil {
		return err
	}
	dir, o := s.dir(), s.t.options()
	// Rows are put one by one, and none waits for a compaction: one that cannot read would
	// hold it up for ever. It waits for flushes alone, which the breaker brings to an end.
	o.L0StopWritesThreshold = math.MaxInt
	var db *pebble.DB
	err := s.t.run(func() (err error) {
		db, err = pebble.Open(dir, o)
		return err
	})
	if !s.t.given {
		s.db = db
	}
	return err
}

func (s *spill) drop() error {
	if s.db == nil {
		return nil
	}
	var err error
	for _, n := range s.snapshots {
		err = errors.Join(err, n.Close())
	}
	err = errors.Join(err, s.db.Close(), s.t.p.o.Disk.fs().RemoveAll(s.dir()))
	s.db, s.seq, s.last, s.lastSeq, s.snapshots = nil, 0, nil, 0, nil
	return err
}

// snapshot returns the rows as they are now; calls between two Puts share one.
func (s *spill) snapshot() *pebble.Snapshot {
	if s.last == nil || s.lastSeq != s.seq {
		s.last, s.lastSeq = s.db.NewSnapshot(), s.seq
		s.snapshots = append(s.snapshots, s.last)
	}
	return s.last
}

// write keeps what the commit will write for a physical key; value nil deletes.
func (s *spill) write(tab *table, phys, value []byte, ts int64) error {
	s.key = append(append(s.key[:0], spillCommit), phys...)
	if value == nil {
		return s.db.Set(s.key, []byte{0}, pebble.NoSync)
	}
	s.row = tab.appendValue(append(s.row[:0], 1), value, ts)
	return s.db.Set(s.key, s.row, pebble.NoSync)
}

// eachWrite visits what the commit writes by ascending physical key; a nil value deletes.
func (s *spill) eachWrite(visit func(phys, value []byte) error) (err error) {
	it, err := s.db.NewIter(&pebble.IterOptions{LowerBound: []byte{spillCommit}, UpperBound: []byte{spillCommit + 1}})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, it.Close()) }()
	for ok := it.First(); ok; ok = it.Next() {
		v, err := it.ValueAndErr()
		if err != nil {
			return err
		}
		if len(v) == 0 {
			return errDamaged
		}
		if v[0] == 0 {
			v = nil
		} else {
			v = v[1:]
		}
		if err := visit(it.Key()[1:], v); err != nil {
			return err
		}
	}
	return it.Error()
}

// forget drops what was kept for a commit that did not happen.
func (s *spill) forget() error {
	if s.db == nil {
		return nil
	}
	return s.db.DeleteRange([]byte{spillCommit}, []byte{spillCommit + 1}, pebble.NoSync)
}

// Scratch implements state.Spiller.
func (b *backend) Scratch() (state.Scratch, *state.Room) {
	if b.t.spill.room == nil {
		return nil, nil
	}
	return &scratch{s: &b.t.spill, b: b}, b.t.spill.room
}

// scratch is one store's part of a spill. It belongs to the task's goroutine.
type scratch struct {
	s   *spill
	b   *backend
	key []byte
	val []byte
}

func (c *scratch) head(dst []byte, kind byte) []byte {
	return binary.BigEndian.AppendUint16(append(dst, kind), c.b.tab.number)
}

// Put implements state.Scratch.
func (c *scratch) Put(key, row []byte) error {
	if err := c.s.open(); err != nil {
		return c.unwritten(err)
	}
	c.s.seq++
	c.key = append(c.head(c.key[:0], spillKey), key...)
	c.val = append(binary.BigEndian.AppendUint64(c.val[:0], c.s.seq), row...)
	err := c.s.db.Set(c.key, c.val, pebble.NoSync)
	if err == nil {
		c.key = binary.BigEndian.AppendUint64(c.head(c.key[:0], spillOrder), c.s.seq)
		err = c.s.db.Set(c.key, key, pebble.NoSync)
	}
	if err == nil {
		err = c.s.t.disk.err()
	}
	if err != nil {
		return c.unwritten(err)
	}
	return nil
}

func (c *scratch) unwritten(err error) error {
	return fmt.Errorf("%w; %s", c.b.fault("spill to", err), cure(err))
}

// Get implements state.Scratch.
func (c *scratch) Get(key []byte) ([]byte, bool, error) {
	row, _, ok, err := c.get(key)
	return row, ok, err
}

func (c *scratch) get(key []byte) (row []byte, seq uint64, ok bool, err error) {
	if c.s.db == nil {
		return nil, 0, false, nil
	}
	c.key = append(c.head(c.key[:0], spillKey), key...)
	v, closer, err := c.s.db.Get(c.key)
	if errors.Is(err, pebble.ErrNotFound) {
		return nil, 0, false, nil
	}
	if err == nil {
		c.val = append(c.val[:0], v...)
		err = closer.Close()
	}
	if err == nil && len(c.val) < 8 {
		err = errDamaged
	}
	if err != nil {
		return nil, 0, false, c.b.fault("read spilled changes of", err)
	}
	return c.val[8:], binary.BigEndian.Uint64(c.val), true, nil
}

// Each implements state.Scratch.
func (c *scratch) Each(visit func(key, row []byte) error) (err error) {
	if c.s.db == nil {
		return nil
	}
	lo := c.head(nil, spillOrder)
	it, err := c.s.db.NewIter(&pebble.IterOptions{LowerBound: lo, UpperBound: binary.BigEndian.AppendUint64(lo[:len(lo):len(lo)], c.s.seq+1)})
	if err != nil {
		return c.b.fault("read spilled changes of", err)
	}
	defer func() {
		if cerr := it.Close(); cerr != nil && err == nil {
			err = c.b.fault("read spilled changes of", cerr)
		}
	}()
	var row []byte
	for ok := it.First(); ok; ok = it.Next() {
		key, err := it.ValueAndErr()
		if err != nil {
			return c.b.fault("read spilled changes of", err)
		}
		r, seq, found, err := c.get(key)
		if err != nil {
			return err
		}
		if !found || seq != binary.BigEndian.Uint64(it.Key()[len(lo):]) {
			continue // a later Put of the same key
		}
		row = append(row[:0], r...) // visit may call Get
		if err := visit(key, row); err != nil {
			return err
		}
	}
	return nil // what stopped the iterator is returned by Close
}

// Snapshot implements state.Scratch.
func (c *scratch) Snapshot() state.Snapshot {
	if c.s.db == nil {
		return nil
	}
	return snapshot{c, c.s.snapshot()}
}

// snapshot is one store's part of a spill at one moment.
type snapshot struct {
	c *scratch
	n *pebble.Snapshot
}

// Rows implements state.Snapshot.
func (s snapshot) Rows(from, to []byte) (state.Rows, error) {
	lo := append(s.c.head(nil, spillKey), from...)
	hi := binary.BigEndian.AppendUint16([]byte{spillKey}, s.c.b.tab.number+1)
	if to != nil {
		hi = append(s.c.head(nil, spillKey), to...)
	}
	it, err := s.n.NewIter(&pebble.IterOptions{LowerBound: lo, UpperBound: hi})
	if err != nil {
		return nil, s.c.b.fault("scan spilled changes of", err)
	}
	return &spilledRows{b: s.c.b, it: it}, nil
}

type spilledRows struct {
	b       *backend
	it      *pebble.Iterator
	started bool
	row     []byte
	err     error
}

// Next implements state.Rows.
func (r *spilledRows) Next() bool {
	ok := false
	if r.started {
		ok = r.it.Next()
	} else {
		r.started, ok = true, r.it.First()
	}
	if !ok {
		return false
	}
	v, err := r.it.ValueAndErr()
	if err == nil && len(v) < 8 {
		err = errDamaged
	}
	if err != nil {
		r.err = err
		return false
	}
	r.row = v[8:]
	return true
}

// Key implements state.Rows.
func (r *spilledRows) Key() []byte { return r.it.Key()[1+prefixLen:] }

// Row implements state.Rows.
func (r *spilledRows) Row() []byte { return r.row }

// Close implements state.Rows.
func (r *spilledRows) Close() error {
	if err := errors.Join(r.err, r.it.Close()); err != nil {
		return r.b.fault("scan spilled changes of", err)
	}
	return nil
}
