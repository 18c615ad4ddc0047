package store

import (
	"testing"
	"time"
)

// What a restore leaves is compacted afterwards, and what is written meanwhile goes on: Pebble
// asks for a compaction once and then waits to be granted one, so a refusal that nothing ends
// would let tables pile up until no write goes through.
func TestARestoreIsCompactedAfterwards(t *testing.T) {
	for name, tables := range map[string]int{"few tables": 8, "as many as wait": heldTables, "more": heldTables + 8} {
		t.Run(name, func(t *testing.T) {
			task := openTask(t, openProcess(t, NewMemDisk()), "0_0", oneStore)
			task.Restoring()
			for n := range tables {
				load(t, task, 0, bulkRows+n, int64(n)) // each overlaps all before
			}
			if n := layers(task); tables < heldTables && n < tables {
				t.Errorf("%d of %d tables while the restore goes on: they were compacted", n, tables)
			}
			ended := make(chan error, 1)
			go func() { ended <- task.Restored() }()
			select {
			case err := <-ended:
				if err != nil {
					t.Fatal(err)
				}
			case <-time.After(time.Minute):
				t.Fatal("the restore does not end")
			}
			limit, tick := time.After(time.Minute), time.NewTicker(10*time.Millisecond)
			defer tick.Stop()
			for layers(task) > 4 {
				select {
				case <-tick.C:
				case <-limit:
					t.Fatalf("%d layers are left", layers(task))
				}
			}
			if n := count(t, task, 0); n != bulkRows+tables-1 {
				t.Errorf("%d rows", n)
			}
		})
	}
}

// layers is how many tables a read of level 0 may have to look into.
func layers(task *Task) int { return int(task.db.Metrics().Levels[0].Sublevels) }
