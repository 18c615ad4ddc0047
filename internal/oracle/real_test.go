//go:build real

package oracle_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/streamgen/streamgen/internal/oracle/session"
)

// TestRealOracle plays fresh random cases on Kafka Streams and on ours; the seed is in the log.
// S180.
func TestRealOracle(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	differing, err := session.Run(context.Background(), session.Options{Root: root, Cases: 300, Shapes: 30,
		Seed: uint64(time.Now().UnixNano()), Out: t.Output()})
	if err != nil {
		t.Fatal(err)
	}
	if differing > 0 {
		t.Errorf("%d cases differ; make oracle SEED=… plays them again and keeps the smallest", differing)
	}
}
