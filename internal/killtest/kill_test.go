package killtest

import (
	"context"
	"os"
	"testing"
	"time"
)

const (
	application = "github.com/streamgen/streamgen/internal/killtest/app"
	command     = "github.com/streamgen/streamgen/cmd/streamgen"
)

// build compiles a command of this module.
func build(t *testing.T, pkg string) string {
	t.Helper()
	binary, err := Build(t.Context(), t.TempDir(), pkg)
	if err != nil {
		t.Fatal(err)
	}
	return binary
}

// embedded starts an embedded broker in a process of its own for the length of the test.
func embedded(t *testing.T) string {
	t.Helper()
	b, err := StartBroker(t.Context(), build(t, command), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Stop(); err != nil {
			t.Errorf("broker: %v", err)
		}
	})
	return b.Addr
}

// kafka returns the address of the real broker.
func kafka(t *testing.T) string {
	t.Helper()
	addr := os.Getenv("STREAMGEN_KAFKA_BOOTSTRAP")
	if addr == "" {
		t.Fatal("STREAMGEN_KAFKA_BOOTSTRAP is not set: run this through scripts/with-kafka.sh, as make test-real does")
	}
	return addr
}

// exactlyOnce runs the kill test and demands that nothing differs and that the run counts.
func exactlyOnce(t *testing.T, o Options, limit time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	o.Guarantee, o.Log = "exactly_once_v2", t.Logf
	r, err := Run(ctx, o)
	t.Log(r)
	if err != nil {
		t.Fatal(err)
	}
	if r.Kills < o.Kills || r.Starts < o.Kills+1 || r.AfterAll == 0 || r.Rows == 0 {
		t.Error("the kills did not fall into the work")
	}
	if len(r.Differences) > 0 {
		t.Errorf("not exactly once, seed %d:\n%v", o.Seed, r.Differences)
	}
}

// One worker: a process with two can be killed while one of them joins, see EarlyKills.
func TestKillEmbedded(t *testing.T) {
	exactlyOnce(t, Options{
		Bootstrap: embedded(t), Binary: build(t, application), Dir: t.ArtifactDir(),
		Name: "kill", Seed: 1, Kills: 5, Processes: 1, Workers: 1, Partitions: 3, Rate: 3000,
	}, 3*time.Minute)
}
