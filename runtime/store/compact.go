package store

import (
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2"
)

// pacing decides when a task's database may compact: as Pebble does by itself, but not while
// the task is restored. Compactions then would rewrite what the next table overlaps again, on
// the cores that the restore wants; afterwards they run beside the work. Many tables wait for
// no end: each makes reading slower. Safe for concurrent use.
type pacing struct {
	// The scheduler that Pebble makes by default also looks each 100 ms, on a goroutine for each
	// database, whether more is allowed. Here that changes at a flush only, after which
	// Pebble asks anyway.
	*pebble.ConcurrencyLimitScheduler
	held atomic.Int64 // tables that may still come without a compaction
}

// heldTables is how many tables a restore may ingest before compactions run beside it.
const heldTables = 16

func newPacing() *pacing {
	return &pacing{ConcurrencyLimitScheduler: pebble.NewConcurrencyLimitSchedulerWithNoPeriodicGrantingForTest()}
}

// Register implements pebble.CompactionScheduler.
func (p *pacing) Register(goroutines int, db pebble.DBForCompaction) {
	p.ConcurrencyLimitScheduler.Register(goroutines, pacedDB{db, p})
}

// pacedDB is the database as the scheduler sees it.
type pacedDB struct {
	pebble.DBForCompaction
	p *pacing
}

// GetAllowedWithoutPermission is how many compactions may run.
func (d pacedDB) GetAllowedWithoutPermission() int {
	if d.p.held.Load() > 0 {
		return 0
	}
	return d.DBForCompaction.GetAllowedWithoutPermission()
}

// Restoring says that tables of a restore follow.
func (t *Task) Restoring() {
	if t.pacing != nil {
		t.pacing.held.Store(heldTables)
	}
}

// Restored ends Restoring, and makes what was restored durable: a process that dies soon after
// a restore does not begin it again.
func (t *Task) Restored() error {
	if t.pacing != nil {
		t.pacing.held.Store(0)
	}
	return t.Flush()
}
