package store

import (
	"sync"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2"
)

// pacing decides when a task's database may compact: as Pebble does by itself, but not while
// the task is restored. Compactions then would rewrite what the next table overlaps again, on
// the cores that the restore wants; afterwards they run beside the work. Many tables wait for
// no end: each makes reading slower. A task whose restore has ended leaves the cores to the
// restores of the others, until its own work fills a write buffer. Safe for concurrent use.
//
// It is a pebble.CompactionScheduler. Once Pebble has been refused a compaction it does not ask
// again: it waits until one is granted. So whatever ends the reason of a refusal grants: the end
// of a compaction, and the end of holding them back. (Pebble's own scheduler, which can only be
// made by name with its periodic look left out, knows of no reasons that end in between.)
type pacing struct {
	db   pebble.DBForCompaction
	all  *restores
	held atomic.Int64 // tables that may still come without a compaction
	rest atomic.Bool  // restored, and held for the others' sake

	mu       sync.Mutex
	granted  sync.Cond // granting has become false
	running  int
	granting bool // some goroutine calls db, which Unregister waits for
	closed   bool
}

// heldTables is how many tables a restore may ingest before compactions run beside it.
const heldTables = 16

// mostTables is how many layers of tables writers go on above: those of a restore, and as many as
// Pebble allows by itself.
const mostTables = heldTables + 12

func newPacing(all *restores) *pacing {
	p := &pacing{all: all}
	p.granted.L = &p.mu
	return p
}

// Register implements pebble.CompactionScheduler.
func (p *pacing) Register(_ int, db pebble.DBForCompaction) { p.db = db }

// Unregister implements pebble.CompactionScheduler.
func (p *pacing) Unregister() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for p.granting {
		p.granted.Wait()
	}
}

// room says whether one more may run; the lock is held.
func (p *pacing) room() bool {
	return !p.closed && p.held.Load() <= 0 && p.running < p.db.GetAllowedWithoutPermission()
}

// TrySchedule implements pebble.CompactionScheduler. The database's lock is held.
func (p *pacing) TrySchedule() (bool, pebble.CompactionGrantHandle) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.room() {
		return false, nil
	}
	p.running++
	return true, p
}

// UpdateGetAllowedWithoutPermission implements pebble.CompactionScheduler: a flush has ended, and the
// database's lock is held. With more allowed, what waits is granted when a running one ends: at
// least one is always allowed.
func (p *pacing) UpdateGetAllowedWithoutPermission() {
	if p.rest.Load() {
		go p.release()
	}
}

// grant lets what waits run, as far as there is room. No lock is held.
func (p *pacing) grant() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.granting { // else what it does not see any more would be missed
		p.granted.Wait()
	}
	for p.room() {
		p.granting = true
		p.running++
		p.mu.Unlock()
		waits, _ := p.db.GetWaitingCompaction()
		taken := waits && p.db.Schedule(p)
		p.mu.Lock()
		p.granting = false
		p.granted.Broadcast()
		if !taken {
			p.running--
			return
		}
	}
}

// release ends holding compactions back.
func (p *pacing) release() {
	p.rest.Store(false)
	p.held.Store(0)
	p.grant()
}

// linked notes that a table of a restore has been linked in.
func (p *pacing) linked() {
	if p.held.Add(-1) == 0 {
		p.grant()
	}
}

// Started implements pebble.CompactionGrantHandle.
func (p *pacing) Started() {}

// MeasureCPU implements pebble.CompactionGrantHandle.
func (p *pacing) MeasureCPU(pebble.CompactionGoroutineKind) {}

// CumulativeStats implements pebble.CompactionGrantHandle.
func (p *pacing) CumulativeStats(pebble.CompactionGrantHandleStats) {}

// Done implements pebble.CompactionGrantHandle.
func (p *pacing) Done() {
	p.mu.Lock()
	p.running--
	p.mu.Unlock()
	p.grant()
}

// restores knows the databases of a process that are being restored, and those that wait for the
// end of that. Safe for concurrent use.
type restores struct {
	mu      sync.Mutex
	running map[*pacing]bool
	resting []*pacing
}

func (r *restores) begin(p *pacing) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.running == nil {
		r.running = map[*pacing]bool{}
	}
	r.running[p] = true
	p.held.Store(heldTables)
}

// end says that the restore of p has ended, well or not.
func (r *restores) end(p *pacing) {
	r.mu.Lock()
	if !r.running[p] {
		r.mu.Unlock()
		return
	}
	delete(r.running, p)
	p.rest.Store(true)
	r.resting = append(r.resting, p)
	var free []*pacing
	if len(r.running) == 0 {
		free, r.resting = r.resting, nil
	}
	r.mu.Unlock()
	for _, p := range free {
		p.release()
	}
}

// Restoring says that tables of a restore follow.
func (t *Task) Restoring() {
	if t.pacing != nil {
		t.p.restores.begin(t.pacing)
	}
}

// Restored ends Restoring, and makes what was restored durable: a process that dies soon after
// a restore does not begin it again.
func (t *Task) Restored() error {
	err := t.Flush()
	if t.pacing != nil {
		t.p.restores.end(t.pacing)
	}
	return err
}
