package store

import (
	"testing"

	"github.com/streamgen/streamgen/runtime/gen"
)

// Peek tells what an open would find, whatever a crash left; a folder or a database without
// content holds nothing, which is no error.
func TestPeekAfterACrash(t *testing.T) {
	specs := []gen.Store{{Name: "a", Logged: true}}
	found := 0
	for seed := range uint64(20) {
		disk := NewMemDisk()
		task := openTask(t, openProcess(t, disk), "0_0", specs)
		for _, rows := range []int{0, 2 * bulkRows, 10} {
			if rows > 0 {
				load(t, task, 0, rows, int64(rows))
			}
			p := openProcess(t, disk.Crash(seed<<8|uint64(rows)))
			next, err := p.Peek("0_0", specs)
			if err != nil {
				t.Fatalf("seed %d, %d rows: %v", seed, rows, err)
			}
			want, known := openTask(t, p, "0_0", specs).Offset(0)
			if !known {
				want = -1
			} else {
				found++
			}
			if next[0] != want {
				t.Fatalf("seed %d, %d rows: %v, but an open finds %d", seed, rows, next, want)
			}
			if err := task.Flush(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if found == 0 {
		t.Error("no crash left anything")
	}
}
