// Package runtime runs topologies: it is imported as rt. An App is one instance of an
// application; instances with the same application.id share the work. Main is the whole
// main function of a program that runs one App.
package runtime

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/internal/answer"
	"github.com/streamgen/streamgen/runtime/internal/poll"
	"github.com/streamgen/streamgen/runtime/metrics"
	"github.com/streamgen/streamgen/runtime/store"
)

// IsAtLeastV0_1 is named by code generated for this version of the runtime or a later one
// of the same line. A compiler error "undefined: rt.IsAtLeastV0_1" means that the code was
// generated for a newer runtime: update the module, or generate the code again.
const IsAtLeastV0_1 = true

// App is one running instance of an application. Its methods are safe for concurrent use.
// An App is started once; a stopped one is not started again.
type App struct {
	t      *gen.Topology
	cfg    Config
	memory poll.Memory // for the process, but for the tasks

	stateMu sync.Mutex
	state   atomic.Uint32
	metrics metrics.App
	answers *answer.Service

	mu      sync.Mutex
	group   *poll.Group
	begun   bool   // Start was called
	closing bool   // Close was called
	cancel  func() // ends a start in progress; nil before it
	dir     *store.Process
	workers []poll.WorkerState
	done    chan struct{}
	hurried chan struct{} // closed by Hurry
	hurry   sync.Once
	err     error
}

// New checks the topology and the configuration, and returns an App in state CREATED. It
// connects to nothing.
func New(t *gen.Topology, cfg Config) (*App, error) {
	if t == nil {
		return nil, errors.New("the topology is nil; pass what the generated constructor or rt.Interpret returns")
	}
	if t.Err != nil {
		return nil, t.Err
	}
	m := memory(cfg.MemoryMaxBytes, os.ReadFile)
	m.Cache, m.Fetch = cfg.CacheMaxBytes, int64(cfg.Consumer.FetchMaxBytes)
	cfg.EnsureDefaults()
	err := cfg.Validate()
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	a := &App{t: t, cfg: cfg, memory: m, done: make(chan struct{}), hurried: make(chan struct{})}
	a.answers = answer.New(t, a.running)
	if a.answers.Token, err = cfg.token(); err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	return a, nil
}

// Describe returns the topology as Kafka Streams' Topology.describe() prints it.
func (a *App) Describe() string { return a.t.Description }

// State returns the current state.
func (a *App) State() State { return State(a.state.Load()) }

// Metrics returns the counters of the App.
func (a *App) Metrics() *metrics.App { return &a.metrics }

// Run starts the App, runs it until ctx ends or it fails, and closes it. It returns nil
// after a graceful end.
func (a *App) Run(ctx context.Context) error {
	if err := a.Start(ctx); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	select {
	case <-ctx.Done():
	case <-a.done:
	}
	return a.Close(min(a.cfg.TaskTimeout, stopTimeout))
}

// stopTimeout bounds a stop when the broker does not answer: less than the 30 s that
// Kubernetes and others give a process to end. Otherwise a stop takes milliseconds.
const stopTimeout = 20 * time.Second

// Start takes the state directory, connects, checks and creates topics, reads the global
// tables, and starts the workers. It returns when they run; ctx bounds the start only. The
// state is RUNNING once the group has assigned tasks and they are restored. Errors: a
// state directory that another process holds, no broker at the addresses, a topic that is
// missing or has the wrong number of partitions. After an error the state is ERROR.
func (a *App) Start(ctx context.Context) error {
	a.mu.Lock()
	begun := a.to(Rebalancing)
	a.begun = a.begun || begun
	a.mu.Unlock()
	if !begun {
		return fmt.Errorf("the application is %v; an App is started once", a.State())
	}
	err := a.start(ctx)
	switch {
	case err == nil:
		return nil
	case a.closed():
		a.finish(nil)
		return errStopped
	}
	a.to(PendingError)
	a.finish(err)
	return err
}

func (a *App) start(ctx context.Context) error {
	guard(a.memory)
	credentials, err := a.cfg.Security.credentials()
	if err != nil {
		return err
	}
	o := a.cfg.state
	o.Application, o.Log, o.Disk = a.cfg.ApplicationID, a.cfg.Logger, a.cfg.Disk
	dir, err := store.OpenProcess(a.folder(), o)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	a.mu.Lock()
	a.dir = dir
	a.workers = make([]poll.WorkerState, a.cfg.NumStreamThreads)
	a.cancel = cancel // a Close meanwhile
	stopped := a.closing
	a.mu.Unlock()
	if stopped {
		return errStopped
	}
	schemas, stopSchemas, err := a.cfg.schemas()
	if err != nil {
		return err
	}
	settings := a.settings(credentials, dir)
	settings.Schemas = schemas
	group, err := poll.Open(ctx, settings)
	if err != nil {
		stopSchemas()
		return err
	}
	a.mu.Lock()
	a.group, stopped = group, a.closing
	a.mu.Unlock()
	if stopped {
		group.Stop() // its workers end as soon as they begin
	}
	group.Start()
	go func() {
		<-group.Done()
		stopSchemas()
		a.finish(group.Err())
	}()
	return nil
}

// errStopped ends a start that a Close came upon.
var errStopped = errors.New("the application was closed while it started")

// folder is <state.dir>/<application.id>.
func (a *App) folder() string { return filepath.Join(a.cfg.StateDir, a.cfg.ApplicationID) }

// finish ends the App's life.
func (a *App) finish(err error) {
	a.mu.Lock()
	if a.dir != nil {
		err = errors.Join(err, a.dir.Close())
		a.dir = nil
	}
	a.err = err
	a.mu.Unlock()
	if err != nil {
		a.to(PendingError) // of a failure that no worker had: the global tables', the group's
	}
	if !a.to(Failed) {
		a.to(PendingShutdown) // unless it is under way already
		a.to(NotRunning)
	}
	close(a.done)
}

// onWorker is told what the workers are about, and derives the App's state.
func (a *App) onWorker(n int, s poll.WorkerState, err error) {
	if err != nil {
		a.cfg.Logger.Error("a worker failed; the application stops", "worker", n, "error", err)
		a.to(PendingError)
	}
	a.stateMu.Lock()
	a.workers[n] = s
	running := true
	for _, w := range a.workers {
		running = running && w == poll.Running
	}
	a.stateMu.Unlock()
	switch {
	case running:
		a.to(Running)
	case s == poll.Rebalancing && a.State() == Running:
		a.to(Rebalancing)
	}
}

// Close commits what was processed, leaves the group and closes the stores. It waits up
// to timeout; then the workers end without a commit, which loses nothing: their records
// are processed again. It returns the error the App failed with, if it did. A Start that is
// still under way is given up and returns an error.
func (a *App) Close(timeout time.Duration) error { return a.CloseLeaving(timeout, "") }

// CloseLeaving is Close with another choice than the configuration's whether to leave the
// group; an empty one is the configuration's.
func (a *App) CloseLeaving(timeout time.Duration, l Leaving) error {
	choice, ok := leavings[l]
	if l != "" && !ok {
		return fmt.Errorf("the application is not closed: leaving is %q; it must be %s or %s", l, LeaveDynamic, LeaveAlways)
	}
	a.mu.Lock()
	a.closing = true
	begun, cancel := a.begun, a.cancel
	a.mu.Unlock()
	if a.to(PendingShutdown) && !begun {
		a.finish(nil)
	}
	if cancel != nil {
		cancel()
	}
	g := a.started()
	if g == nil {
		<-a.done
		return a.failure()
	}
	if l != "" {
		g.Leave(choice)
	}
	g.Stop()
	t := time.NewTimer(timeout)
	defer t.Stop()
	select {
	case <-a.done:
		return a.failure()
	case <-t.C:
	case <-a.hurried:
		timeout = 0
	}
	g.Kill()
	<-a.done
	if timeout == 0 {
		return errors.Join(a.failure(), errors.New("the application was ended without a last commit; nothing is lost"))
	}
	return errors.Join(a.failure(), fmt.Errorf("the application did not stop within %v and was ended without a last commit; nothing is lost", timeout))
}

// Hurry ends a Close that is under way, and those to come, without waiting for a last commit or
// a broker: what a second signal asks for. By itself it stops nothing.
func (a *App) Hurry() { a.hurry.Do(func() { close(a.hurried) }) }

func (a *App) closed() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.closing
}

func (a *App) started() *poll.Group {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.group
}

func (a *App) failure() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.err
}

// Done is closed when the App has ended, gracefully or not.
func (a *App) Done() <-chan struct{} { return a.done }

// CleanUp deletes this application's local state, before Start or after the end: the next
// start restores everything from the changelogs.
func (a *App) CleanUp() error {
	if s := a.State(); s != Created && s != NotRunning && s != Failed {
		return fmt.Errorf("the application is %v; its state is cleaned up before the start or after the end", s)
	}
	return store.CleanUp(a.folder(), a.cfg.Disk)
}

// settings translates the configuration for the workers.
func (a *App) settings(credentials poll.Credentials, dir *store.Process) poll.Settings {
	c := &a.cfg
	client := c.ClientID
	if client == "" {
		client = c.ApplicationID + "-" + dir.ID()
	}
	return poll.Settings{
		Topology: a.t, Application: c.ApplicationID, ClientID: client, Seeds: c.BootstrapServers, Credentials: credentials, Dial: c.Dial,
		Workers: c.NumStreamThreads, ExactlyOnce: c.ProcessingGuarantee == ExactlyOnce, Kafka: c.Compatibility == Kafka, CommitInterval: c.CommitInterval,
		CacheBytes: c.CacheMaxBytes, Poll: c.Poll, MaxTaskIdle: c.MaxTaskIdle, IdlePartition: c.IdlePartition, Buffered: c.BufferedRecordsPerPartition,
		ReplicationFactor: int16(c.ReplicationFactor), TaskTimeout: c.TaskTimeout, MetadataMaxAge: c.MetadataMaxAge, PurgeInterval: c.RepartitionPurgeInterval, CleanupDelay: c.StateCleanupDelay,
		WindowRetention: c.WindowAdditionalRetention, TopicConfigs: c.Topic,
		Latest: c.Consumer.AutoOffsetReset == "latest", SessionTimeout: c.Consumer.SessionTimeout,
		HeartbeatInterval: c.Consumer.HeartbeatInterval, RebalanceTimeout: c.Consumer.MaxPollInterval,
		FetchMaxBytes: int32(c.Consumer.FetchMaxBytes), MaxPartitionFetchBytes: int32(c.Consumer.MaxPartitionFetchBytes),
		FetchMaxWait: c.Consumer.FetchMaxWait, Linger: c.Producer.Linger, Compression: c.Producer.Compression,
		MaxBatchBytes: int32(c.Producer.MaxRequestSize), TransactionTimeout: c.Producer.TransactionTimeout,
		Instance: c.Consumer.GroupInstanceID, Leave: leavings[c.LeaveGroup],
		Endpoint: c.ApplicationServer, Standbys: c.NumStandbyReplicas, Warmups: c.MaxWarmupReplicas, AcceptableLag: max(c.AcceptableRecoveryLag, 0), ProbeInterval: c.ProbingRebalanceInterval,
		State: dir, Metrics: &a.metrics, Log: c.Logger.With("application", c.ApplicationID), OnWorker: a.onWorker, OnFailure: a.onFailure,
		OnRestore: c.OnRestore, Memory: a.memory,
	}
}
