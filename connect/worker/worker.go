package worker

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/plugin"
	"github.com/streamgen/streamgen/connect/storage"
)

// Worker runs connectors. What it should run follows from three things, and nothing else: the config store, the share of
// the work that the group gave it, and the restarts that were asked for. One goroutine compares that with what runs and
// makes up the difference; everything else only changes one of the three and wakes it. Reads are answered from memory and
// never wait for the group. Safe for concurrent use.
type Worker struct {
	settings  Settings
	values    config.Values
	plugins   *plugin.Set
	log       *slog.Logger
	breakers  *breakers
	client    *kgo.Client // admin; nil until Run
	clusterID string
	loggers   *loggers
	variables *variables

	configLog, statusLog storage.Log
	offsets              *offsetBook
	group                *member // nil when standalone

	mu       sync.RWMutex
	config   *storage.ConfigState
	status   *storage.StatusState
	share    assignment
	restarts map[string]int // asked for, by connector name or "name-task"
	ready    bool
	retries  map[storage.TaskID]*retryState

	running running // of the reconciling goroutine, read by others under runMu
	runMu   sync.Mutex

	wake    chan struct{}
	fencing chan struct{} // holds one while producers are fenced
	stop    context.CancelFunc
	done    chan struct{}
	metrics workerMetrics
	started time.Time
	http    *http.Client
}

// assignment is the share of the work that this worker has. all is set for a worker that is alone.
type assignment struct {
	all        bool
	connectors map[string]bool
	tasks      map[storage.TaskID]bool
	generation int
	leader     string // worker id
	leaderURL  string
	isLeader   bool
}

// Start opens the stores, joins the group and begins to work. It returns once the stores were read.
func Start(ctx context.Context, s Settings) (*Worker, error) {
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	v, err := parseSettings(s)
	if err != nil {
		return nil, err
	}
	w := &Worker{
		settings: s, values: v, plugins: s.Plugins, log: s.Log, breakers: &breakers{}, offsets: newOffsetBook(), loggers: newLoggers(),
		config: storage.NewConfigState(), status: storage.NewStatusState(), restarts: map[string]int{}, retries: map[storage.TaskID]*retryState{},
		wake: make(chan struct{}, 1), fencing: make(chan struct{}, 1), done: make(chan struct{}), started: time.Now(), http: &http.Client{Timeout: 30 * time.Second},
	}
	w.running.connectors, w.running.tasks = map[string]*runningConnector{}, map[storage.TaskID]*runningTask{}
	if w.variables, err = newVariables(s.Plugins, s.Props); err != nil {
		return nil, err
	}
	options, err := clientOptions(w.clientProps("admin."), adminClient)
	if err != nil {
		return nil, fmt.Errorf("worker: %w", err)
	}
	if w.client, err = kgo.NewClient(options...); err != nil {
		return nil, fmt.Errorf("worker: %w", err)
	}
	if err := w.open(ctx); err != nil {
		w.client.Close()
		return nil, err
	}
	running, stop := context.WithCancel(context.Background())
	w.stop = stop
	if s.Distributed {
		w.group = newMember(w)
		go w.group.run(running)
	} else {
		w.share = assignment{all: true, leader: s.Advertised, leaderURL: s.AdvertisedURL, isLeader: true}
	}
	go w.run(running)
	w.nudge()
	return w, nil
}

// open opens the three stores.
func (w *Worker) open(ctx context.Context) (err error) {
	meta, err := kmsg.NewPtrMetadataRequest().RequestWith(ctx, w.client)
	if err != nil {
		return fmt.Errorf("worker: the brokers at %s do not answer: %w", config.Text(w.values["bootstrap.servers"]), err)
	}
	if meta.ClusterID != nil {
		w.clusterID = *meta.ClusterID
	}
	if !w.settings.Distributed {
		if w.configLog, err = storage.OpenMemory("", w.applyConfig); err != nil {
			return err
		}
		if w.statusLog, err = storage.OpenMemory("", w.applyStatus); err != nil {
			return err
		}
		w.offsets.log, err = storage.OpenMemory(w.values.Text("offset.storage.file.filename"), w.offsets.apply)
		return err
	}
	options, err := clientOptions(w.clientProps(""), adminClient)
	if err != nil {
		return err
	}
	spec := func(kind string, partitions int32) storage.TopicSpec {
		prefix := kind + ".storage."
		settings := withPrefix(w.settings.Props, prefix)
		for _, own := range []string{"topic", "partitions", "replication.factor"} {
			delete(settings, own)
		}
		return storage.TopicSpec{Name: w.values.Text(prefix + "topic"), Partitions: partitions,
			Replication: int16(w.values.Int(prefix + "replication.factor")), Configs: settings}
	}
	if w.configLog, err = storage.OpenTopic(ctx, spec("config", 1), w.applyConfig, options...); err != nil {
		return err
	}
	if w.statusLog, err = storage.OpenTopic(ctx, spec("status", int32(w.values.Int("status.storage.partitions"))), w.applyStatus, options...); err != nil {
		return errors.Join(err, w.configLog.Close())
	}
	offsets := spec("offset", int32(w.values.Int("offset.storage.partitions")))
	offsets.ReadCommitted = w.exactlyOnce()
	if w.offsets.log, err = storage.OpenTopic(ctx, offsets, w.offsets.apply, options...); err != nil {
		return errors.Join(err, w.configLog.Close(), w.statusLog.Close())
	}
	return nil
}

// exactlyOnce tells whether sources run in transactions.
func (w *Worker) exactlyOnce() bool { return w.values.Text("exactly.once.source.support") == "enabled" }

// clientProps returns the properties of a client: the worker's own, and those under a prefix before them. Security that
// is set once counts for all clients; Java's tasks do not inherit it.
func (w *Worker) clientProps(prefix string) map[string]string {
	props := maps.Clone(w.settings.Props)
	if prefix != "" {
		maps.Copy(props, withPrefix(w.settings.Props, prefix))
	}
	return props
}

// Close stops everything that runs, leaves the group and closes the stores.
func (w *Worker) Close() error {
	w.stop()
	<-w.done
	err := errors.Join(w.configLog.Close(), w.statusLog.Close(), w.offsets.log.Close())
	w.client.Close()
	return err
}

// nudge makes the reconciling goroutine look again.
func (w *Worker) nudge() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// run reconciles until the worker is closed.
func (w *Worker) run(ctx context.Context) {
	defer close(w.done)
	// A supervised restart is due at a time of its own; the ticker looks for it.
	ticker := time.NewTicker(250 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			w.shutdown()
			return
		case <-w.wake:
		case <-ticker.C:
			if !w.retryDue() {
				continue
			}
		}
		w.reconcile(ctx)
		w.mu.Lock()
		w.ready = w.ready || w.share.all || w.share.generation > 0
		w.mu.Unlock()
	}
}

// applyConfig is the config log's function.
func (w *Worker) applyConfig(offset int64, key string, value []byte) {
	w.mu.Lock()
	e, err := w.config.Apply(offset, key, value)
	if err == nil && e.Kind == storage.RestartRequested {
		w.requestRestart(e)
	}
	leader := w.share.isLeader
	w.mu.Unlock()
	switch {
	case err != nil:
		w.log.Warn("a record of the config topic is not understood and is left out", "error", err)
	case e.Kind == storage.LoggerChanged:
		w.loggers.set(e.Connector, e.Level, time.Now())
	case e.Kind == storage.ConnectorRemoved && leader && w.isReady():
		go w.forget(e.Connector)
	}
	if e.Kind != storage.ConfigNone {
		w.nudge()
		if w.group != nil {
			w.group.configChanged(e)
		}
	}
}

// applyStatus is the status log's function.
func (w *Worker) applyStatus(_ int64, key string, value []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.status.Apply(key, value)
}

func (w *Worker) isReady() bool {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.ready
}

// forget removes what the status store holds of a connector that was deleted.
func (w *Worker) forget(name string) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	w.mu.RLock()
	records := []storage.Record{storage.ConnectorStatusRecord(name, storage.Status{State: storage.Destroyed})}
	for id := range w.status.Tasks {
		if id.Connector == name {
			records = append(records, storage.TaskStatusRecord(id, storage.Status{State: storage.Destroyed}))
		}
	}
	for topic := range w.status.Topics[name] {
		records = append(records, storage.TopicResetRecord(name, topic))
	}
	w.mu.RUnlock()
	if err := w.statusLog.Put(ctx, records...); err != nil {
		w.log.Warn("the status of a deleted connector was not removed", "connector", name, "error", err)
	}
}

// setStatus writes the status of a connector or, with task at 0 or above, of a task.
func (w *Worker) setStatus(name string, task int, state storage.State, trace string) {
	w.mu.RLock()
	s := storage.Status{State: state, Trace: trace, Worker: w.settings.Advertised, Generation: w.share.generation}
	if entry, ok := w.connectorEntry(w.config.Connectors[name]); ok {
		s.Version = entry.Version
	}
	w.mu.RUnlock()
	record := storage.ConnectorStatusRecord(name, s)
	if task >= 0 {
		record = storage.TaskStatusRecord(storage.TaskID{Connector: name, Task: task}, s)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := w.statusLog.Put(ctx, record); err != nil {
		w.log.Warn("a status was not stored", "record", record.Key, "state", string(state), "error", err)
	}
}

// connectorEntry returns the plug-in that a configuration names.
func (w *Worker) connectorEntry(props map[string]string) (plugin.Entry, bool) {
	class := props["connector.class"]
	if class == "" {
		return plugin.Entry{}, false
	}
	return w.plugins.Lookup(class, plugin.KindSink, plugin.KindSource)
}

// snapshot returns copies of what decides what should run.
func (w *Worker) snapshot() (*storage.ConfigState, assignment, map[string]int) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.config.Clone(), w.share, maps.Clone(w.restarts)
}

// shutdown stops everything within the time of a graceful stop.
func (w *Worker) shutdown() {
	w.stopAll(slices.Collect(maps.Keys(w.running.connectors)), slices.Collect(maps.Keys(w.running.tasks)))
	if w.group != nil {
		w.group.leave()
	}
}

// newKey returns a session key.
func newKey(algorithm string) storage.SessionKey {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	return storage.SessionKey{Key: key, Algorithm: algorithm, Created: time.Now()}
}
