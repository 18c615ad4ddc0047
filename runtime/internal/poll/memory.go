package poll

import (
	"fmt"
	"strings"
)

// Memory is the memory of a process and what of it was decided by single properties. A plain
// value, safe for concurrent use.
type Memory struct {
	Total   int64  // bytes
	Of      string // where the number comes from, for messages
	Asked   bool   // streamgen.memory.max.bytes: the shares may grow beyond their defaults
	Workers int
	Tasks   int // that one instance would run if it were alone, with state
	Batch   int64
	// What was set, each 0 when it was not. They are taken out of what is divided.
	Cache, Fetch int64
}

// Shares is the memory divided, in bytes. A plain value, safe for concurrent use.
type Shares struct {
	Cache    int64 // entries of all stores
	Blocks   int64 // blocks of tables
	MemTable int64 // of each task
	Fetch    int64 // largest answer of a broker, for each worker; two exist
	Waiting  int64 // records that wait in the tasks of one worker
	Produce  int64 // records on their way to the broker, of one worker
	Restore  int64 // records that restores have read and not written
}

// What an instance needs beside the shares: the program, its stacks, what clients and
// databases keep for themselves.
const (
	baseBytes   = 32 << 20
	workerBytes = 4 << 20
	taskBytes   = 128 << 10
)

// heapPart is how much of the rest may be in use: the garbage collector needs room to let
// garbage lie, or it runs all the time.
const heapPart = 0.5

// The shares of what may be in use. Entries of stores count one and a half times: a burst may
// be that much beyond its budget before it spills.
const (
	cachePart, cacheBurst = 0.36, 1.5
	blockPart             = 0.12
	memTablePart          = 0.14
	fetchPart             = 0.12
	waitingPart           = 0.10
	producePart           = 0.08
	restorePart           = 0.08
)

// The bounds of the shares: below the first nothing works well, and by default nothing grows
// beyond the second.
var (
	least = Shares{Cache: 1 << 20, Blocks: 1 << 20, MemTable: 256 << 10, Fetch: 256 << 10, Waiting: 256 << 10, Produce: 256 << 10, Restore: 1 << 20}
	usual = Shares{Cache: 64 << 20, Blocks: 64 << 20, MemTable: 4 << 20, Fetch: 50 << 20, Waiting: 64 << 20, Produce: 32 << 20, Restore: 128 << 20}
)

// memTables is how many write buffers a task has at most: one that fills, and two that are being
// written before commits wait.
const memTables = 3

// largestMemTable bounds what is lost at a crash, too.
const largestMemTable = 64 << 20

// Divide divides the memory. It fails when that is less than the least that so many workers and
// tasks need; the shares are then the least.
func (m Memory) Divide() (Shares, error) {
	workers, tasks := int64(max(1, m.Workers)), int64(max(1, m.Tasks))
	low := least
	low.Produce = max(low.Produce, 2*m.Batch)
	fixed := baseBytes + workers*workerBytes + tasks*taskBytes
	rest := max(0, float64(m.Total-fixed)*heapPart)
	// What was set is taken out of the pot before the others share it by their parts.
	left, parts := rest, 1.0
	if m.Cache != 0 {
		left, parts = left-cacheBurst*float64(max(0, m.Cache)), parts-cachePart
	}
	if m.Fetch > 0 {
		left, parts = left-2*float64(workers*m.Fetch), parts-fetchPart
	}
	share := func(part float64, times, low, usual int64) int64 {
		n := int64(max(0, left) * part / parts / float64(times))
		if !m.Asked {
			n = min(n, usual)
		}
		return max(n, low)
	}
	s := Shares{
		Cache: m.Cache, Fetch: m.Fetch,
		Blocks:   share(blockPart, 1, low.Blocks, usual.Blocks),
		MemTable: min(share(memTablePart, memTables*tasks, low.MemTable, usual.MemTable), largestMemTable),
		Waiting:  share(waitingPart, workers, low.Waiting, usual.Waiting),
		Produce:  share(producePart, workers, low.Produce, max(usual.Produce, low.Produce)),
		Restore:  share(restorePart, 1, low.Restore, usual.Restore),
	}
	if s.Cache == 0 {
		s.Cache = max(int64(float64(share(cachePart, 1, 0, usual.Cache*3/2))/cacheBurst), low.Cache)
	}
	if s.Fetch <= 0 {
		s.Fetch = min(share(fetchPart, 2*workers, low.Fetch, usual.Fetch), 1<<30)
	}
	need := s.sum(workers, tasks)
	if need <= rest {
		return s, nil
	}
	// What is too little even with the least of everything that was not set.
	low.Cache, low.Fetch = max(low.Cache, m.Cache), max(low.Fetch, m.Fetch)
	enough := fixed + int64(low.sum(workers, tasks)/heapPart)
	if enough <= m.Total {
		return low, nil
	}
	var set []string
	if m.Cache > 0 {
		set = append(set, fmt.Sprintf("statestore.cache.max.bytes=%d", m.Cache))
	}
	if m.Fetch > 0 {
		set = append(set, fmt.Sprintf("consumer.fetch.max.bytes=%d", m.Fetch))
	}
	with := ""
	if len(set) > 0 {
		with = ", with " + strings.Join(set, " and ") + " set"
	}
	return low, fmt.Errorf("%s is %d bytes, and %d workers with %d tasks that have state need at least %d%s; give the process more memory, or run fewer workers or more instances",
		m.Of, m.Total, workers, tasks, enough, with)
}

// sum is what the shares come to for so many workers and tasks.
func (s Shares) sum(workers, tasks int64) float64 {
	return cacheBurst*float64(max(0, s.Cache)) + float64(s.Blocks+memTables*tasks*s.MemTable+workers*(2*s.Fetch+s.Waiting+s.Produce)+s.Restore)
}
