package store

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/cockroachdb/pebble/v2"
)

// The files of a state directory, named as Kafka Streams names them.
const (
	lockFile     = ".lock"
	metadataFile = "kafka-streams-process-metadata"
)

// Options configure a Process. A plain value, safe for concurrent use.
type Options struct {
	// Application is the application.id; a task database of another one is not used.
	Application string
	// Disk holds the files; nil is the machine's file system.
	Disk *Disk
	// BlockCache is the memory in bytes for blocks read from disk, shared by all tasks.
	// 0 means 64 MiB.
	BlockCache int64
	// MemTable is the size in bytes of each task's write buffer: what a commit writes stays
	// there until it is full. 0 means 4 MiB.
	MemTable int64
	// OpenFiles bounds the table files held open by all tasks. 0 means 2000.
	OpenFiles int
	// FlushAfter is how long committed rows may wait in a write buffer before it is written in
	// the background, full or not. It bounds what a killed process has to restore where little is
	// written. 0 means a minute.
	FlushAfter time.Duration
	// Patience is how long writing in the background may fail without a success before the
	// task fails; see Batch.Commit. 0 means 10 s.
	Patience time.Duration
	// Now is the clock that Patience is measured by. Nil is the machine's.
	Now func() time.Time
	// Log hears of databases that were set aside and of what Pebble reports as an error.
	// Nil discards.
	Log *slog.Logger
}

// Process is the state directory of one running application instance. Its methods are safe
// for concurrent use.
type Process struct {
	o     Options
	dir   string
	id    string
	lock  io.Closer
	cache *pebble.Cache
	files *pebble.FileCache
	// hurried is set when nobody waits for the disk any more: the breaker of some task has
	// tripped, or Hurry was called.
	hurried atomic.Bool

	chosen struct{ blocks, memTable bool } // here, not by Options

	began    time.Time
	restores restores

	mu     sync.Mutex
	tasks  map[string]*Task
	closed map[string]time.Time // when a task was last closed
}

// OpenProcess creates dir, which is <state.dir>/<application.id>, where it is missing and
// takes it for this process. It fails when another process holds it.
func OpenProcess(dir string, o Options) (*Process, error) {
	blocks, memTable := o.BlockCache <= 0, o.MemTable <= 0
	if o.BlockCache <= 0 {
		o.BlockCache = 64 << 20
	}
	if o.MemTable <= 0 {
		o.MemTable = 4 << 20
	}
	if o.OpenFiles <= 0 {
		o.OpenFiles = 2000
	}
	if o.FlushAfter <= 0 {
		o.FlushAfter = time.Minute
	}
	if o.Patience <= 0 {
		o.Patience = patience
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	fs := o.Disk.fs()
	if err := fs.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("state directory %s cannot be created: %w; set state.dir to a directory that this user may write", dir, err)
	}
	lock, err := fs.Lock(fs.PathJoin(dir, lockFile))
	if err != nil {
		return nil, lockError(dir, err, "stop that process, or give this one a state.dir or application.id of its own")
	}
	p := &Process{o: o, dir: dir, lock: lock, tasks: map[string]*Task{}, closed: map[string]time.Time{}, began: o.Now()}
	p.chosen.blocks, p.chosen.memTable = blocks, memTable
	if p.id, err = p.processID(); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	p.cache = pebble.NewCache(o.BlockCache)
	p.files = pebble.NewFileCache(4, o.OpenFiles)
	return p, nil
}

// lockError tells a lock that is held from one that cannot be made.
func lockError(dir string, err error, cure string) error {
	var errno syscall.Errno
	if errors.As(err, &errno) && errno != syscall.EAGAIN {
		return fmt.Errorf("state directory %s cannot be locked: %w; set state.dir to a directory that this user may write", dir, err)
	}
	return fmt.Errorf("state directory %s is in use by another process (%w); %s", dir, err, cure)
}

// Resize sets the memory in bytes for blocks read from disk and for the write buffer of each
// task that is opened from now on, where Options leave them to be chosen.
func (p *Process) Resize(blocks, memTable int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.chosen.blocks && p.lock != nil {
		old := p.cache
		p.cache = pebble.NewCache(blocks)
		old.Unref()
	}
	if p.chosen.memTable {
		p.o.MemTable = memTable
	}
}

// ID is the process id: drawn at random when the state directory was made, kept over
// restarts.
func (p *Process) ID() string { return p.id }

// Dir is the state directory.
func (p *Process) Dir() string { return p.dir }

type metadata struct {
	ProcessID string `json:"processId"`
}

func (p *Process) processID() (string, error) {
	vfs := p.o.Disk.fs()
	path := vfs.PathJoin(p.dir, metadataFile)
	f, err := vfs.Open(path)
	switch {
	case err == nil:
		data, rerr := io.ReadAll(f)
		if err := errors.Join(rerr, f.Close()); err != nil {
			return "", fmt.Errorf("process metadata %s cannot be read: %w", path, err)
		}
		var m metadata
		if json.Unmarshal(data, &m) == nil && m.ProcessID != "" {
			return m.ProcessID, nil
		}
		p.o.Log.Warn("process metadata is damaged; a new process id is drawn, tasks may move once", "file", path)
	case !errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("process metadata %s cannot be read: %w", path, err)
	}
	m := metadata{ProcessID: newID()}
	data, err := json.Marshal(m)
	if err != nil {
		return "", err
	}
	if err := writeFile(vfs, path, data); err != nil {
		return "", fmt.Errorf("process metadata %s cannot be written: %w; the state directory must be writable", path, err)
	}
	return m.ProcessID, nil
}

// newID draws a random UUID (RFC 9562, version 4).
func newID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// Tasks lists the ids of the tasks that have state in the directory, open or not, in
// ascending order of their directory names.
func (p *Process) Tasks() ([]string, error) {
	fs := p.o.Disk.fs()
	names, err := fs.List(p.dir)
	if err != nil {
		return nil, fmt.Errorf("state directory %s cannot be listed: %w", p.dir, err)
	}
	var ids []string
	for _, n := range names {
		if isTaskID(n) {
			ids = append(ids, n)
		}
	}
	return ids, nil
}

// isTaskID says whether name is <sub-topology>_<partition>.
func isTaskID(name string) bool {
	sub, part, ok := strings.Cut(name, "_")
	digits := func(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
	return ok && digits(sub) && digits(part)
}

// Hurry ends the patience with a failing disk: from now on the first failure of background
// work fails its task. For a process that has to end.
func (p *Process) Hurry() { p.hurried.Store(true) }

// Close releases the directory. It fails while tasks are open.
func (p *Process) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.tasks); n > 0 {
		return fmt.Errorf("state directory %s: %d tasks are still open; close them first", p.dir, n)
	}
	if p.lock == nil {
		return nil
	}
	p.files.Unref()
	p.cache.Unref()
	err := p.lock.Close()
	p.lock = nil
	return err
}

// CleanUp removes the whole state directory dir, for a start from the changelogs. It fails
// when a process holds the directory; a directory that does not exist is fine. Stores
// without a changelog lose their content.
func CleanUp(dir string, disk *Disk) error {
	vfs := disk.fs()
	if _, err := vfs.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	lock, err := vfs.Lock(vfs.PathJoin(dir, lockFile))
	if err != nil {
		return lockError(dir, err, "stop it before cleaning up")
	}
	err = vfs.RemoveAll(dir)
	if err != nil {
		err = fmt.Errorf("state directory %s cannot be removed: %w", dir, err)
	}
	return errors.Join(err, lock.Close())
}
