package runtime

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/streamgen/streamgen/runtime/metrics"
)

// Health is how an App is: what /status shows. A plain value, safe for concurrent use.
type Health struct {
	State string `json:"state"` // Kafka Streams' name
	// Healthy is false once the App has failed or stopped, and while a worker is stuck: an
	// orchestrator starts the process anew.
	Healthy bool `json:"healthy"`
	// Ready says that every task assigned here is processing.
	Ready bool `json:"ready"`
	// Reasons say why it is not healthy, or not ready.
	Reasons []string `json:"reasons,omitempty"`
	Workers []Worker `json:"workers"`
}

// Worker is how a worker is. A plain value, safe for concurrent use.
type Worker struct {
	ID       string       `json:"id"`
	Alive    bool         `json:"alive"`
	Stuck    bool         `json:"stuck"`    // its loop has not turned for longer than max.poll.interval.ms
	LastTurn time.Time    `json:"lastTurn"` // of its loop; zero before the first
	Tasks    []TaskHealth `json:"tasks"`
}

// TaskHealth is how a task is. A plain value, safe for concurrent use.
type TaskHealth struct {
	ID         string            `json:"id"` // "<sub-topology>_<partition>"
	State      metrics.TaskState `json:"state"`
	Failure    string            `json:"failure,omitempty"` // that it waits after
	Failures   int               `json:"failures,omitempty"`
	Retry      *time.Time        `json:"retry,omitempty"`
	StreamTime *time.Time        `json:"streamTime,omitempty"` // absent before the first record
	Inputs     []Input           `json:"inputs"`
}

// Input is where a task is in one of its inputs. A plain value, safe for concurrent use.
type Input struct {
	Topic     string `json:"topic"`
	Partition int32  `json:"partition"`
	Position  int64  `json:"position"` // the next offset to process; -1 when not known
	Lag       int64  `json:"lag"`      // records not processed yet; -1 when not known
}

// Health tells how the App is, as its workers told within the last second or so. It is safe for
// concurrent use.
func (a *App) Health() Health { return a.health(time.Now()) }

func (a *App) health(now time.Time) Health {
	s := a.State()
	h := Health{State: s.String(), Healthy: s == Created || s.Live(), Ready: s == Running, Workers: []Worker{}}
	if !h.Healthy {
		h.Reasons = append(h.Reasons, fmt.Sprintf("the application is %v", s))
		if err := a.failure(); err != nil {
			h.Reasons = append(h.Reasons, err.Error())
		}
	}
	for _, r := range a.metrics.Restores.List() {
		h.Reasons = append(h.Reasons, fmt.Sprintf("restoring task %s, store %s: %d of %d offsets, %d records in %v", r.Task, r.Store, r.Position-r.From, r.End-r.From, r.Records, r.Took.Round(time.Millisecond)))
	}
	for _, t := range a.metrics.Threads() {
		w := Worker{ID: t.ID, Alive: t.Alive.Load(), Tasks: []TaskHealth{}}
		if at := t.Turned.Load(); at > 0 {
			w.LastTurn = time.UnixMilli(at)
			still := now.Sub(w.LastTurn)
			if w.Stuck = w.Alive && still > a.cfg.Consumer.MaxPollInterval; w.Stuck {
				h.Healthy, h.Ready = false, false
				h.Reasons = append(h.Reasons, fmt.Sprintf("worker %s has been stuck for %v: a function of the topology does not return, or the broker or the disk does not answer; the group gives its tasks away after consumer.max.poll.interval.ms", t.ID, still.Round(time.Second)))
			}
		}
		for _, task := range t.Tasks() {
			w.Tasks = append(w.Tasks, taskHealth(&task))
			if task.State != metrics.TaskRunning {
				h.Ready = false
				reason := fmt.Sprintf("task %s is %s", task.ID, task.State)
				if task.Failure != "" {
					reason += " after " + task.Failure
				}
				h.Reasons = append(h.Reasons, reason)
			}
		}
		h.Workers = append(h.Workers, w)
	}
	return h
}

func taskHealth(t *metrics.Task) TaskHealth {
	h := TaskHealth{ID: t.ID, State: t.State, Failure: t.Failure, Failures: t.Failed, Inputs: []Input{}}
	if t.Retry > 0 {
		at := time.UnixMilli(t.Retry).UTC()
		h.Retry = &at
	}
	if t.StreamTime >= 0 {
		at := time.UnixMilli(t.StreamTime).UTC()
		h.StreamTime = &at
	}
	for _, in := range t.Inputs {
		h.Inputs = append(h.Inputs, Input{in.Topic, in.Partition, in.Position, in.Lag})
	}
	return h
}

// serveHealth answers /healthz and /readyz: the state, and what is wrong, a line each.
func (a *App) serveHealth(good func(Health) bool) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		h := a.Health()
		if !good(h) {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		fmt.Fprintln(w, h.State)
		for _, r := range h.Reasons {
			fmt.Fprintln(w, r)
		}
	}
}

// serveStatus answers /status with Health as JSON.
func (a *App) serveStatus(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	_ = e.Encode(a.Health()) // the client may be gone
}
