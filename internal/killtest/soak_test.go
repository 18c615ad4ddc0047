//go:build chaos && linux

package killtest

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestSoak is make soak: three instances on a real broker, and everything that can happen.
func TestSoak(t *testing.T) {
	minutes, err := strconv.ParseFloat(os.Getenv("STREAMGEN_SOAK_MINUTES"), 64)
	if err != nil || minutes <= 0 {
		t.Fatalf("STREAMGEN_SOAK_MINUTES is %q, not a number of minutes: run this through make soak MINUTES=10", os.Getenv("STREAMGEN_SOAK_MINUTES"))
	}
	bootstrap := kafka(t)
	_, port, err := net.SplitHostPort(bootstrap)
	if err != nil {
		t.Fatal(err)
	}
	scripts, err := filepath.Abs("../../scripts/kafka")
	if err != nil {
		t.Fatal(err)
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	length := time.Duration(minutes * float64(time.Minute))
	ctx, cancel := context.WithTimeout(t.Context(), 2*length+15*time.Minute)
	defer cancel()
	r, err := Soak{
		Options: Options{
			Bootstrap: bootstrap, Binary: build(t, application), Dir: t.ArtifactDir(), Guarantee: "exactly_once_v2", Log: t.Logf,
			Name: "soak", Seed: seed, Processes: 3, Workers: 2, Partitions: 4, Rate: 500, Standbys: 1,
		},
		Length: length,
		Kafka:  Kafka{Scripts: scripts, Dir: os.Getenv("STREAMGEN_KAFKA_DIR"), Port: port},
	}.Run(ctx)
	t.Log(r)
	if err != nil {
		t.Fatal(err)
	}
	if r.AfterAll == 0 || r.Rows == 0 {
		t.Error("the soak did not end in work")
	}
	if len(r.Differences) > 0 {
		all := filepath.Join(t.ArtifactDir(), "differences.txt")
		if err := os.WriteFile(all, []byte(strings.Join(r.Differences, "\n")), 0o644); err != nil {
			t.Error(err)
		}
		t.Errorf("not exactly once, seed %d; all differences are in %s:\n%v", seed, all, r.Differences)
	}
}
