package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"syscall"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"

	"github.com/streamgen/streamgen/runtime/gen"
)

// errDamaged marks a database whose own records make no sense, errForeign one that belongs
// to another application or task: both are set aside and rebuilt.
var (
	errDamaged = errors.New("the database is damaged")
	errForeign = errors.New("the database belongs to something else")
)

// format is the version of the layout in keys.go.
const format = 1

type identity struct {
	Format      int    `json:"format"`
	Application string `json:"application"`
	Task        string `json:"task"`
}

// OpenTask opens the state of task id ("<sub-topology>_<partition>") with the given stores
// and makes it where there is none. A database that cannot be read, or is another
// application's or task's, is renamed to <id>.damaged and replaced by an empty one, which
// the changelogs fill again; the log says so. Errors of the machine (permissions, space,
// file handles) are returned instead. A task can be open only once.
func (p *Process) OpenTask(id string, specs []gen.Store) (*Task, error) {
	if !isTaskID(id) {
		return nil, fmt.Errorf("task id %q is not <sub-topology>_<partition>", id)
	}
	t := &Task{p: p, id: id, dir: p.o.Disk.fs().PathJoin(p.dir, id)}
	t.spill.t, t.spill.bulk = t, bulkRows
	p.mu.Lock()
	_, open := p.tasks[id]
	stopped := p.lock == nil
	if !open && !stopped {
		p.tasks[id] = t
	}
	p.mu.Unlock()
	if stopped {
		return nil, fmt.Errorf("task %s: the state directory %s has been closed", id, p.dir)
	}
	if open {
		return nil, fmt.Errorf("task %s is open already; close it where it runs before it is opened again", id)
	}
	err := t.open(specs)
	if err != nil && !t.given && !ofMachine(err) {
		if cerr := t.closeDB(); cerr != nil {
			p.o.Log.Warn("closing a damaged database failed", "task", id, "error", cerr)
		}
		if err = t.setAside(err); err == nil {
			t.damaged.Store(false)
			err = t.open(specs)
		}
	}
	if err != nil {
		e := fmt.Errorf("task %s: state in %s cannot be opened: %w", id, t.dir, err)
		if t.disk.err() != nil {
			e = fmt.Errorf("%w; %s", e, cure(err))
		}
		err = errors.Join(e, t.Close())
		return nil, err
	}
	return t, nil
}

// ofMachine says whether err would be there again with an empty database: it speaks of the
// machine, or refuses a change of the topology.
func ofMachine(err error) bool {
	if errors.Is(err, errDamaged) || errors.Is(err, errForeign) || pebble.IsCorruptionError(err) {
		return false
	}
	if errors.Is(err, fs.ErrNotExist) { // a file that the database counts on is gone
		return false
	}
	var refused *layoutError
	var errno syscall.Errno
	return errors.As(err, &refused) || errors.As(err, &errno) || errors.Is(err, fs.ErrPermission)
}

// layoutError refuses a store whose layout changed and that has no changelog.
type layoutError struct{ store, dir string }

// Error implements error.
func (e *layoutError) Error() string {
	return fmt.Sprintf("store %s was written with another layout (window, timestamps or segments changed) and has no changelog to be rebuilt from; give the changed store a new name, or remove %s", e.store, e.dir)
}

func (t *Task) open(specs []gen.Store) error {
	t.tables, t.disk = nil, newBreaker(t.p, t.p.o.Log.With("task", t.id), t.dir)
	if onDisk(specs) {
		fs := t.p.o.Disk.fs()
		if err := fs.MkdirAll(t.dir, 0o750); err != nil {
			return err
		}
		if err := syncDir(fs, t.p.dir); err != nil { // else a power cut takes the directory with all that was flushed
			return err
		}
		if err := t.sweep(); err != nil {
			return err
		}
		var db *pebble.DB
		o := t.options()
		t.pacing = newPacing(&t.p.restores)
		o.Experimental.CompactionScheduler = t.pacing
		err := t.run(func() (err error) {
			db, err = pebble.Open(t.dir, o)
			return err
		})
		if t.given {
			return err
		}
		t.db = db
		if err != nil {
			return err
		}
		if err := t.run(func() error { return t.identify(db) }); err != nil {
			return err
		}
	}
	db := t.db
	err := t.run(func() error { return t.read(db, specs) })
	if err == nil {
		t.snaps.allow(db)
	}
	return err
}

// sweep removes what loaders and an open transaction left behind when the process died.
func (t *Task) sweep() error {
	fs := t.p.o.Disk.fs()
	names, err := fs.List(t.dir)
	if err != nil {
		return err
	}
	for _, n := range names {
		// A Kafka Streams application had this state directory. Its stores are of no use here, and
		// ours would be of none to it: each restores from the changelogs.
		if n == "rocksdb" || n == ".checkpoint" {
			return fmt.Errorf("it holds stores of Kafka Streams (%s): %w", n, errForeign)
		}
		if strings.HasPrefix(n, loadPrefix) {
			if err := fs.Remove(fs.PathJoin(t.dir, n)); err != nil {
				return err
			}
		}
		if n == spillDir {
			if err := fs.RemoveAll(fs.PathJoin(t.dir, n)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *Task) options() *pebble.Options {
	o := &pebble.Options{
		FS:                 t.disk,
		Cache:              t.p.cache,
		FileCache:          t.p.files,
		FormatMajorVersion: pebble.FormatNewest, // the default is the oldest, 30% slower to read
		DisableWAL:         true,
		MemTableSize:       uint64(t.p.o.MemTable),

		L0StopWritesThreshold: mostTables,
		Logger:                pebbleLog{t.p.o.Log.With("task", t.id)},
	}
	for i := range o.Levels {
		o.Levels[i].FilterPolicy = bloom.FilterPolicy(10)
	}
	o.EventListener = &pebble.EventListener{
		// Without a listener Pebble ends the process here.
		DataCorruption: func(i pebble.DataCorruptionInfo) {
			t.damaged.Store(true)
			t.p.o.Log.Error("state on disk is damaged", "task", t.id, "file", i.Path, "error", fmt.Sprint(i.Details))
		},
	}
	t.disk.listen(o.EventListener)
	return o
}

// identify says whose a new database is, and checks whose another one is.
func (t *Task) identify(db *pebble.DB) error {
	if own, err := t.owns(db); own || err != nil {
		return err
	}
	it, err := db.NewIter(nil)
	if err != nil {
		return err
	}
	used := it.First()
	if err := it.Close(); err != nil {
		return err
	}
	if used {
		return fmt.Errorf("it has rows but no identity record: %w", errForeign)
	}
	data, err := json.Marshal(t.identity())
	if err != nil {
		return err
	}
	return db.Set(identityKey(), data, pebble.NoSync)
}

func (t *Task) identity() identity {
	return identity{Format: format, Application: t.p.o.Application, Task: t.id}
}

// owns says whether a database says that it is this task's. One that says nothing was made and
// never written to; one that says something else is an error.
func (t *Task) owns(db *pebble.DB) (bool, error) {
	v, closer, err := db.Get(identityKey())
	if errors.Is(err, pebble.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	var got identity
	err = json.Unmarshal(v, &got)
	if cerr := closer.Close(); cerr != nil {
		return false, cerr
	}
	if err != nil {
		return false, fmt.Errorf("its identity record is unreadable (%w): %w", err, errDamaged)
	}
	if want := t.identity(); got != want {
		return false, fmt.Errorf("it says format %d, application %q, task %q, this is format %d, application %q, task %q: %w",
			got.Format, got.Application, got.Task, want.Format, want.Application, want.Task, errForeign)
	}
	return true, nil
}

// setAside moves the task's directory out of the way, in place of an earlier one.
func (t *Task) setAside(why error) error {
	fs := t.p.o.Disk.fs()
	to := t.dir + ".damaged"
	if err := fs.RemoveAll(to); err != nil {
		return err
	}
	if err := fs.Rename(t.dir, to); err != nil {
		return fmt.Errorf("%w (and it cannot be set aside: %w)", why, err)
	}
	t.p.o.Log.Error("state on disk cannot be used; it is set aside and rebuilt from the changelogs (stores without one start empty)",
		"task", t.id, "dir", t.dir, "kept", to, "reason", why)
	return syncDir(fs, t.p.dir)
}

// SetAside closes the task and moves its database out of the way: what to do when reading
// or writing it reports damage (see Damaged). The next OpenTask starts empty. A database in
// which something waits for ever stays where it is, locked, until the process ends.
func (t *Task) SetAside(why error) error {
	if t.db == nil || t.given {
		return t.Close()
	}
	if err := t.closeDB(); err != nil {
		t.p.o.Log.Warn("closing a damaged database failed", "task", t.id, "error", err)
	}
	return errors.Join(t.setAside(why), t.Close())
}

// Damaged says whether err, of a Backend, Batch or Loader, means that the database cannot
// be trusted any more.
func Damaged(err error) bool { return pebble.IsCorruptionError(err) || errors.Is(err, errDamaged) }

// pebbleLog passes on what Pebble reports.
type pebbleLog struct{ log *slog.Logger }

// Infof drops Pebble's narration.
func (pebbleLog) Infof(string, ...any) {}

// Errorf logs.
func (l pebbleLog) Errorf(f string, args ...any) { l.log.Error(fmt.Sprintf(f, args...)) }

// Fatalf must not return: Pebble calls it where going on would corrupt the database, such
// as a manifest that cannot be written.
func (l pebbleLog) Fatalf(f string, args ...any) {
	l.log.Error(fmt.Sprintf(f, args...))
	panic("state on disk can no longer be written: " + fmt.Sprintf(f, args...))
}
