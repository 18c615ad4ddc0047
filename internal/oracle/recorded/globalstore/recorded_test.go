package globalstore

import (
	"testing"

	"github.com/streamgen/streamgen/internal/oracle/recorded"
)

// TestRecorded replays what Kafka Streams gave.
func TestRecorded(t *testing.T) {
	n, found, err := recorded.Replay("results.txt.gz", Entries)
	if err != nil || n == 0 {
		t.Fatal(n, "cases", err)
	}
	for _, f := range found {
		t.Error(f)
	}
}
