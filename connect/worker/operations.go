package worker

import (
	"context"
	"maps"
	"strings"
	"time"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/plugin"
	"github.com/streamgen/streamgen/connect/storage"
)

func loggerRecord(namespace, level string) storage.Record {
	return storage.LoggerRecord(namespace, strings.ToUpper(level))
}

// lead refuses what only the leader may do.
func (w *Worker) lead() error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if !w.share.isLeader {
		return &NotLeader{w.share.leaderURL}
	}
	return nil
}

// writeTimeout bounds a write to a store, the read back included.
const writeTimeout = 30 * time.Second

func (w *Worker) write(ctx context.Context, records ...storage.Record) error {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	return w.configLog.Put(ctx, records...)
}

// Create makes a connector. The state may be empty for a connector that runs at once.
func (w *Worker) Create(ctx context.Context, name string, props map[string]string, state storage.TargetState) (ConnectorInfo, error) {
	if err := w.lead(); err != nil {
		return ConnectorInfo{}, err
	}
	if err := w.checked(ctx, props); err != nil {
		return ConnectorInfo{}, err
	}
	if err := w.checkGroup(props); err != nil {
		return ConnectorInfo{}, err
	}
	w.mu.RLock()
	_, there := w.config.Connectors[name]
	w.mu.RUnlock()
	if there {
		return ConnectorInfo{}, refuse(409, "Connector %s already exists", name)
	}
	records := []storage.Record{storage.ConnectorRecord(name, props)}
	if state != "" {
		// Before the configuration, so that nobody ever sees the connector without it.
		records = append([]storage.Record{storage.TargetRecord(name, state)}, records...)
	}
	if err := w.write(ctx, records...); err != nil {
		return ConnectorInfo{}, err
	}
	return ConnectorInfo{name, props, []storage.TaskID{}, w.typeOf(props)}, nil
}

// checkGroup refuses a sink that would share the worker's group.
func (w *Worker) checkGroup(props map[string]string) error {
	entry, _ := w.connectorEntry(props)
	if group := sinkGroup(props); entry.Kind == plugin.KindSink && w.settings.Distributed && group == w.values.Text("group.id") {
		return refuse(400, "Connector configuration is invalid and contains the following 1 error(s):\nConsumer group for sink connector named %s conflicts with Connect worker group %s", props["name"], group)
	}
	return nil
}

// Put sets a connector's configuration and reports whether it made the connector.
func (w *Worker) Put(ctx context.Context, name string, props map[string]string) (info ConnectorInfo, created bool, err error) {
	if err := w.lead(); err != nil {
		return info, false, err
	}
	if err := w.checked(ctx, props); err != nil {
		return info, false, err
	}
	if err := w.checkGroup(props); err != nil {
		return info, false, err
	}
	w.mu.RLock()
	_, there := w.config.Connectors[name]
	w.mu.RUnlock()
	if err := w.write(ctx, storage.ConnectorRecord(name, props)); err != nil {
		return info, false, err
	}
	if !there {
		return ConnectorInfo{name, props, []storage.TaskID{}, w.typeOf(props)}, true, nil
	}
	info, err = w.Connector(name)
	return info, false, err
}

// Patch changes some keys of a connector's configuration; nil removes one.
func (w *Worker) Patch(ctx context.Context, name string, patch map[string]*string) (ConnectorInfo, error) {
	if err := w.lead(); err != nil {
		return ConnectorInfo{}, err
	}
	w.mu.RLock()
	props, there := w.config.Connectors[name]
	w.mu.RUnlock()
	if !there {
		return ConnectorInfo{}, refuse(404, "Connector %s not found", name)
	}
	props = maps.Clone(props)
	for k, v := range patch {
		if v == nil {
			delete(props, k)
		} else {
			props[k] = *v
		}
	}
	info, _, err := w.Put(ctx, name, props)
	return info, err
}

// Delete removes a connector. The offsets of a source stay: a connector of the same name goes on there.
func (w *Worker) Delete(ctx context.Context, name string) error {
	if err := w.lead(); err != nil {
		return err
	}
	w.mu.RLock()
	_, there := w.config.Connectors[name]
	w.mu.RUnlock()
	if !there {
		return refuse(404, "Connector %s not found", name)
	}
	return w.write(ctx, storage.ConnectorRecord(name, nil), storage.TargetRecord(name, ""))
}

// SetTarget pauses, resumes or stops a connector.
func (w *Worker) SetTarget(ctx context.Context, name string, state storage.TargetState) error {
	w.mu.RLock()
	_, there := w.config.Connectors[name]
	w.mu.RUnlock()
	if !there {
		return refuse(404, "Unknown connector %s", name)
	}
	if state != storage.Stopped {
		return w.write(ctx, storage.TargetRecord(name, state))
	}
	if err := w.lead(); err != nil {
		return err
	}
	// The tasks go first: a connector that is stopped has none, and its offsets may be changed.
	return w.write(ctx, append(storage.TaskRecords(name, nil), storage.TargetRecord(name, storage.Stopped))...)
}

// storeTasks stores the configurations of a connector's tasks, by way of the leader.
func (w *Worker) storeTasks(ctx context.Context, name string, tasks []map[string]string) error {
	err := w.StoreTasks(ctx, name, tasks)
	if other, ok := err.(*NotLeader); ok {
		return w.sendTasks(ctx, other, name, tasks)
	}
	return err
}

// StoreTasks is what the leader does with the configurations that a connector's owner sends.
func (w *Worker) StoreTasks(ctx context.Context, name string, tasks []map[string]string) error {
	if err := w.lead(); err != nil {
		return err
	}
	w.mu.RLock()
	_, there := w.config.Connectors[name]
	stopped := w.config.Targets[name] == storage.Stopped
	w.mu.RUnlock()
	if !there {
		return refuse(404, "Connector %s not found", name)
	}
	if stopped {
		return nil // it has no tasks while it is stopped
	}
	return w.write(ctx, storage.TaskRecords(name, tasks)...)
}

// typeOf returns what kind of connector a configuration makes.
func (w *Worker) typeOf(props map[string]string) string {
	if entry, ok := w.connectorEntry(props); ok {
		return entry.Kind.String()
	}
	return "unknown"
}

// Plugins returns the plug-ins of this worker.
func (w *Worker) Plugins() *plugin.Set { return w.plugins }

// PluginConfig returns the keys of a plug-in; of a connector also those that Connect gives all of its kind.
func (w *Worker) PluginConfig(name, version string) ([]config.KeyInfo, error) {
	kinds := []plugin.Kind{plugin.KindSink, plugin.KindSource, plugin.KindConverter, plugin.KindHeaderConverter, plugin.KindTransform, plugin.KindPredicate}
	entry, ok := w.plugins.Lookup(name, kinds...)
	if !ok {
		return nil, refuse(404, "Unknown plugin %s.", name)
	}
	if version != "" && version != entry.Version {
		return nil, refuse(400, "Plugin %s not found that matches the version range [%s,%[2]s], available versions: [%s]", entry.Class, version, entry.Version)
	}
	keys := entry.New().Config().Keys()
	if entry.Kind == plugin.KindSink || entry.Kind == plugin.KindSource {
		seen := map[string]bool{}
		for _, k := range keys {
			seen[k.Name] = true
		}
		for _, k := range bareConnectorDef(entry.Kind).Keys() {
			if k.Name == "connector.plugin.version" {
				k.Default = entry.Version
			}
			if !seen[k.Name] {
				keys = append(keys, k)
			}
		}
	}
	infos := make([]config.KeyInfo, len(keys))
	for i, k := range keys {
		infos[i] = k.Info()
	}
	return infos, nil
}

// ValidateFor checks a configuration against the connector that a request names.
func (w *Worker) ValidateFor(ctx context.Context, name string, props map[string]string) (config.Infos, error) {
	if class := props["connector.class"]; class != "" {
		asked, a := w.plugins.Lookup(name, plugin.KindSink, plugin.KindSource)
		given, b := w.plugins.Lookup(class, plugin.KindSink, plugin.KindSource)
		if a && b && asked.Class != given.Class || !a && class != name {
			return config.Infos{}, refuse(400, "Included connector type %s does not match request type %s", class, name)
		}
	}
	return w.Validate(ctx, props)
}
