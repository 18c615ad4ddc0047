//go:build real

package main

import (
	"os"
	"testing"
)

// Whole runs, with too few records to measure anything: each contestant starts, gives the right output, and ends. goka is
// left to make bench: this tier needs no more modules than the project's own.
func TestRealPath(t *testing.T) {
	if os.Getenv("STREAMGEN_KAFKA_BOOTSTRAP") == "" {
		t.Fatal("no broker: run this through make test-real")
	}
	if err := command(t.Context(), []string{"-n", "2000", "-rounds", "1", "-workloads", "tumbling join", "-contestants", "generated hand kstreams"}); err != nil {
		t.Fatal(err)
	}
}
