package worker

import (
	"context"
	"slices"

	"github.com/streamgen/streamgen/connect/storage"
)

// requestRestart counts what a restart record asks for; the caller holds mu.
func (w *Worker) requestRestart(e storage.Event) {
	plan := w.plan(e.Connector, e.IncludeTasks, e.OnlyFailed)
	if plan.connector {
		w.restarts[e.Connector]++
	}
	for _, id := range plan.tasks {
		w.restarts[id.String()]++
		delete(w.retries, id)
	}
}

// restartPlan is what a restart would restart.
type restartPlan struct {
	connector bool
	tasks     []storage.TaskID
}

// plan works out a restart; the caller holds mu.
func (w *Worker) plan(name string, includeTasks, onlyFailed bool) (p restartPlan) {
	wanted := func(s storage.Status) bool { return !onlyFailed || s.State == storage.Failed }
	if s, ok := w.status.Connectors[name]; ok {
		p.connector = wanted(s)
	}
	if includeTasks {
		for id, s := range w.status.Tasks {
			if id.Connector == name && wanted(s) {
				p.tasks = append(p.tasks, id)
			}
		}
	}
	return p
}

// RestartConnector restarts the connector alone, on the worker that owns it.
func (w *Worker) RestartConnector(ctx context.Context, name string) error {
	w.mu.RLock()
	_, there := w.config.Connectors[name]
	owner := w.status.Connectors[name].Worker
	mine := w.share.all || w.share.connectors[name]
	w.mu.RUnlock()
	if !there {
		return refuse(404, "Unknown connector: %s", name)
	}
	if !mine {
		return &NotLeader{w.urlOf(owner)}
	}
	w.mu.Lock()
	w.restarts[name]++
	w.mu.Unlock()
	w.nudge()
	return nil
}

// RestartTask restarts one task, on the worker that owns it.
func (w *Worker) RestartTask(ctx context.Context, id storage.TaskID) error {
	w.mu.RLock()
	_, there := w.config.Connectors[id.Connector]
	known := id.Task >= 0 && id.Task < len(w.config.Tasks[id.Connector])
	owner := w.status.Tasks[id].Worker
	mine := w.share.all || w.share.tasks[id]
	w.mu.RUnlock()
	switch {
	case !there:
		return refuse(404, "Unknown connector: %s", id.Connector)
	case !known:
		return refuse(404, "Unknown task: %s", id)
	case !mine:
		return &NotLeader{w.urlOf(owner)}
	}
	w.mu.Lock()
	w.restarts[id.String()]++
	delete(w.retries, id)
	w.mu.Unlock()
	w.nudge()
	return nil
}

// Restart asks all workers to restart what they run of a connector, and returns the state with what will restart shown
// as restarting.
func (w *Worker) Restart(ctx context.Context, name string, includeTasks, onlyFailed bool) (Status, error) {
	w.mu.RLock()
	_, there := w.config.Connectors[name]
	w.mu.RUnlock()
	if !there {
		return Status{}, refuse(404, "Unknown connector: %s", name)
	}
	if err := w.lead(); err != nil {
		return Status{}, err
	}
	status, err := w.Status(name)
	if err != nil {
		return Status{}, err
	}
	w.mu.RLock()
	p := w.plan(name, includeTasks, onlyFailed)
	w.mu.RUnlock()
	if p.connector {
		status.Connector.State = storage.Restarting
	}
	for i := range status.Tasks {
		if slices.Contains(p.tasks, storage.TaskID{Connector: name, Task: status.Tasks[i].ID}) {
			status.Tasks[i].State = storage.Restarting
		}
	}
	return status, w.write(ctx, storage.RestartRecord(name, includeTasks, onlyFailed))
}

// ResetTopics forgets the topics that a connector has used.
func (w *Worker) ResetTopics(ctx context.Context, name string) error {
	if !w.values.Bool("topic.tracking.enable") {
		return refuse(403, "Topic tracking is disabled.")
	}
	if !w.values.Bool("topic.tracking.allow.reset") {
		return refuse(403, "Topic tracking reset is disabled.")
	}
	topics, err := w.Topics(name)
	if err != nil {
		return err
	}
	var records []storage.Record
	for _, t := range topics {
		records = append(records, storage.TopicResetRecord(name, t))
	}
	return w.statusLog.Put(ctx, records...)
}
