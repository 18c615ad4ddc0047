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
			settled(t, task)
			if n := count(t, task, 0); n != bulkRows+tables-1 {
				t.Errorf("%d rows", n)
			}
		})
	}
}

// layers is how many tables a read of level 0 may have to look into.
func layers(task *Task) int { return int(task.db.Metrics().Levels[0].Sublevels) }

// A database that is restored leaves the cores to the other restores of its process, until its own
// work fills a write buffer, or they have ended.
func TestCompactionsWaitForAllRestores(t *testing.T) {
	p := openProcess(t, NewMemDisk())
	var tasks []*Task
	for _, id := range []string{"0_0", "0_1", "0_2"} {
		task := openTask(t, p, id, oneStore)
		task.Restoring()
		for n := range 8 {
			load(t, task, 0, bulkRows+n, int64(n))
		}
		tasks = append(tasks, task)
	}
	for _, task := range tasks[:2] {
		if err := task.Restored(); err != nil {
			t.Fatal(err)
		}
	}
	if a, b := layers(tasks[0]), layers(tasks[1]); a < 8 || b < 8 {
		t.Errorf("%d and %d layers while another task is restored: they were compacted", a, b)
	}
	commitRow(t, tasks[0])
	if err := tasks[0].Flush(); err != nil {
		t.Fatal(err)
	}
	settled(t, tasks[0])
	if b := layers(tasks[1]); b < 8 {
		t.Errorf("%d layers of the other one", b)
	}
	if err := tasks[2].Close(); err != nil { // a restore that does not come to its end
		t.Fatal(err)
	}
	settled(t, tasks[1])
}

// settled waits until a task's tables have been compacted.
func settled(t *testing.T, task *Task) {
	t.Helper()
	limit, tick := time.After(time.Minute), time.NewTicker(10*time.Millisecond)
	defer tick.Stop()
	for layers(task) > 4 {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("%d layers are left", layers(task))
		}
	}
}

// commitRow commits a row.
func commitRow(t *testing.T, task *Task) {
	t.Helper()
	b := task.NewBatch()
	if err := b.Put(0, []byte("k"), []byte("v"), 0); err != nil {
		t.Fatal(err)
	}
	if err := b.Commit(); err != nil {
		t.Fatal(err)
	}
}
