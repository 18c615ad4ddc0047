package runtime

import (
	"strings"
	"testing"
	"time"

	"github.com/streamgen/streamgen/runtime/metrics"
)

// What an orchestrator is told, by what the workers told last.
func TestHealthComesFromWorkersAndTasks(t *testing.T) {
	now := time.UnixMilli(1_700_000_000_000)
	for _, c := range []struct {
		name           string
		state          State
		turned         time.Duration // ago
		alive          bool
		task           metrics.TaskState
		healthy, ready bool
		reason         string
	}{
		{"all runs", Running, time.Second, true, metrics.TaskRunning, true, true, ""},
		{"the loop stands still", Running, 6 * time.Minute, true, metrics.TaskRunning, false, false, "worker w has been stuck for 6m0s"},
		{"a dead worker is not stuck", PendingError, 6 * time.Minute, false, metrics.TaskRunning, false, false, "the application is PENDING_ERROR"},
		{"a task restores", Rebalancing, time.Second, true, metrics.TaskRestoring, true, false, "task 0_1 is RESTORING"},
		{"a task waits", Rebalancing, time.Second, true, metrics.TaskWaiting, true, false, "task 0_1 is WAITING after bad record"},
		{"failed", Failed, time.Second, false, metrics.TaskRunning, false, false, "the application is ERROR"},
	} {
		a := &App{}
		a.cfg.EnsureDefaults()
		a.state.Store(uint32(c.state))
		w := a.metrics.Thread("w")
		w.Alive.Store(c.alive)
		w.Turned.Store(now.Add(-c.turned).UnixMilli())
		failure := ""
		if c.task == metrics.TaskWaiting {
			failure = "bad record"
		}
		w.Tell([]metrics.Task{{ID: "0_1", State: c.task, Failure: failure, StreamTime: -1, Inputs: []metrics.Flow{{Topic: "words", Partition: 1, Position: 5, Lag: 2}}}})
		h := a.health(now)
		if h.Healthy != c.healthy || h.Ready != c.ready || c.reason == "" != (len(h.Reasons) == 0) || c.reason != "" && !strings.HasPrefix(h.Reasons[0], c.reason) {
			t.Errorf("%s: %+v", c.name, h)
		}
		if in := h.Workers[0].Tasks[0].Inputs[0]; in.Position != 5 || in.Lag != 2 {
			t.Errorf("%s: input %+v", c.name, in)
		}
	}
}
