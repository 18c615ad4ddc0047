package worker

import (
	"cmp"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/streamgen/streamgen/connect/plugin"
	"github.com/streamgen/streamgen/connect/storage"
)

// workerMetrics are connect-worker-metrics. Safe for concurrent use.
type workerMetrics struct {
	connectorStarts, connectorFailures, taskStarts, taskFailures, taskRestarts atomic.Int64
	rebalances, rebalanceNanos                                                 atomic.Int64
}

// Label is one label of a metric. A plain value.
type Label struct{ Name, Value string }

// Metric is one value at one moment, under the name of Connect's MBean: the group is its type, the name its attribute.
// A plain value.
type Metric struct {
	Group, Name string
	Labels      []Label
	Value       float64
}

// Metrics returns the metrics of this worker and of what it runs.
func (w *Worker) Metrics() []Metric {
	var all []Metric
	add := func(group, name string, labels []Label, v float64) { all = append(all, Metric{group, name, labels, v}) }
	w.workerMetrics(add)
	for _, t := range w.runningTasks() {
		labels := []Label{{"connector", t.id.Connector}, {"task", strconv.Itoa(t.id.Task)}}
		switch {
		case t.source != nil:
			sourceTaskMetrics(t.source, func(group, name string, v float64) { add(group, name, labels, v) })
		case t.sink != nil:
			sinkTaskMetrics(t.sink, func(group, name string, v float64) { add(group, name, labels, v) })
		}
	}
	for system, failures := range w.breakers.open() {
		add("connect-breaker-metrics", "consecutive-failures", []Label{{"system", system}}, float64(failures))
	}
	return all
}

// listedTask is a running task with its name.
type listedTask struct {
	id     storage.TaskID
	source *sourceTask
	sink   *sinkTask
	up     bool
	failed bool
	began  time.Time
}

func (w *Worker) runningTasks() (all []listedTask) {
	w.runMu.Lock()
	defer w.runMu.Unlock()
	for id, t := range w.running.tasks {
		t.mu.Lock()
		all = append(all, listedTask{id, t.source, t.sink, t.up, t.failed, t.began})
		t.mu.Unlock()
	}
	slices.SortFunc(all, func(a, b listedTask) int {
		return cmp.Or(cmp.Compare(a.id.Connector, b.id.Connector), cmp.Compare(a.id.Task, b.id.Task))
	})
	return all
}

func (w *Worker) workerMetrics(add func(group, name string, labels []Label, v float64)) {
	const group = "connect-worker-metrics"
	w.runMu.Lock()
	connectors, tasks := len(w.running.connectors), len(w.running.tasks)
	w.runMu.Unlock()
	m := &w.metrics
	count := func(name string, n int64) { add(group, name, nil, float64(n)) }
	count("connector-count", int64(connectors))
	count("task-count", int64(tasks))
	count("connector-startup-attempts-total", m.connectorStarts.Load())
	count("connector-startup-failure-total", m.connectorFailures.Load())
	count("connector-startup-success-total", m.connectorStarts.Load()-m.connectorFailures.Load())
	count("task-startup-attempts-total", m.taskStarts.Load())
	count("task-startup-failure-total", m.taskFailures.Load())
	count("task-startup-success-total", m.taskStarts.Load()-m.taskFailures.Load())
	count("task-supervised-restart-total", m.taskRestarts.Load())
	w.mu.RLock()
	defer w.mu.RUnlock()
	for name := range w.config.Connectors {
		states := map[storage.State]int{}
		total := 0
		for id, s := range w.status.Tasks {
			if id.Connector == name {
				states[s.State]++
				total++
			}
		}
		labels := []Label{{"connector", name}}
		add(group, "connector-total-task-count", labels, float64(total))
		for state, word := range map[storage.State]string{storage.Running: "running", storage.PausedState: "paused", storage.Failed: "failed", storage.Unassigned: "unassigned", storage.Restarting: "restarting"} {
			add(group, "connector-"+word+"-task-count", labels, float64(states[state]))
		}
	}
	if !w.share.all {
		const group = "connect-worker-rebalance-metrics"
		add(group, "completed-rebalances-total", nil, float64(m.rebalances.Load()))
		add(group, "epoch", nil, float64(w.share.generation))
		add(group, "rebalance-avg-time-ms", nil, average(m.rebalanceNanos.Load(), m.rebalances.Load()))
	}
}

// average is of nanoseconds, in milliseconds.
func average(nanos, n int64) float64 {
	if n == 0 {
		return 0
	}
	return float64(nanos) / float64(n) / 1e6
}

func sourceTaskMetrics(t *sourceTask, add func(group, name string, v float64)) {
	m := &t.metrics
	const group = "source-task-metrics"
	add(group, "source-record-poll-total", float64(m.polled.Load()))
	add(group, "source-record-write-total", float64(m.written.Load()))
	add(group, "source-record-active-count", float64(m.active.Load()))
	add(group, "poll-batch-avg-time-ms", average(m.pollNanos.Load(), m.polls.Load()))
	add(group, "poll-batch-max-time-ms", float64(m.pollMax.Load())/1e6)
	taskMetrics(add, t.paused.isShut(), m.commits.Load(), m.commitFailures.Load(), m.commitNanos.Load(), m.commitMax.Load(), m.batchMax.Load())
	t.policy.metrics.add(add)
}

func sinkTaskMetrics(t *sinkTask, add func(group, name string, v float64)) {
	m := &t.metrics
	const group = "sink-task-metrics"
	add(group, "sink-record-read-total", float64(m.read.Load()))
	add(group, "sink-record-send-total", float64(m.sent.Load()))
	add(group, "sink-record-active-count", float64(m.active.Load()))
	add(group, "partition-count", float64(m.partitions.Load()))
	add(group, "offset-commit-seq-no", float64(m.seq.Load()))
	add(group, "offset-commit-completion-total", float64(m.commits.Load()))
	add(group, "put-batch-avg-time-ms", average(m.putNanos.Load(), m.puts.Load()))
	add(group, "put-batch-max-time-ms", float64(m.putMax.Load())/1e6)
	t.mu.Lock()
	most := int64(0)
	for _, lag := range t.lag {
		most = max(most, lag)
	}
	t.mu.Unlock()
	add(group, "sink-record-lag-max", float64(most))
	taskMetrics(add, t.paused.isShut(), m.commits.Load(), m.commitFailures.Load(), m.commitNanos.Load(), m.commitMax.Load(), m.batchMax.Load())
	t.policy.metrics.add(add)
}

// taskMetrics are connector-task-metrics.
func taskMetrics(add func(group, name string, v float64), paused bool, commits, failures, nanos, most, batch int64) {
	const group = "connector-task-metrics"
	running := 1.0
	if paused {
		running = 0
	}
	add(group, "running-ratio", running)
	add(group, "pause-ratio", 1-running)
	add(group, "offset-commit-avg-time-ms", average(nanos, commits))
	add(group, "offset-commit-max-time-ms", float64(most)/1e6)
	share := 0.0
	if total := commits + failures; total > 0 {
		share = float64(failures) / float64(total)
	}
	add(group, "offset-commit-failure-percentage", share)
	add(group, "offset-commit-success-percentage", 1-share)
	add(group, "batch-size-max", float64(batch))
}

// add gives task-error-metrics.
func (m *errorMetrics) add(add func(group, name string, v float64)) {
	const group = "task-error-metrics"
	for _, one := range []struct {
		name string
		v    *atomic.Int64
	}{
		{"total-record-failures", &m.failures}, {"total-record-errors", &m.errors}, {"total-records-skipped", &m.skipped},
		{"total-retries", &m.retries}, {"total-errors-logged", &m.logged}, {"deadletterqueue-produce-requests", &m.dlqRequests},
		{"deadletterqueue-produce-failures", &m.dlqFailures}, {"last-error-timestamp", &m.lastError},
	} {
		add(group, one.name, float64(one.v.Load()))
	}
}

// Lags returns how far each partition of a sink's tasks on this worker is behind.
func (w *Worker) Lags(connector string) map[plugin.TopicPartition]int64 {
	lags := map[plugin.TopicPartition]int64{}
	for _, t := range w.runningTasks() {
		if t.id.Connector != connector || t.sink == nil {
			continue
		}
		t.sink.mu.Lock()
		for tp, lag := range t.sink.lag {
			lags[tp] = lag
		}
		t.sink.mu.Unlock()
	}
	return lags
}
