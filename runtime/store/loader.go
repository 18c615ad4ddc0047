package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/objstorage/objstorageprovider"
	"github.com/cockroachdb/pebble/v2/sstable"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// loadPrefix starts the names of the tables that loaders write.
const loadPrefix = "restore-"

// bulkRows is from how many rows on a sorted table beats a batch: making, syncing and
// ingesting one costs some milliseconds, a row in a batch about 1.5 microseconds.
const bulkRows = 4096

// ingest writes a sorted table, which fill fills and counts the rows of, and hands it to
// Pebble, which links it in below the memtable: no compaction, no second write.
func (t *Task) ingest(fill func(w *sstable.Writer) (rows int, err error)) (err error) {
	fs := t.p.o.Disk.fs()
	path := fs.PathJoin(t.dir, fmt.Sprintf("%s%d.sst", loadPrefix, t.loads.Add(1)))
	f, err := fs.Create(path, vfs.WriteCategoryUnspecified)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, fs.Remove(path))
		}
	}()
	o := t.options()
	o.EnsureDefaults()
	// Of level 0, wherever the table will lie: with the options of the lowest level the
	// writer marks deletions as obsolete, and readers pass over them to the rows below.
	w := sstable.NewWriter(objstorageprovider.NewFileWritable(f), o.MakeWriterOptions(0, t.db.TableFormat()))
	rows, err := fill(w)
	if err = errors.Join(err, w.Close()); err != nil {
		if ofMachine(err) {
			t.disk.trip(err)
			return t.disk.err()
		}
		return err
	}
	if rows == 0 {
		return fs.Remove(path)
	}
	t.linking.Lock()
	defer t.linking.Unlock()
	db, pacing := t.db, t.pacing
	return t.run(func() error {
		defer pacing.linked()
		return db.Ingest(context.Background(), []string{path})
	})
}

// Loader fills one store with what its changelog says. Place and Turn belong to one
// goroutine; Apply may run on another meanwhile, and loaders of several stores of a task may
// be used at once, but nothing else of the task while an Apply runs.
type Loader struct {
	t      *Task
	i      int
	time   int64 // of the rows placed
	turned int64 // time, as of Turn
	low    int64 // segment below which Put has dropped the rows of a window store in memory
	phys   []byte
	value  []byte
}

// Loader returns a loader of store i.
func (t *Task) Loader(i int) *Loader {
	return &Loader{t: t, i: i, time: t.tables[i].time, turned: t.tables[i].time}
}

// Turn says that the rows placed so far are what the next Apply takes.
func (l *Loader) Turn() { l.turned = l.time }

// Place appends to dst the physical key of a changelog key, by which rows are to be sorted.
// live is false for a window row that retention has dropped.
func (l *Loader) Place(dst, key []byte) (phys []byte, live bool, err error) {
	tab := l.t.tables[l.i]
	dst, err = tab.appendKey(dst, key)
	if err != nil || !tab.spec.Window {
		return dst, err == nil, err
	}
	at := tab.rowTime(key)
	l.time = max(l.time, at)
	return dst, at/tab.interval >= tab.firstLive(l.time), nil
}

// Direct says that the store is in memory: then Put takes rows as they come, and Apply none.
func (l *Loader) Direct() bool { return l.t.tables[l.i].mem != nil }

// Put takes a changelog record into a store in memory; value nil deletes. It is called where Place
// would be.
func (l *Loader) Put(key, value []byte, ts int64) (live bool, err error) {
	tab := l.t.tables[l.i]
	if l.phys, live, err = l.Place(l.phys[:0], key); err != nil || !live {
		return false, err
	}
	if tab.spec.Window {
		if low := tab.firstLive(l.time); low > l.low {
			l.low = low
			tab.expire(low)
		}
	}
	if value != nil {
		l.value = tab.appendValue(append(l.value[:0], 0)[:0], value, ts) // not nil: an empty value is a value
		value = l.value
	}
	tab.mem.Put(key, value)
	return true, nil
}

// Apply takes n rows with strictly ascending physical keys, which at yields in order: nil
// values delete. Then the store holds everything below the changelog offset next.
func (l *Loader) Apply(n int, at func(i int) (phys, value []byte, ts int64), next int64) error {
	tab := l.t.tables[l.i]
	low := tab.low
	if tab.spec.Window {
		low = max(low, tab.firstLive(l.turned))
	}
	err := l.apply(tab, n, at, low, next)
	if err != nil {
		return fmt.Errorf("task %s: store %s in %s cannot be restored: %w; %s", l.t.id, tab.spec.Name, l.t.dir, err, cure(err))
	}
	if tab.mem != nil && low > tab.low {
		tab.expire(low)
	}
	tab.low, tab.time = low, max(tab.time, l.turned)
	tab.next, tab.known = next, true
	return nil
}

func (l *Loader) apply(tab *table, n int, at func(i int) (phys, value []byte, ts int64), low, next int64) error {
	if tab.mem != nil {
		buf := []byte{} // not nil: an empty value is a value
		for i := range n {
			phys, value, ts := at(i)
			if tab.spec.Window && segmentOf(phys) < low {
				continue
			}
			if value != nil {
				buf = tab.appendValue(buf[:0], value, ts)
				value = buf
			}
			tab.mem.Put(phys[tab.head():], value)
		}
		return nil
	}
	b := l.t.db.NewBatch()
	if n >= bulkRows {
		if err := l.ingest(tab, n, at, low); err != nil {
			return err
		}
	} else {
		for i := range n {
			phys, value, ts := at(i)
			if tab.spec.Window && segmentOf(phys) < low {
				continue
			}
			if err := tab.write(b, phys, value, ts); err != nil {
				return err
			}
		}
	}
	l.t.linking.Lock()
	defer l.t.linking.Unlock()
	// The offset comes after the rows: a crash in between repeats them.
	err := errors.Join(
		setInt(b, metaKey(kindOffset, tab.number), next),
		tab.advance(b, l.turned, low),
		l.t.release())
	if err != nil {
		return err
	}
	return l.t.run(func() error { return errors.Join(b.Commit(pebble.NoSync), b.Close()) })
}

// head is how many bytes a physical key has before the row key.
func (t *table) head() int {
	if t.spec.Window {
		return segmentHead
	}
	return prefixLen
}

// ingest applies the rows as a sorted table.
func (l *Loader) ingest(tab *table, n int, at func(i int) (phys, value []byte, ts int64), low int64) error {
	return l.t.ingest(func(w *sstable.Writer) (rows int, err error) {
		var buf []byte
		for i := range n {
			phys, value, ts := at(i)
			if tab.spec.Window && segmentOf(phys) < low {
				continue
			}
			rows++
			if value == nil {
				err = w.Delete(phys)
			} else {
				buf = tab.appendValue(buf[:0], value, ts)
				err = w.Set(phys, buf)
			}
			if err != nil {
				return rows, err
			}
		}
		return rows, nil
	})
}
