//go:build chaos

package killtest

import (
	"context"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// kills is how often the make target asks to kill.
func kills(t *testing.T) int {
	t.Helper()
	n, err := strconv.Atoi(os.Getenv("STREAMGEN_KILLS"))
	if err != nil || n < 1 {
		t.Fatalf("STREAMGEN_KILLS is %q, not a number of kills: run this through make chaos KILLS=20", os.Getenv("STREAMGEN_KILLS"))
	}
	return n
}

// Two processes, so that tasks move to the survivor and back, leaving stale stores behind.
func chaos(t *testing.T, name, bootstrap string) {
	n := kills(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	exactlyOnce(t, Options{
		Bootstrap: bootstrap, Binary: build(t, application), Dir: t.ArtifactDir(),
		Name: name, Seed: seed, Kills: n, EarlyKills: true, Processes: 2, Workers: 2, Partitions: 4, Rate: 3000,
	}, time.Duration(n)*40*time.Second+5*time.Minute)
}

func TestChaosKillEmbedded(t *testing.T) { chaos(t, "chaos-embedded", embedded(t)) }

func TestChaosKillReal(t *testing.T) { chaos(t, "chaos-real", kafka(t)) }

// The same kills without transactions process records twice, and the comparison says so:
// that the other tests are silent means something.
func TestChaosKillAtLeastOnceShowsDuplicates(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	r, err := Run(ctx, Options{
		Bootstrap: embedded(t), Binary: build(t, application), Dir: t.ArtifactDir(), Guarantee: "at_least_once", Log: t.Logf,
		Name: "chaos-twice", Seed: 3, Kills: 5, Processes: 1, Workers: 1, Partitions: 3, Rate: 3000,
	})
	t.Log(r)
	if err != nil {
		t.Fatal(err)
	}
	twice, lost := 0, 0
	for _, d := range r.Differences {
		switch {
		case !strings.HasPrefix(d, "increments: {"):
		case strings.Contains(d, "is lost"):
			lost++
		default:
			twice++
		}
	}
	t.Logf("%d increments too many or wrong, %d missing; first differences:\n%v", twice, lost, r.Differences)
	if twice == 0 {
		t.Error("no duplicate was found")
	}
}
