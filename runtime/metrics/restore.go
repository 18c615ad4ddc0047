package metrics

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// RestorePhase says what a Restore reports.
type RestorePhase uint8

// The phases, as in Kafka Streams' StateRestoreListener.
const (
	RestoreStarted   RestorePhase = iota // nothing has been read yet
	RestoreBatch                         // records have been read; now and then, not for each
	RestoreEnded                         // the store is complete
	RestoreSuspended                     // the task was given up, or the restore failed, before the end
)

// String names the phase.
func (p RestorePhase) String() string {
	return [...]string{"started", "batch", "ended", "suspended"}[p]
}

// Restore is how far one store is on its way back from its changelog. A plain value, safe for
// concurrent use.
type Restore struct {
	Phase     RestorePhase
	Thread    string // the worker's id
	Task      string // "<sub-topology>_<partition>"
	Store     string
	Topic     string // the changelog
	Partition int32
	// From and End are the offsets between which the changelog is read; Position is the next to
	// be read. Remaining offsets need not all be records: compaction removes some.
	From, Position, End int64
	Records             int64 // read so far
	Bytes               int64 // of their keys and values
	Took                time.Duration
}

// Remaining is how many offsets are still to be read.
func (r Restore) Remaining() int64 { return max(0, r.End-r.Position) }

// Restores are the restores under way. Safe for concurrent use.
type Restores struct {
	mu  sync.Mutex
	all map[restoreKey]Restore
}

type restoreKey struct{ thread, task, store string }

// Set takes what a restore reports: it is listed until it has ended or was suspended.
func (r *Restores) Set(now Restore) {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := restoreKey{now.Thread, now.Task, now.Store}
	if now.Phase == RestoreEnded || now.Phase == RestoreSuspended {
		delete(r.all, key)
		return
	}
	if r.all == nil {
		r.all = map[restoreKey]Restore{}
	}
	r.all[key] = now
}

// List returns the restores under way by thread, task and store.
func (r *Restores) List() []Restore {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := make([]Restore, 0, len(r.all))
	for _, x := range r.all {
		list = append(list, x)
	}
	slices.SortFunc(list, func(a, b Restore) int {
		return cmp.Or(cmp.Compare(a.Thread, b.Thread), cmp.Compare(a.Task, b.Task), cmp.Compare(a.Store, b.Store))
	})
	return list
}
