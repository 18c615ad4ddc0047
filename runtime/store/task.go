package store

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/state"
)

// Task is the state of one task. It belongs to one goroutine at a time; different tasks
// of a Process may be used concurrently.
type Task struct {
	p         *Process
	id        string
	dir       string
	db        *pebble.DB // nil when every store is in memory
	disk      *breaker   // between db and the disk
	pacing    *pacing    // of db's compactions
	tables    []*table
	spill     spill
	snaps     snapshots
	loads     atomic.Int64 // sorted tables written by loaders, for their file names
	unflushed time.Time    // since when rows may wait in the write buffer; zero for none
	linking   sync.Mutex   // of what loaders write to db beside their tables
	closed    bool
	given     bool // the database was given up: something waits in it for ever; see breaker.run
	// damaged is set by Pebble's background work; the next commit fails with it.
	damaged atomic.Bool
}

// ID is "<sub-topology>_<partition>".
func (t *Task) ID() string { return t.id }

// read takes in what the database says about its stores, giving numbers to new ones.
func (t *Task) read(db *pebble.DB, specs []gen.Store) error {
	if db == nil {
		for _, s := range specs {
			t.tables = append(t.tables, newTable(s))
		}
		return nil
	}
	known, err := layouts(db)
	if err != nil {
		return err
	}
	last := uint16(0)
	for _, l := range known {
		last = max(last, l.Number)
	}
	b := db.NewBatch()
	for _, s := range specs {
		tab := newTable(s)
		t.tables = append(t.tables, tab)
		old, ok := known[s.Name]
		delete(known, s.Name)
		if s.InMemory {
			if ok { // it was on disk once: its rows grow old there from now on
				tab.number = old.Number
				if err := errors.Join(t.reset(b, tab, old), b.Delete(numberKey(s.Name), nil)); err != nil {
					return err
				}
			}
			continue
		}
		if !ok {
			if last == math.MaxUint16-1 {
				return fmt.Errorf("all %d numbers of stores are used up: %w", last, errDamaged)
			}
			last++
			old.Number = last
		}
		tab.number, tab.disk = old.Number, &backend{t: t, tab: tab}
		want := layoutOf(s, old.Number)
		if ok && old == want {
			if err := readTable(db, tab); err != nil {
				return err
			}
			continue
		}
		if ok {
			if !s.Logged {
				return &layoutError{s.Name, t.dir}
			}
			t.p.o.Log.Warn("store has another layout than the one on disk; it is rebuilt from its changelog", "task", t.id, "store", s.Name)
		}
		if err := t.reset(b, tab, want); err != nil {
			return err
		}
	}
	for name := range known {
		t.p.o.Log.Info("the database holds a store that the topology no longer has; its data stays until the state directory is cleaned up", "task", t.id, "store", name)
	}
	if b.Empty() {
		return b.Close()
	}
	return errors.Join(b.Commit(pebble.NoSync), b.Close())
}

// reset empties a store and writes its layout. A new number is emptied too: rows that a
// loader ingested are durable at once, so a crash may have left some under a number whose
// record it took, and that number is given again now.
func (t *Task) reset(b *pebble.Batch, tab *table, l layout) error {
	data, err := json.Marshal(l)
	if err != nil {
		return err
	}
	from, to := tab.bounds()
	return errors.Join(
		b.DeleteRange(from, to, nil),
		b.Delete(metaKey(kindOffset, tab.number), nil),
		b.Delete(metaKey(kindTime, tab.number), nil),
		b.Set(numberKey(tab.spec.Name), data, nil))
}

// layouts reads which stores the database knows.
func layouts(db *pebble.DB) (map[string]layout, error) {
	it, err := db.NewIter(&pebble.IterOptions{LowerBound: numberKey(""), UpperBound: []byte{0, 0, kindNumber + 1}})
	if err != nil {
		return nil, err
	}
	m := map[string]layout{}
	for ok := it.First(); ok; ok = it.Next() {
		var l layout
		name := string(it.Key()[len(numberKey("")):])
		if err := json.Unmarshal(it.Value(), &l); err != nil || l.Number == 0 {
			return nil, errors.Join(fmt.Errorf("layout of store %q is unreadable: %w", name, errDamaged), it.Close())
		}
		m[name] = l
	}
	return m, it.Close()
}

func readTable(db *pebble.DB, tab *table) error {
	var err error
	if tab.next, tab.known, err = readInt(db, metaKey(kindOffset, tab.number)); err != nil || !tab.spec.Window {
		return err
	}
	tm, ok, err := readInt(db, metaKey(kindTime, tab.number))
	if err != nil {
		return err
	}
	if ok {
		tab.time, tab.low = tm, tab.firstLive(tm)
	}
	return nil
}

func readInt(db pebble.Reader, key []byte) (int64, bool, error) {
	v, closer, err := db.Get(key)
	if errors.Is(err, pebble.ErrNotFound) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	if len(v) != 8 {
		return 0, false, errors.Join(fmt.Errorf("record %q has %d bytes, not 8: %w", key, len(v), errDamaged), closer.Close())
	}
	return int64(binary.BigEndian.Uint64(v)), true, closer.Close()
}

// Backend is what lies behind the caches of store i (its index in the specs), the same at
// every call. It belongs to the task's goroutine; its Scan may be nested.
func (t *Task) Backend(i int) state.Backend {
	tab := t.tables[i]
	if tab.mem != nil {
		return memory{tab}
	}
	return tab.disk
}

// Offset returns the changelog offset from which store i must be read on, and whether
// there is one; without one the store is empty and its changelog is read from the
// beginning. Stores in memory have none when they are opened.
func (t *Task) Offset(i int) (int64, bool) { return t.tables[i].next, t.tables[i].known }

// Time returns the highest window start that store i has committed, -1 before the first.
func (t *Task) Time(i int) int64 { return t.tables[i].time }

// Flush makes everything committed so far durable. Commits need no flush to be correct;
// a clean stop flushes, so that the next start restores nothing.
func (t *Task) Flush() error {
	if t.db == nil {
		return nil
	}
	t.unflushed = time.Time{}
	if err := t.run(t.db.Flush); err != nil {
		return fmt.Errorf("task %s: state in %s cannot be flushed: %w; %s", t.id, t.dir, err, cure(err))
	}
	return nil
}

// flushLate starts to write what waits in the write buffer, in the background, when its first
// rows have waited for Options.FlushAfter. Rows beyond the buffer's size are written anyway. So a
// killed process has to restore at most what was committed within that time, and at most what three
// buffers hold.
func (t *Task) flushLate() error {
	now := t.p.o.Now()
	if t.unflushed.IsZero() {
		t.unflushed = now
	}
	if now.Sub(t.unflushed) < t.p.o.FlushAfter {
		return nil
	}
	t.unflushed = time.Time{}
	db := t.db
	return t.run(func() error {
		_, err := db.AsyncFlush()
		return err
	})
}

// run calls f, which uses the database in a way that may wait for its background work, for
// a bounded time of errors there.
func (t *Task) run(f func() error) error {
	err, given := t.disk.run(f)
	t.given = t.given || given
	return err
}

// Close ends the use of the task. What was committed since the last flush may be restored
// from the changelog at the next open.
func (t *Task) Close() error {
	if t.closed {
		return nil
	}
	t.closed = true
	err := t.closeDB()
	t.p.mu.Lock()
	delete(t.p.tasks, t.id)
	t.p.closed[t.id] = t.p.o.Now()
	t.p.mu.Unlock()
	if err != nil {
		return fmt.Errorf("task %s: state in %s cannot be closed: %w", t.id, t.dir, err)
	}
	return nil
}

func (t *Task) closeDB() error {
	if t.pacing != nil {
		t.p.restores.end(t.pacing) // one that did not come to its end
	}
	db := t.db
	ended := t.snaps.end(t.given)
	if t.db = nil; db == nil || t.given {
		return nil // closing a database that was given up would wait, too
	}
	err := errors.Join(ended, t.release(), t.spill.drop(), db.Close())
	if t.disk.err() != nil {
		return nil // whoever wrote has been told, and the disk is as it was then
	}
	return err
}

// release closes the iterators kept for the next scan: what they see is out of date once
// something has been written.
func (t *Task) release() error {
	var err error
	for _, tab := range t.tables {
		if tab.disk != nil {
			err = errors.Join(err, tab.disk.release())
		}
	}
	return err
}

// onDisk says whether some store needs a database.
func onDisk(specs []gen.Store) bool {
	return slices.ContainsFunc(specs, func(s gen.Store) bool { return !s.InMemory })
}

// memory is the backend of a store in memory; it knows the store's time.
type memory struct{ tab *table }

// Get implements state.Backend.
func (m memory) Get(key []byte) ([]byte, bool, error) { return m.tab.mem.Get(key) }

// Scan implements state.Backend.
func (m memory) Scan(from, to []byte, visit func(key, value []byte) bool) error {
	return m.tab.mem.Scan(from, to, visit)
}

// ScanStarts implements state.WindowBackend.
func (m memory) ScanStarts(from, to []byte, _, _ int64, visit func(key, value []byte) bool) error {
	return m.tab.mem.Scan(from, to, visit)
}

// Time implements state.WindowBackend.
func (m memory) Time() int64 { return m.tab.time }

// expire drops the rows of a store in memory whose segments are below low.
func (t *table) expire(low int64) {
	t.mem.DeleteFunc(func(row []byte) bool {
		at, ok := state.RowTime(row, t.spec.Session)
		return ok && at/t.interval < low
	})
}
