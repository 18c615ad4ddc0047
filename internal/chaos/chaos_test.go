//go:build synctests

package chaos

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"testing"
	"testing/synctest"
)

var (
	seeds  = flag.Int("seeds", 10, "how many seeds to play")
	first  = flag.Uint64("first", 1, "the first of them")
	again  = flag.Int("again", 10, "how often a seed that failed is played again, to say how often it fails")
	traces = flag.String("traces", os.TempDir(), "folder for the traces of seeds that failed")
	broken = flag.Bool("broken", false, "the runtime was broken on purpose: end with the first seed that finds it, fail when none does")
)

// TestVirtual plays seeds, several at a time, each in a bubble of its own.
func TestVirtual(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // a seed's garbage dies with it
	var mu sync.Mutex
	var sum Counts
	found := 0
	t.Run("seeds", func(t *testing.T) {
		for seed := *first; seed < *first+uint64(*seeds); seed++ {
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				t.Parallel()
				mu.Lock()
				done := *broken && found > 0
				mu.Unlock()
				if done {
					return
				}
				r := play(t, Defaults(seed))
				mu.Lock()
				defer mu.Unlock()
				switch {
				case r.Failed() && *broken:
					found++
					t.Logf("found: %.300v", r)
				case r.Failed():
					report(t, seed, r)
				case r.Count():
					sum.Add(r.Counts)
				default:
					t.Logf("does not count: %v", r.Counts)
				}
			})
		}
	})
	fmt.Println(sum)
	switch {
	case *broken && found == 0:
		t.Errorf("%d seeds and none found it", *seeds)
	case !*broken && sum.Seeds < *seeds*3/4:
		t.Errorf("only %d of %d seeds count", sum.Seeds, *seeds)
	}
}

// play plays a seed in a bubble.
func play(t *testing.T, o Options) (r Result) {
	synctest.Test(t, func(*testing.T) { r = Run(o) })
	return r
}

// report saves a failed seed's trace and plays it some more times: the clock is virtual,
// the scheduler is not.
func report(t *testing.T, seed uint64, r Result) {
	path := filepath.Join(*traces, fmt.Sprintf("chaos-seed-%d.txt", seed))
	if err := os.WriteFile(path, []byte(r.String()+"\n\n"+r.Trace), 0o644); err != nil {
		t.Error(err)
	}
	failed := 0
	for range *again {
		if play(t, Defaults(seed)).Failed() {
			failed++
		}
	}
	t.Errorf("seed %d, which failed again in %d of %d more runs; the trace is in %s:\n%.2000v", seed, failed, *again, path, r)
}
