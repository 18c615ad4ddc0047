package worker

import (
	"maps"
	"slices"

	"github.com/streamgen/streamgen/connect/storage"
)

// ConnectorInfo describes a connector. A plain value.
type ConnectorInfo struct {
	Name   string            `json:"name"`
	Config map[string]string `json:"config"`
	Tasks  []storage.TaskID  `json:"tasks"`
	Type   string            `json:"type"`
}

// StateInfo is the state of a connector or task. A plain value.
type StateInfo struct {
	State   storage.State `json:"state"`
	Worker  string        `json:"worker_id"`
	Version string        `json:"version,omitempty"`
	Trace   string        `json:"trace,omitempty"`
}

// TaskState is the state of a task. A plain value.
type TaskState struct {
	ID int `json:"id"`
	StateInfo
}

// Status is the state of a connector and its tasks. A plain value.
type Status struct {
	Name      string      `json:"name"`
	Connector StateInfo   `json:"connector"`
	Tasks     []TaskState `json:"tasks"`
	Type      string      `json:"type"`
}

// TaskInfo is a task with its configuration. A plain value.
type TaskInfo struct {
	ID     storage.TaskID    `json:"id"`
	Config map[string]string `json:"config"`
}

// Info describes the worker. A plain value.
type Info struct {
	Version   string `json:"version"`
	Commit    string `json:"commit"`
	ClusterID string `json:"kafka_cluster_id"`
}

// Info returns the worker's version and cluster.
func (w *Worker) Info() Info { return Info{Version, Commit, w.clusterID} }

// Ready tells whether the worker has joined its group and read its stores.
func (w *Worker) Ready() bool { return w.isReady() }

// Connectors returns the names of all connectors, sorted.
func (w *Worker) Connectors() []string {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.config.Names()
}

// Connector describes one connector.
func (w *Worker) Connector(name string) (ConnectorInfo, error) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	props, ok := w.config.Connectors[name]
	if !ok {
		return ConnectorInfo{}, refuse(404, "Connector %s not found", name)
	}
	info := ConnectorInfo{name, props, []storage.TaskID{}, w.typeOf(props)}
	for i := range w.config.Tasks[name] {
		info.Tasks = append(info.Tasks, storage.TaskID{Connector: name, Task: i})
	}
	return info, nil
}

// Tasks returns the configurations of a connector's tasks.
func (w *Worker) Tasks(name string) ([]TaskInfo, error) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if _, ok := w.config.Connectors[name]; !ok {
		return nil, refuse(404, "Connector %s not found", name)
	}
	infos := []TaskInfo{}
	for i, props := range w.config.Tasks[name] {
		infos = append(infos, TaskInfo{storage.TaskID{Connector: name, Task: i}, props})
	}
	return infos, nil
}

func stateInfo(s storage.Status) StateInfo { return StateInfo{s.State, s.Worker, s.Version, s.Trace} }

// Status returns the state of a connector and of its tasks.
func (w *Worker) Status(name string) (Status, error) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	s, ok := w.status.Connectors[name]
	if !ok {
		return Status{}, refuse(404, "No status found for connector %s", name)
	}
	status := Status{name, stateInfo(s), []TaskState{}, w.typeOf(w.config.Connectors[name])}
	for id, t := range w.status.Tasks {
		if id.Connector == name {
			status.Tasks = append(status.Tasks, TaskState{id.Task, stateInfo(t)})
		}
	}
	slices.SortFunc(status.Tasks, func(a, b TaskState) int { return a.ID - b.ID })
	return status, nil
}

// TaskStatus returns the state of one task.
func (w *Worker) TaskStatus(id storage.TaskID) (TaskState, error) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	s, ok := w.status.Tasks[id]
	if !ok {
		return TaskState{}, refuse(404, "No status found for task %s", id)
	}
	return TaskState{id.Task, stateInfo(s)}, nil
}

// Topics returns the topics that a connector has used.
func (w *Worker) Topics(name string) ([]string, error) {
	if !w.values.Bool("topic.tracking.enable") {
		return nil, refuse(403, "Topic tracking is disabled.")
	}
	w.mu.RLock()
	defer w.mu.RUnlock()
	topics := slices.Sorted(maps.Keys(w.status.Topics[name]))
	if topics == nil {
		topics = []string{}
	}
	return topics, nil
}
