//go:build real

package killtest

import (
	"testing"
	"time"
)

func TestRealKill(t *testing.T) {
	exactlyOnce(t, Options{
		Bootstrap: kafka(t), Binary: build(t, application), Dir: t.ArtifactDir(),
		Name: "real-kill", Seed: 2, Kills: 20, EarlyKills: true, Processes: 1, Workers: 2, Partitions: 4, Rate: 3000,
	}, 8*time.Minute)
}
