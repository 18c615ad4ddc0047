package store

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/cockroachdb/pebble/v2"

	"github.com/streamgen/streamgen/runtime/gen"
)

// Peek returns by store the changelog offset that the state of a task on disk holds, -1
// where there is none, without opening it for use: what a process has to know about tasks
// that it may get. A database that is not this task's or that another layout made holds
// nothing. The task must not be open. It is safe for concurrent use, of different tasks.
func (p *Process) Peek(id string, specs []gen.Store) (next []int64, err error) {
	next = make([]int64, len(specs))
	for i := range next {
		next[i] = -1
	}
	if !onDisk(specs) {
		return next, nil
	}
	t := &Task{p: p, id: id, dir: p.o.Disk.fs().PathJoin(p.dir, id)}
	p.mu.Lock()
	_, open := p.tasks[id]
	if !open && p.lock != nil {
		p.tasks[id] = t // nobody opens it meanwhile
		defer func() {
			p.mu.Lock()
			delete(p.tasks, id)
			p.mu.Unlock()
		}()
	}
	stopped := p.lock == nil
	p.mu.Unlock()
	if open || stopped {
		return nil, fmt.Errorf("task %s is open, or its process has ended", id)
	}
	if d, err := pebble.Peek(t.dir, p.o.Disk.fs()); errors.Is(err, fs.ErrNotExist) || err == nil && !d.Exists {
		return next, nil // a folder that a crash left
	}
	db, err := pebble.Open(t.dir, &pebble.Options{FS: p.o.Disk.fs(), Cache: p.cache, FileCache: p.files, ReadOnly: true, ErrorIfNotExists: true,
		Logger: pebbleLog{p.o.Log.With("task", id)}})
	if err != nil {
		return nil, fmt.Errorf("task %s: state in %s cannot be read: %w", id, t.dir, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	own, err := t.owns(db)
	if err != nil {
		return nil, err
	}
	if !own {
		return next, nil
	}
	known, err := layouts(db)
	if err != nil {
		return nil, err
	}
	for i, s := range specs {
		l, ok := known[s.Name]
		if !ok || s.InMemory || l != layoutOf(s, l.Number) {
			continue
		}
		n, ok, err := readInt(db, metaKey(kindOffset, l.Number))
		if err != nil {
			return nil, err
		}
		if ok {
			next[i] = n
		}
	}
	return next, nil
}
