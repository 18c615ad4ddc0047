//go:build real || chaos

package killtest

import (
	"os"
	"testing"
	"time"
)

// kafka is the address of a real broker (scripts/with-kafka.sh).
func kafka(t *testing.T) string {
	addr := os.Getenv("STREAMGEN_KAFKA_BOOTSTRAP")
	if addr == "" {
		t.Fatal("STREAMGEN_KAFKA_BOOTSTRAP is not set: run under scripts/with-kafka.sh")
	}
	return addr
}

// realSession is the lowest session timeout that Apache Kafka allows by default.
const realSession = 6 * time.Second

func TestRealKilledProcessLosesAndRepeatsNothing(t *testing.T) {
	run(t, kafka(t), kills(t, 20), realSession)
}
