//go:build real

package main

import (
	"os"
	"testing"
)

func TestRealBrokerRunsTheProgram(t *testing.T) {
	addr := os.Getenv("STREAMGEN_KAFKA_BOOTSTRAP")
	if addr == "" {
		t.Fatal("STREAMGEN_KAFKA_BOOTSTRAP is not set: run this through scripts/with-kafka.sh, as make test-real does")
	}
	program(t, addr)
}
