package store

import (
	"errors"
	"slices"
	"testing"
	"time"
)

// hands is a clock that is set by hand.
type hands struct{ now time.Time }

func (h *hands) Now() time.Time { return h.now }

// State that nobody has had open for the delay goes; what is open stays, however long, and what
// was closed a moment ago, too.
func TestIdleStateIsRemoved(t *testing.T) {
	disk, clock := NewMemDisk(), &hands{now: time.Unix(1_700_000_000, 0)}
	process := func() *Process {
		p, err := OpenProcess("state/app", Options{Application: "app", Disk: disk, Now: clock.Now})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	closed := func(task *Task) {
		if err := task.Close(); err != nil {
			t.Fatal(err)
		}
	}
	p := process()
	for _, id := range []string{"0_0", "0_1", "0_2"} {
		closed(openTask(t, p, id, oneStore))
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	clock.now = clock.now.Add(time.Hour) // while no process ran
	p = process()
	open := openTask(t, p, "0_0", oneStore)
	removed := func(want ...string) {
		t.Helper()
		gone, err := p.RemoveIdle(10 * time.Minute)
		if err != nil || !slices.Equal(gone, want) {
			t.Fatalf("removed %v %v, want %v", gone, err, want)
		}
	}
	removed()
	clock.now = clock.now.Add(9 * time.Minute)
	closed(openTask(t, p, "0_1", oneStore))
	clock.now = clock.now.Add(time.Minute)
	removed("0_2")
	clock.now = clock.now.Add(9 * time.Minute)
	removed("0_1")
	clock.now = clock.now.Add(time.Hour)
	removed()
	if ids, err := p.Tasks(); err != nil || !slices.Equal(ids, []string{"0_0"}) {
		t.Fatalf("left are %v %v", ids, err)
	}
	closed(open)
	clock.now = clock.now.Add(10 * time.Minute)
	removed("0_0")
	closed(openTask(t, p, "0_0", oneStore)) // begins empty
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
}

// put commits n rows of 100 bytes, with the changelog offset behind them.
func put(t *testing.T, task *Task, from, n int) {
	t.Helper()
	b := task.NewBatch()
	for i := from; i < from+n; i++ {
		key := []byte{byte(i >> 16), byte(i >> 8), byte(i)}
		if err := b.Put(0, key, make([]byte, 100), 0); err != nil {
			t.Fatal(err)
		}
	}
	b.SetOffset(0, int64(from+n))
	if err := b.Commit(); err != nil {
		t.Fatal(err)
	}
}

// kept is the changelog offset that the disk says after a power cut now.
func kept(t *testing.T, disk *Disk, seed uint64) int64 {
	t.Helper()
	p, err := OpenProcess("state/app", Options{Application: "app", Disk: disk.Crash(seed)})
	if err != nil {
		t.Fatal(err)
	}
	task := openTask(t, p, "0_0", oneStore)
	next, _ := task.Offset(0)
	if err := errors.Join(task.Close(), p.Close()); err != nil {
		t.Fatal(err)
	}
	return next
}

// A killed process has to restore at most what three write buffers hold, and what was committed in
// the last minute and since.
func TestLittleIsLostInACrash(t *testing.T) {
	disk, clock := NewMemDisk(), &hands{now: time.Unix(1_700_000_000, 0)}
	const buffer = 256 << 10
	p, err := OpenProcess("state/app", Options{Application: "app", Disk: disk, Now: clock.Now, MemTable: buffer})
	if err != nil {
		t.Fatal(err)
	}
	// That of the state directory itself is older than any loss.
	if err := errors.Join(syncDir(disk.fs(), "state"), syncDir(disk.fs(), "")); err != nil {
		t.Fatal(err)
	}
	task := openTask(t, p, "0_0", oneStore)
	for i := range 200 { // 2 MB
		put(t, task, 100*i, 100)
		// Flushes go on in the background while the next buffers fill; rows in a buffer take some more than
		// their bytes.
		if lost := int64(100*i+100) - kept(t, disk, uint64(i)); lost*100 > 3*buffer {
			t.Fatalf("after %d rows %d are lost", 100*i+100, lost)
		}
	}
	put(t, task, 20_000, 1)
	clock.now = clock.now.Add(59 * time.Second)
	put(t, task, 20_001, 1)
	clock.now = clock.now.Add(time.Second)
	put(t, task, 20_002, 1)
	deadline := time.After(30 * time.Second)
	for tick := time.NewTicker(time.Millisecond); kept(t, disk, 1) != 20_003; {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("a minute after the first of them the rows are not on disk: %d", kept(t, disk, 1))
		}
	}
	put(t, task, 20_003, 1)
	if err := task.Close(); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if next := kept(t, disk, 1); next != 20_003 {
		t.Errorf("a close without a flush keeps %d", next)
	}
}
