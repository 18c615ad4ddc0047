// Package chaos proves exactly-once in virtual time. One seed is a whole cluster in one
// process, in a bubble of testing/synctest: an embedded broker with several nodes behind a
// network in memory, instances of the application of package clicks over disks in memory
// that can lose their power, a feed of clicks, and trouble: crashes at each step of a
// commit, answers that get lost, moved coordinators and leaders, refused requests, failing
// disks, instances that come and go. What is left is judged as package judge does.
//
// The clock is virtual, the scheduling is not: the same seed makes the same plan of
// trouble but not the same interleaving. A seed that failed is run again a number of times,
// and its report says how often it fails; its trace has every event with its time.
//
// A seed counts only when it had enough to do: see Counts.Count.
package chaos

import (
	"fmt"
	"strings"
	"time"
)

// Options say what one seed does. A plain value.
type Options struct {
	Seed      uint64
	Records   int // clicks fed
	Instances int
	Nodes     int           // of the broker
	Length    time.Duration // of the troubled time, virtual
	Standbys  int           // instances that follow each task
	// AcceptableLag is with how many changelog records to go a task may move; 0 for all, so
	// that nothing warms up.
	AcceptableLag int64
}

// Defaults returns what `make chaos` runs for a seed.
func Defaults(seed uint64) Options {
	o := Options{Seed: seed, Records: 700, Instances: 3, Nodes: 3, Length: 28 * time.Second, Standbys: int(seed % 3)}
	if seed%2 == 0 {
		o.AcceptableLag = 30
	}
	return o
}

// Counts is what happened in one seed, or in all of a run. A plain value; it belongs to
// one goroutine.
type Counts struct {
	Seeds      int
	Instances  int // that processed
	Tasks      int
	Records    int
	Rebalances int
	Crashes    int // of an instance, its disk losing what was not synced
	Stops      int // graceful
	Restarts   int // of instances that ended by themselves
	Faults     int // requests refused, answers lost, connections cut, moves, disks that failed
	Commits    int // transactions that ended well
	Aborts     int
	Promotions int           // tasks that went on where they had been followed
	Elapsed    time.Duration // virtual
}

// Count says whether a seed had enough to do for its verdict to mean something.
func (c Counts) Count() bool {
	return c.Instances >= 2 && c.Tasks >= 3 && c.Records >= 500 && c.Rebalances >= 1 && c.Crashes >= 1 && c.Faults >= 1
}

// Add adds up two seeds; of instances and tasks it keeps the smaller number.
func (c *Counts) Add(o Counts) {
	if c.Seeds == 0 {
		c.Instances, c.Tasks = o.Instances, o.Tasks
	}
	c.Instances, c.Tasks = min(c.Instances, o.Instances), min(c.Tasks, o.Tasks)
	c.Seeds += o.Seeds
	c.Records += o.Records
	c.Rebalances += o.Rebalances
	c.Crashes += o.Crashes
	c.Stops += o.Stops
	c.Restarts += o.Restarts
	c.Faults += o.Faults
	c.Commits += o.Commits
	c.Aborts += o.Aborts
	c.Promotions += o.Promotions
	c.Elapsed += o.Elapsed
}

// String is one line.
func (c Counts) String() string {
	return fmt.Sprintf("%d seeds: at least %d instances and %d tasks in each, %d records, %d rebalances, %d crashes, %d clean stops, %d restarts, %d faults, %d commits, %d aborts, %d promotions of standbys, %v virtual",
		c.Seeds, c.Instances, c.Tasks, c.Records, c.Rebalances, c.Crashes, c.Stops, c.Restarts, c.Faults, c.Commits, c.Aborts, c.Promotions, c.Elapsed.Round(time.Second))
}

// Result is how one seed ended. A plain value.
type Result struct {
	Counts
	// Differences from the truth, or what kept the seed from its end; empty is exactly once.
	Differences []string
	Trace       string // every event, a line each with its virtual time
}

// Failed says whether the seed found something.
func (r Result) Failed() bool { return len(r.Differences) > 0 }

func (r Result) String() string { return strings.Join(r.Differences, "\n") }
