//go:build synctests

package chaos

import (
	"fmt"
	"os"
	"strconv"
	"testing"
	"testing/synctest"
)

// TestVirtual plays seeds: STREAMGEN_SEEDS of them, from STREAMGEN_SEED on.
func TestVirtual(t *testing.T) {
	seeds, first := number("STREAMGEN_SEEDS", 20), uint64(number("STREAMGEN_SEED", 1))
	var sum Counts
	for seed := first; seed < first+uint64(seeds); seed++ {
		r := play(t, Defaults(seed))
		if r.Failed() {
			t.Errorf("seed %d: %v\n%s", seed, r, r.Trace)
		}
		if !r.Count() {
			t.Logf("seed %d does not count: %v", seed, r.Counts)
			continue
		}
		sum.Add(r.Counts)
	}
	t.Log(sum)
}

// play plays a seed in a bubble of its own.
func play(t *testing.T, o Options) (r Result) {
	t.Run(fmt.Sprint(o.Seed), func(t *testing.T) {
		synctest.Test(t, func(*testing.T) { r = Run(o) })
	})
	return r
}

func number(name string, otherwise int) int {
	n, err := strconv.Atoi(os.Getenv(name))
	if err != nil {
		return otherwise
	}
	return n
}
