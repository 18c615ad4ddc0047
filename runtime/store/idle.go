package store

import (
	"errors"
	"time"
)

// RemoveIdle removes the state of tasks that nobody has had open for the delay, in this process:
// they run elsewhere, and would be read from the changelog anew as soon as it has moved on far
// enough. It returns their ids. What is open stays, also while it is only followed.
func (p *Process) RemoveIdle(delay time.Duration) ([]string, error) {
	ids, err := p.Tasks()
	if err != nil {
		return nil, err
	}
	fs := p.o.Disk.fs()
	var gone []string
	var errs []error
	for _, id := range ids {
		p.mu.Lock()
		since, known := p.closed[id]
		if !known {
			since = p.began
		}
		if _, open := p.tasks[id]; open || p.lock == nil || p.o.Now().Sub(since) < delay {
			p.mu.Unlock()
			continue
		}
		// Under the lock, so that nobody opens it meanwhile.
		err := fs.RemoveAll(fs.PathJoin(p.dir, id))
		p.mu.Unlock()
		if err != nil {
			errs = append(errs, err)
			continue
		}
		gone = append(gone, id)
	}
	return gone, errors.Join(errs...)
}
