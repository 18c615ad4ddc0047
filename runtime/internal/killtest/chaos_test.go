//go:build chaos

package killtest

import (
	"testing"
	"time"
)

func TestChaosKillsAgainstTheEmbeddedBroker(t *testing.T) {
	run(t, embedded(t), kills(t, 20), time.Second)
}

func TestChaosKillsAgainstKafka(t *testing.T) {
	run(t, kafka(t), kills(t, 20), realSession)
}
