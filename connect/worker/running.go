package worker

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/streamgen/streamgen/connect/plugin"
	"github.com/streamgen/streamgen/connect/storage"
)

// running is what this worker runs now.
type running struct {
	connectors map[string]*runningConnector
	tasks      map[storage.TaskID]*runningTask
}

// version tells whether what runs is what should run: any difference means stop and start again.
type version struct {
	config  int64 // changes of the connector, or generation of its tasks
	restart int
	retry   int
	target  storage.TargetState // of connectors; tasks are paused in place
}

// runningConnector is a connector that this worker owns, started or not.
type runningConnector struct {
	version   version
	connector plugin.SinkConnector // or a source; nil while the connector is not started
	source    plugin.SourceConnector
	cancel    context.CancelFunc
	again     chan struct{}
}

// runningTask is a task that this worker owns.
type runningTask struct {
	version version
	cancel  context.CancelFunc
	done    chan struct{}
	gate    *gate
	source  *sourceTask
	sink    *sinkTask
	began   time.Time
	mu      sync.Mutex
	up      bool
	failed  bool
}

// retryState counts the supervised restarts of a task.
type retryState struct {
	attempts int
	due      time.Time // zero: none planned
	restarts int       // made so far; part of the version
	healthy  time.Time
}

// reconcile makes what runs what should run.
func (w *Worker) reconcile(ctx context.Context) {
	state, share, restarts := w.snapshot()
	wantConnectors, wantTasks := w.wanted(state, share, restarts)
	w.runMu.Lock()
	var stopConnectors []string
	var stopTasks []storage.TaskID
	for name, c := range w.running.connectors {
		if v, ok := wantConnectors[name]; !ok || v != c.version {
			stopConnectors = append(stopConnectors, name)
		}
	}
	for id, t := range w.running.tasks {
		if v, ok := wantTasks[id]; !ok || v != t.version {
			stopTasks = append(stopTasks, id)
		}
	}
	w.runMu.Unlock()
	w.stopAll(stopConnectors, stopTasks)
	for id, t := range w.running.tasks {
		w.pauseTask(id, t, state.Targets[id.Connector])
	}
	for _, name := range slices.Sorted(maps.Keys(wantConnectors)) {
		if w.running.connectors[name] == nil {
			w.startConnector(ctx, name, state, wantConnectors[name])
		}
	}
	for id, v := range wantTasks {
		if w.running.tasks[id] == nil {
			w.startTask(ctx, id, state, v)
		}
	}
	if w.group != nil {
		w.group.settled(share)
	}
}

// wanted returns what should run, by version.
func (w *Worker) wanted(state *storage.ConfigState, share assignment, restarts map[string]int) (map[string]version, map[storage.TaskID]version) {
	connectors, tasks := map[string]version{}, map[storage.TaskID]version{}
	w.mu.RLock()
	defer w.mu.RUnlock()
	for name := range state.Connectors {
		if share.all || share.connectors[name] {
			connectors[name] = version{config: state.Changes[name], restart: restarts[name], target: state.Targets[name]}
		}
		if state.Inconsistent[name] {
			continue
		}
		for i := range state.Tasks[name] {
			id := storage.TaskID{Connector: name, Task: i}
			if share.all || share.tasks[id] {
				v := version{config: state.Generations[name], restart: restarts[id.String()]}
				if r := w.retries[id]; r != nil {
					v.retry = r.restarts
				}
				tasks[id] = v
			}
		}
	}
	return connectors, tasks
}

// stopAll stops connectors and tasks side by side; tasks that do not end in time are left behind, cancelled.
func (w *Worker) stopAll(connectors []string, tasks []storage.TaskID) {
	for _, name := range connectors {
		w.stopConnector(name)
	}
	for _, id := range tasks {
		w.running.tasks[id].cancel()
	}
	deadline := time.After(max(millis(w.values, "task.shutdown.graceful.timeout.ms"), time.Millisecond))
	for _, id := range tasks {
		t := w.running.tasks[id]
		select {
		case <-t.done:
		case <-deadline:
			w.log.Warn("a task did not stop in time and is left behind", "task", id.String())
		}
		w.runMu.Lock()
		delete(w.running.tasks, id)
		w.runMu.Unlock()
		w.mu.RLock()
		_, configured := w.config.Connectors[id.Connector]
		configured = configured && id.Task < len(w.config.Tasks[id.Connector])
		w.mu.RUnlock()
		t.mu.Lock()
		failed := t.failed
		t.mu.Unlock()
		switch {
		case !configured:
			w.setStatus(id.Connector, id.Task, storage.Destroyed, "")
		case !failed:
			w.setStatus(id.Connector, id.Task, storage.Unassigned, "")
		}
	}
}

func (w *Worker) stopConnector(name string) {
	c := w.running.connectors[name]
	c.cancel()
	if c.plugin() != nil {
		if err := guard(c.plugin().Stop); err != nil {
			w.log.Warn("a connector did not stop cleanly", "connector", name, "error", err)
		}
	}
	w.runMu.Lock()
	delete(w.running.connectors, name)
	w.runMu.Unlock()
	w.mu.RLock()
	_, configured := w.config.Connectors[name]
	w.mu.RUnlock()
	if !configured {
		w.setStatus(name, -1, storage.Destroyed, "")
	}
}

// plugin returns the connector, nil while it is not started.
func (c *runningConnector) plugin() plugin.Connector {
	switch {
	case c.source != nil:
		return c.source
	case c.connector != nil:
		return c.connector
	}
	return nil
}

// connectorContext is a connector's view of its worker.
type connectorContext struct {
	ctx     context.Context
	worker  *Worker
	name    string
	again   chan struct{}
	offsets plugin.OffsetReader
}

func (c *connectorContext) Context() context.Context { return c.ctx }
func (c *connectorContext) Reconfigure() {
	select {
	case c.again <- struct{}{}:
	default:
	}
}
func (c *connectorContext) Fail(err error) {
	c.worker.setStatus(c.name, -1, storage.Failed, trace(err))
}
func (c *connectorContext) Offsets() plugin.OffsetReader { return c.offsets }

// startConnector starts a connector, or notes that it is paused or stopped, and keeps its tasks configured.
func (w *Worker) startConnector(ctx context.Context, name string, state *storage.ConfigState, v version) {
	ctx, cancel := context.WithCancel(ctx)
	c := &runningConnector{version: v, cancel: cancel, again: make(chan struct{}, 1)}
	w.runMu.Lock()
	w.running.connectors[name] = c
	w.runMu.Unlock()
	switch v.target {
	case storage.Paused:
		w.setStatus(name, -1, storage.PausedState, "")
		return
	case storage.Stopped:
		w.setStatus(name, -1, storage.StoppedState, "")
		return
	}
	w.metrics.connectorStarts.Add(1)
	max, err := w.beginConnector(ctx, name, state, c)
	if err != nil {
		w.metrics.connectorFailures.Add(1)
		w.setStatus(name, -1, storage.Failed, trace(err))
		w.log.Error("a connector failed to start", "connector", name, "error", err)
		return
	}
	w.setStatus(name, -1, storage.Running, "")
	select {
	case c.again <- struct{}{}:
	default: // it has asked for that itself
	}
	go w.keepTasks(ctx, name, c, max)
}

func (w *Worker) beginConnector(ctx context.Context, name string, state *storage.ConfigState, c *runningConnector) (tasks int, err error) {
	props, err := w.variables.resolve(ctx, state.Connectors[name])
	if err != nil {
		return 0, err
	}
	entry, ok := w.connectorEntry(props)
	if !ok {
		return 0, unknownClass(w.plugins, props["connector.class"])
	}
	v, err := w.connectorDef(entry, props).Parse(props)
	if err != nil {
		return 0, err
	}
	cc := &connectorContext{ctx: ctx, worker: w, name: name, again: c.again}
	p := entry.New()
	if entry.Kind == plugin.KindSource {
		source := p.(plugin.SourceConnector)
		cc.offsets = &connectorOffsets{connector: name, shared: w.offsets}
		err = guard(func() error { return source.Start(cc, props) })
		c.source = source
	} else {
		sink := p.(plugin.SinkConnector)
		err = guard(func() error { return sink.Start(cc, props) })
		c.connector = sink
	}
	return int(v.Int("tasks.max")), err
}

// keepTasks asks the connector for its tasks' configurations, at first and whenever the connector wants it, and stores
// them when they differ from those that are stored. It tries again until that has worked.
func (w *Worker) keepTasks(ctx context.Context, name string, c *runningConnector, max int) {
	for n := 1; ; {
		select {
		case <-ctx.Done():
			return
		case <-c.again:
		}
		err := w.configureTasks(ctx, name, c, max)
		if err == nil || ctx.Err() != nil {
			n = 1
			continue
		}
		var fatal *taskPlanError
		if errors.As(err, &fatal) {
			w.setStatus(name, -1, storage.Failed, trace(fatal.cause))
			continue
		}
		w.log.Warn("the configurations of a connector's tasks were not stored; it is tried again", "connector", name, "error", err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(min(100*time.Millisecond<<min(n, 10), 10*time.Second)):
		}
		n++
		select {
		case c.again <- struct{}{}:
		default:
		}
	}
}

// taskPlanError is a connector that could not say what its tasks are.
type taskPlanError struct{ cause error }

func (e *taskPlanError) Error() string { return e.cause.Error() }

// configureTasks stores the tasks' configurations if they have changed.
func (w *Worker) configureTasks(ctx context.Context, name string, c *runningConnector, limit int) error {
	var configs []map[string]string
	err := guard(func() (err error) {
		configs, err = c.plugin().TaskConfigs(limit)
		return err
	})
	if err == nil && len(configs) > limit {
		err = plugin.Errorf("The connector %s has generated %d tasks, which is greater than %d, the maximum number of tasks it is configured to create. "+
			"This behaviour should be considered a bug and is disallowed. If necessary, it can be permitted by reconfiguring the connector with 'tasks.max.enforce' set to false; "+
			"however, this option will be removed in a future release of Kafka Connect.", name, len(configs), limit)
	}
	if err != nil {
		return &taskPlanError{err}
	}
	w.mu.RLock()
	props := w.config.Connectors[name]
	old, applied, broken := w.config.Tasks[name], w.config.Applied[name], w.config.Inconsistent[name]
	w.mu.RUnlock()
	if props == nil {
		return nil
	}
	full := make([]map[string]string, len(configs))
	for i, c := range configs {
		full[i] = maps.Clone(c)
		if full[i] == nil {
			full[i] = map[string]string{}
		}
		full[i]["task.class"] = taskClass(w.plugins, props["connector.class"])
		w.variables.hide(full[i], props)
	}
	same := !broken && maps.Equal(props, applied) && slices.EqualFunc(full, old, maps.Equal[map[string]string, map[string]string])
	if same {
		return nil
	}
	return w.storeTasks(ctx, name, full)
}

// taskClass is the name that a task goes by: Connect's connectors and their tasks differ in the last word.
func taskClass(set *plugin.Set, class string) string {
	if entry, ok := set.Lookup(class, plugin.KindSink, plugin.KindSource); ok {
		class = entry.Class
	}
	return strings.TrimSuffix(class, "Connector") + "Task"
}

// pauseTask lets a task run or holds it, as its connector's target state says.
func (w *Worker) pauseTask(id storage.TaskID, t *runningTask, target storage.TargetState) {
	shut := target != storage.Started
	if t.gate.isShut() == shut {
		return
	}
	t.gate.set(shut)
	t.mu.Lock()
	up := t.up && !t.failed
	t.mu.Unlock()
	if up {
		w.setStatus(id.Connector, id.Task, pausedOr(shut), "")
	}
}

func pausedOr(shut bool) storage.State {
	if shut {
		return storage.PausedState
	}
	return storage.Running
}
