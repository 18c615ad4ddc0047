package store

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// breaker stands between one task's database and its disk, because Pebble tries what it
// does in the background again for ever: while a full disk fails its flushes, commits wait,
// and ends the process when its manifest cannot be written. The breaker trips when
// background work has been failing for the patience of the Process without a success in
// between, and at once at a write that Pebble does not try again: manifest, markers,
// directories.
//
// From then on the disk is left as it is, as if the process had died at that moment: what
// Pebble writes goes to memory, what it removes stays. So Pebble finishes what somebody
// waits for, and closes; whoever called it gets the breaker's error instead of success.
// What is on disk is an earlier commit, which a restart brings up to date from the
// changelogs.
//
// Background work that fails even then cannot read what it needs; what waits for it is
// given up, see run. A breaker is safe for concurrent use.
type breaker struct {
	vfs.FS
	p   *Process
	log *slog.Logger
	dir string

	mu    sync.Mutex
	since time.Time // when the first failure since the last success came; zero without one
	told  time.Time // when a failure was last logged
	after int       // failures since the last success after the trip

	cause  atomic.Pointer[error] // why it tripped; nil before
	memory *vfs.MemFS            // where files go afterwards
	stuck  chan struct{}         // closed when background work keeps failing after the trip
}

func newBreaker(p *Process, log *slog.Logger, dir string) *breaker {
	return &breaker{FS: p.o.Disk.fs(), p: p, log: log, dir: dir, memory: vfs.NewMem(), stuck: make(chan struct{})}
}

// patience is how long background work may fail before its task does: long enough for a
// disk that somebody clears at once, and less than a stop may take.
const patience = 10 * time.Second

// stuckAfter is how many failures in a row after the trip mean that more will follow: work
// that began on the disk before the trip fails once more.
const stuckAfter = 50

// err is why the breaker has tripped, nil before.
func (b *breaker) err() error {
	if c := b.cause.Load(); c != nil {
		return *c
	}
	return nil
}

// unwritable marks what a breaker tripped for.
type unwritable struct{ error }

// Unwrap returns the disk's own error.
func (u unwritable) Unwrap() error { return u.error }

// Unwritable says whether err came because the disk under the state could not be written
// for too long. One such disk fails all tasks of a process.
func Unwritable(err error) bool {
	var u unwritable
	return errors.As(err, &u)
}

func (b *breaker) trip(err error) {
	err = unwritable{err}
	if b.cause.CompareAndSwap(nil, &err) {
		b.p.hurried.Store(true)
		b.log.Error("the state cannot be written any more; the task fails", "dir", b.dir, "error", err.Error())
	}
}

// failed hears of each failure of Pebble's background work.
func (b *breaker) failed(err error) {
	if b.err() != nil {
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.after++; b.after == stuckAfter {
			close(b.stuck)
		}
		return
	}
	now := b.p.o.Now()
	b.mu.Lock()
	if b.since.IsZero() {
		b.since = now
	}
	// Pebble retries at once, dozens of times a second: one line in ten seconds tells the
	// same.
	tell := b.told.IsZero() || now.Sub(b.told) >= 10*time.Second
	if tell {
		b.told = now
	}
	over := now.Sub(b.since) >= b.p.o.Patience
	b.mu.Unlock()
	switch {
	// The disk of one task is the disk of all: when one has waited, the others need not.
	case over, b.p.hurried.Load():
		b.trip(err)
	case tell:
		// The text alone: the error prints its stack when formatted.
		b.log.Warn("writing state in the background failed; commits wait until it succeeds, and fail if it does not", "dir", b.dir, "for at most", b.p.o.Patience, "error", err.Error())
	}
}

// succeeded hears of each flush and compaction that was written.
func (b *breaker) succeeded() {
	b.mu.Lock()
	b.since = time.Time{}
	if b.after < stuckAfter { // else stuck is closed, once
		b.after = 0
	}
	b.mu.Unlock()
}

// run calls f, which may wait for Pebble's background work, and returns its error, or the
// breaker's: what f wrote after the trip is not on disk. After the trip f is not begun.
// given is true when f will never return; then the database must not be touched any more,
// not even closed. f goes on, so it uses nothing that its caller changes afterwards.
func (b *breaker) run(f func() error) (err error, given bool) {
	if err := b.err(); err != nil {
		return err, false
	}
	done := make(chan error, 1)
	go func() { done <- f() }()
	select {
	case err = <-done:
	case <-b.stuck:
		given = true
	}
	if e := b.err(); e != nil {
		err = e
	}
	return err, given
}

// cure says what to do about an error of the disk.
func cure(err error) string {
	what := "check the disk"
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		what = "free some space there, or set state.dir to a larger disk"
	}
	return what + ", then restart: what is missing is restored from the changelogs"
}

// unretried says whether Pebble ends the process when this file cannot be written.
func unretried(name string) bool {
	return strings.HasPrefix(name, "MANIFEST-") || strings.HasPrefix(name, "marker.")
}

// Create implements vfs.FS.
func (b *breaker) Create(name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	final := unretried(b.PathBase(name))
	if b.err() == nil {
		f, err := b.FS.Create(name, c)
		if err == nil {
			return &written{File: f, b: b, final: final}, nil
		}
		if !final {
			return nil, err
		}
		b.trip(err)
	}
	if err := b.memory.MkdirAll(b.PathDir(name), 0o750); err != nil {
		return nil, err
	}
	return b.memory.Create(name, c)
}

// in says whether name was written to memory.
func (b *breaker) in(name string) bool {
	if b.err() == nil {
		return false
	}
	_, err := b.memory.Stat(name)
	return err == nil
}

// Open implements vfs.FS.
func (b *breaker) Open(name string, opts ...vfs.OpenOption) (vfs.File, error) {
	if b.in(name) {
		return b.memory.Open(name, opts...)
	}
	return b.FS.Open(name, opts...)
}

// OpenDir implements vfs.FS.
func (b *breaker) OpenDir(name string) (vfs.File, error) {
	f, err := b.FS.OpenDir(name)
	if err != nil {
		return nil, err
	}
	return &written{File: f, b: b, final: true}, nil
}

// Stat implements vfs.FS.
func (b *breaker) Stat(name string) (vfs.FileInfo, error) {
	if b.in(name) {
		return b.memory.Stat(name)
	}
	return b.FS.Stat(name)
}

// Link implements vfs.FS.
func (b *breaker) Link(from, to string) error {
	if err := b.err(); err != nil {
		return err
	}
	return b.FS.Link(from, to)
}

// Rename implements vfs.FS.
func (b *breaker) Rename(from, to string) error {
	switch {
	case b.in(from):
		return b.memory.Rename(from, to)
	case b.err() != nil:
		return b.err()
	}
	return b.FS.Rename(from, to)
}

// Remove implements vfs.FS.
func (b *breaker) Remove(name string) error {
	switch {
	case b.in(name):
		return b.memory.Remove(name)
	case b.err() != nil:
		return nil
	}
	return b.FS.Remove(name)
}

// RemoveAll implements vfs.FS.
func (b *breaker) RemoveAll(name string) error {
	if b.err() != nil {
		return nil
	}
	return b.FS.RemoveAll(name)
}

// OpenReadWrite implements vfs.FS.
func (b *breaker) OpenReadWrite(string, vfs.DiskWriteCategory, ...vfs.OpenOption) (vfs.File, error) {
	return nil, fmt.Errorf("a database without a write-ahead log writes no file twice: %w", os.ErrInvalid)
}

// ReuseForWrite implements vfs.FS.
func (b *breaker) ReuseForWrite(string, string, vfs.DiskWriteCategory) (vfs.File, error) {
	return nil, fmt.Errorf("a database without a write-ahead log uses no file again: %w", os.ErrInvalid)
}

// Unwrap implements vfs.FS.
func (b *breaker) Unwrap() vfs.FS { return b.FS }

// written is a file or directory on disk that Pebble writes to.
type written struct {
	vfs.File
	b     *breaker
	final bool // Pebble does not try again
}

// do writes, or after the trip does not. A table that was begun on disk fails then, so
// that Pebble begins it again, in memory.
func (f *written) do(write func() error) error {
	err := f.b.err()
	if err == nil {
		if err = write(); err != nil && f.final {
			f.b.trip(err)
		}
	}
	if f.final {
		return nil
	}
	return err
}

// Write implements vfs.File.
func (f *written) Write(p []byte) (int, error) {
	n := 0
	err := f.do(func() (err error) {
		n, err = f.File.Write(p)
		return err
	})
	if err == nil {
		n = len(p)
	}
	return n, err
}

// Sync implements vfs.File.
func (f *written) Sync() error { return f.do(f.File.Sync) }

// SyncData implements vfs.File.
func (f *written) SyncData() error { return f.do(f.File.SyncData) }

// SyncTo implements vfs.File.
func (f *written) SyncTo(length int64) (full bool, err error) {
	err = f.do(func() (err error) {
		full, err = f.File.SyncTo(length)
		return err
	})
	return full, err
}

// Close implements vfs.File. It always closes.
func (f *written) Close() error {
	err := f.File.Close()
	return f.do(func() error { return err })
}

// listen makes Pebble tell the breaker how its background work goes.
func (b *breaker) listen(l *pebble.EventListener) {
	done := func(err error) {
		if err == nil {
			b.succeeded()
		}
	}
	l.BackgroundError = b.failed
	l.FlushEnd = func(i pebble.FlushInfo) { done(i.Err) }
	l.CompactionEnd = func(i pebble.CompactionInfo) { done(i.Err) }
}
