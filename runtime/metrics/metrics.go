// Package metrics counts what the workers do. It has names and counters only; the
// application's HTTP port shows them under Kafka Streams' metric names.
package metrics

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Meter counts something that happens and how long it took. Its methods are safe for
// concurrent use; they take a lock, so they are for runs and commits, not for records.
type Meter struct {
	mu      sync.Mutex
	n       int64
	time    time.Duration
	max     time.Duration
	samples Samples
}

// Add counts n occurrences that took d together, until now.
func (m *Meter) Add(now time.Time, n int64, d time.Duration) {
	each := 0.0
	if n > 0 {
		each = d.Seconds() / float64(n)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.n += n
	m.time += d
	m.max = max(m.max, d)
	m.samples.Add(now, n, d.Seconds(), each, each)
}

// Total returns how often it happened.
func (m *Meter) Total() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.n
}

// Time returns the time spent.
func (m *Meter) Time() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.time
}

// Max returns the longest single time.
func (m *Meter) Max() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.max
}

// Stats returns the seconds of an occurrence, and how many there were, lately.
func (m *Meter) Stats(now time.Time) Stats {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.samples.Stats(now)
}

// Thread is what one worker did. Safe for concurrent use.
type Thread struct {
	ID           string
	Process      Meter // records
	Punctuate    Meter // punctuations
	Poll         Meter // polls
	PollRecords  atomic.Int64
	Commit       Meter // commits that ended well
	Aborts       atomic.Int64
	Restarts     atomic.Int64
	TaskCreated  atomic.Int64
	TaskClosed   atomic.Int64
	TaskFailures atomic.Int64 // failures of a task that were waited out
	Failures     atomic.Int64 // of the worker itself
	Alive        atomic.Bool  // its loop runs, or will again
	Turned       atomic.Int64 // epoch milliseconds of the loop's last turn; 0 before the first
	RecordsOut   atomic.Int64
	BytesOut     atomic.Int64
	Restored     atomic.Int64 // records read from changelogs
	RestoreBytes atomic.Int64 // bytes of their keys and values
	ActiveTasks  atomic.Int64
	CacheBytes   atomic.Int64
	DirtyBytes   atomic.Int64
	Blocked      atomic.Int64 // nanoseconds that the loop waited for the broker to acknowledge
	Latency      Histogram    // of the records written to topics that are not internal
	tasks        atomic.Pointer[[]Task]
	Spills       atomic.Int64 // commits of a task that had put changes on disk before
	DroppedLate  atomic.Int64
	DroppedKey   atomic.Int64
	DroppedValue atomic.Int64
	DroppedError atomic.Int64 // by an error policy
	DroppedTime  atomic.Int64 // negative timestamps
	Enforced     atomic.Int64
	StartTime    atomic.Int64 // epoch milliseconds
}

// Tell replaces what is known of the thread's tasks; nobody changes the slice afterwards.
func (t *Thread) Tell(tasks []Task) { t.tasks.Store(&tasks) }

// Tasks returns what was told last; the slice is shared.
func (t *Thread) Tasks() []Task {
	if l := t.tasks.Load(); l != nil {
		return *l
	}
	return nil
}

// App is the collection of an application's threads. Safe for concurrent use.
type App struct {
	mu      sync.Mutex
	threads []*Thread
	// Purges counts deletions of consumed repartition records.
	Purges atomic.Int64
	// Restores lists the stores that are being restored.
	Restores Restores
	// StandbyTasks is how many tasks are followed here; Promotions counts those that were
	// handed over to run here, StandbyRecords the changelog records read for them.
	StandbyTasks   atomic.Int64
	StandbyLag     atomic.Int64 // changelog offsets that they are behind, all together
	Promotions     atomic.Int64
	StandbyRecords atomic.Int64
	// GlobalRecords counts records read into global tables and stores.
	GlobalRecords atomic.Int64
	// GlobalDroppedKey and GlobalDroppedError count records that global tables and stores left out:
	// without a key, and by their error policy.
	GlobalDroppedKey, GlobalDroppedError atomic.Int64
}

// Thread adds a thread.
func (a *App) Thread(id string) *Thread {
	a.mu.Lock()
	defer a.mu.Unlock()
	t := &Thread{ID: id}
	a.threads = append(a.threads, t)
	return t
}

// Threads returns the threads, in the order of their creation.
func (a *App) Threads() []*Thread {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.threads)
}
