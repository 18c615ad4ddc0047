package poll

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/internal/assign"
	"github.com/streamgen/streamgen/runtime/internal/changelog"
	"github.com/streamgen/streamgen/runtime/internal/commit"
	"github.com/streamgen/streamgen/runtime/store"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// Group is one running application instance: its workers and its global tables. Its
// methods are safe for concurrent use.
type Group struct {
	s        *Settings
	admin    *admin
	topics   atomic.Pointer[topics] // a worker stays with those of its incarnation
	looking  sync.Mutex             // of look
	implicit bool
	globals  *globals
	progress *progress
	standbys *standbys
	// restoring counts openers at work: what is to run comes before what stands by.
	restoring atomic.Int32
	leave     atomic.Uint32                     // Leaving
	plan      atomic.Pointer[assign.Assignment] // the newest heard of; nil before the first
	chunks    *changelog.Buffers                // of restores

	ctx      context.Context // ends when a graceful stop is asked for
	stop     context.CancelFunc
	hard     context.Context // ends when waiting for it has taken too long
	kill     context.CancelFunc
	loops    sync.WaitGroup
	done     chan struct{}
	failures chan error
	doomed   atomic.Pointer[error] // a failure here that ends all instances
	ending   sync.Once

	mu     sync.Mutex
	held   map[string]bool // tasks whose state is open in this process
	views  map[assign.Task]*View
	chosen map[string]int32    // partitions of topics that records chose
	firsts map[partition]int64 // where partitions without a committed offset start
}

// reachTimeout bounds how long the first contact may take.
const reachTimeout = 20 * time.Second

// Open connects, checks and creates the topics, and fills the global tables. It fails
// within a bounded time when no broker answers.
func Open(ctx context.Context, s Settings) (*Group, error) {
	g := &Group{s: &s, held: map[string]bool{}, views: map[assign.Task]*View{}, firsts: map[partition]int64{}, chosen: map[string]int32{}, done: make(chan struct{}), failures: make(chan error, s.Workers+4)}
	g.leave.Store(uint32(s.Leave))
	s.sparse = newSparse(s.Clock.Time)
	g.hard, g.kill = context.WithCancel(context.Background())
	g.ctx, g.stop = context.WithCancel(g.hard)
	if err := g.open(ctx); err != nil {
		g.kill()
		g.close()
		return nil, err
	}
	return g, nil
}

func (g *Group) open(ctx context.Context) error {
	timeout := min(reachTimeout, g.s.TaskTimeout)
	cl, err := kgo.NewClient(append(g.s.options("admin"), kgo.RetryTimeout(timeout))...)
	if err != nil {
		return fmt.Errorf("client: %w", err)
	}
	g.admin = &admin{s: g.s, cl: cl, Client: kadm.NewClient(cl)}
	first, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if err := g.s.reach(first, cl); err != nil {
		return err
	}
	t, err := g.admin.ensureTopics(ctx)
	if err != nil {
		return err
	}
	g.topics.Store(t)
	if err := g.divide(t); err != nil {
		return err
	}
	g.progress, g.standbys = newProgress(g), newStandbys(g)
	g.implicit = g.admin.implicitTransactions(ctx)
	if len(g.s.Topology.Globals) == 0 {
		return nil
	}
	if g.globals, err = newGlobals(g); err != nil {
		return err
	}
	return g.globals.bootstrap(ctx)
}

// divide shares the memory out, for the tasks that this instance would run if it were alone.
func (g *Group) divide(t *topics) error {
	m := g.s.Memory
	m.Workers, m.Batch = g.s.Workers, int64(g.s.MaxBatchBytes)
	for i := range g.s.Topology.Subtopologies {
		if len(g.s.Topology.Subtopologies[i].Stores) > 0 {
			m.Tasks += int(t.tasks[i])
		}
	}
	shares, err := m.Divide()
	if err != nil {
		if m.Asked {
			return err
		}
		g.s.Log.Warn("the memory is too little; the process may be ended for it", "reason", err)
	}
	g.s.shares, g.s.CacheBytes, g.s.FetchMaxBytes = shares, shares.Cache, int32(shares.Fetch)
	g.s.MaxPartitionFetchBytes = min(g.s.MaxPartitionFetchBytes, g.s.FetchMaxBytes)
	g.s.State.Resize(shares.Blocks, shares.MemTable)
	g.chunks = changelog.NewBuffers(4*g.s.Workers, shares.Restore)
	g.s.Log.Info("memory", "bytes", m.Total, "of", m.Of, "workers", m.Workers, "tasks with state", m.Tasks, "caches", shares.Cache, "blocks", shares.Blocks,
		"memtable of a task", shares.MemTable, "fetch", shares.Fetch, "waiting", shares.Waiting, "produce", shares.Produce, "restore", shares.Restore)
	return nil
}

// Start runs the workers and keeps the global tables current.
func (g *Group) Start() {
	for n := range g.s.Workers {
		w := &worker{g: g, n: n, asks: make(chan func(), maxAsks), metrics: g.s.Metrics.Thread(fmt.Sprintf("%s-StreamThread-%d", g.s.ClientID, n+1))}
		w.metrics.StartTime.Store(g.s.Clock.Millis())
		w.metrics.Alive.Store(true)
		g.loops.Add(1)
		go func() {
			defer g.loops.Done()
			err := w.run()
			w.metrics.Alive.Store(false)
			if err != nil {
				w.metrics.Failures.Add(1)
				g.fail(err)
			}
			g.s.OnWorker(w.n, Stopped, err)
		}()
	}
	if g.globals != nil {
		g.loops.Add(1)
		go func() {
			defer g.loops.Done()
			if err := g.globals.follow(g.ctx); err != nil {
				g.fail(err)
			}
		}()
	}
	if slices.Contains(g.topics.Load().structure.Logged, true) {
		g.loops.Add(1)
		go func() {
			defer g.loops.Done()
			if err := g.standbys.follow(g.ctx); err != nil {
				g.fail(err)
			}
		}()
	}
	if g.s.patterned() {
		g.loops.Add(1)
		go func() {
			defer g.loops.Done()
			if err := g.watch(g.ctx); err != nil {
				g.fail(err)
			}
		}()
	}
	g.loops.Add(1)
	go func() {
		defer g.loops.Done()
		g.tidy(g.ctx)
	}()
	go func() {
		g.loops.Wait()
		g.close()
		close(g.done)
	}()
}

// fail stops the whole instance, as Kafka Streams' default handler does
// (SHUTDOWN_CLIENT): the other workers commit and leave, so that other instances can take
// over, and nothing is lost.
func (g *Group) fail(err error) {
	g.failures <- err
	g.stop()
}

// Leave says otherwise than the settings whether members leave the group at the end.
func (g *Group) Leave(l Leaving) { g.leave.Store(uint32(l)) }

// Stop asks the workers to commit and leave. Use Wait for the end.
func (g *Group) Stop() { g.stop() }

// Kill ends the workers without a commit, when a graceful stop takes too long.
func (g *Group) Kill() {
	g.kill()
	g.s.State.Hurry()
}

// Done is closed when everything has ended.
func (g *Group) Done() <-chan struct{} { return g.done }

// Err returns what the workers failed with, once Done is closed.
func (g *Group) Err() error {
	var errs []error
	for {
		select {
		case err := <-g.failures:
			errs = append(errs, err)
			continue
		default:
		}
		return joined(errs)
	}
}

// joined joins errors, of those about a disk that cannot be written only the first: the
// others say the same of the next task.
func joined(errs []error) error {
	told := false
	return errors.Join(slices.DeleteFunc(errs, func(err error) bool {
		again := told && store.Unwritable(err)
		told = told || store.Unwritable(err)
		return again
	})...)
}

func (g *Group) close() {
	g.stop()
	if g.globals != nil && g.globals.cl != nil {
		if err := g.globals.close(); err != nil {
			g.failures <- err
		}
	}
	if g.admin != nil {
		g.admin.cl.Close()
	}
}

// memberData is what the workers tell the group.
func (g *Group) memberData(ctx context.Context, t *topics) assign.Data {
	return assign.Data{Process: g.s.State.ID(), Endpoint: g.s.Endpoint, Structure: t.structure, State: g.progress.states(ctx), Shutdown: g.doomed.Load() != nil}
}

// storedTasks lists the tasks that have a folder in the state directory.
func (g *Group) storedTasks() map[assign.Task]bool {
	stored, err := g.s.State.Tasks()
	if err != nil {
		g.s.Log.Warn("stored tasks cannot be listed; tasks may move away from their state", "error", err)
	}
	byID := map[string]int{}
	for i := range g.s.Topology.Subtopologies {
		byID[strconv.Itoa(g.s.Topology.Subtopologies[i].ID)] = i
	}
	m := map[assign.Task]bool{}
	for _, name := range stored {
		sub, part, _ := strings.Cut(name, "_")
		p, err := strconv.ParseInt(part, 10, 32)
		if i, ok := byID[sub]; ok && err == nil {
			m[assign.Task{Group: i, Partition: int32(p)}] = true
		}
	}
	return m
}

// tidy removes, now and then until ctx ends, the state of tasks that run elsewhere.
func (g *Group) tidy(ctx context.Context) {
	every := time.NewTicker(g.s.CleanupDelay)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
		gone, err := g.s.State.RemoveIdle(g.s.CleanupDelay)
		if err != nil {
			g.s.Log.Warn("state that nobody uses cannot be removed", "error", err)
		}
		if len(gone) > 0 {
			g.progress.removed(g.storedTasks())
			g.s.Log.Info("removed the state of tasks that have not been here for state.cleanup.delay.ms", "tasks", gone, "delay", g.s.CleanupDelay)
		}
	}
}

var errTaskHeld = errors.New("another worker of this process holds the task")

// openTask opens a task's state, for one worker at a time.
func (g *Group) openTask(name string, specs []gen.Store) (*store.Task, error) {
	if !g.hold(name) {
		return nil, errTaskHeld
	}
	t, err := g.s.State.OpenTask(name, specs)
	if err != nil {
		g.release(name)
	}
	return t, err
}

// hold reserves a task's state for the caller, until release.
func (g *Group) hold(name string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	taken := g.held[name]
	g.held[name] = true
	return !taken
}

func (g *Group) isHeld(name string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.held[name]
}

// rebuilt sets an open task's state aside, for the reason given, and opens it empty: its
// changelogs fill it again. After an error the task is not held any more.
func (g *Group) rebuilt(name string, specs []gen.Store, t *store.Task, why error) (*store.Task, error) {
	g.s.Log.Warn("the state is rebuilt from its changelog", "task", name, "reason", why)
	err := t.SetAside(why)
	if err == nil {
		if t, err = g.s.State.OpenTask(name, specs); err == nil {
			return t, nil
		}
	}
	g.release(name)
	return nil, errors.Join(why, err)
}

func (g *Group) closeTask(name string, t *store.Task) error {
	err := t.Close()
	g.release(name)
	return err
}

func (g *Group) release(name string) {
	g.mu.Lock()
	delete(g.held, name)
	g.mu.Unlock()
}

// partitionsOf tells how many partitions an output topic has, 0 when it does not exist. The
// topics that sinks name are known; one that a record chose is asked for once.
func (g *Group) partitionsOf(topic string) (int32, error) {
	if n, ok := g.topics.Load().partitions[topic]; ok {
		return n, nil
	}
	g.mu.Lock()
	n, ok := g.chosen[topic]
	g.mu.Unlock()
	if ok {
		return n, nil
	}
	ctx, cancel := context.WithTimeout(g.hard, min(reachTimeout, g.s.TaskTimeout))
	defer cancel()
	have, err := g.admin.describe(ctx, []string{topic})
	if err != nil {
		return 0, fmt.Errorf("it cannot be looked up: %w", err)
	}
	switch d := have[topic]; {
	case errors.Is(d.err, kerr.UnknownTopicOrPartition), errors.Is(d.err, kerr.InvalidTopicException):
		return 0, nil
	case d.err != nil:
		return 0, fmt.Errorf("it cannot be looked up: %w", d.err)
	default:
		g.mu.Lock()
		g.chosen[topic] = d.partitions
		g.mu.Unlock()
		return d.partitions, nil
	}
}

// dirtyBudget is each worker's share of the memory for entries that are not committed.
func (g *Group) dirtyBudget() int64 {
	return max(1<<20, g.s.CacheBytes/int64(2*g.s.Workers))
}

// storeBudget is what one store keeps of clean entries: the memory is shared by all tasks
// that this instance would run if it were alone.
func (g *Group) storeBudget(stores int) int64 {
	if g.s.CacheBytes < 0 || stores == 0 {
		return 0
	}
	n := int64(0)
	for i := range g.s.Topology.Subtopologies {
		n += int64(g.topics.Load().tasks[i]) * int64(len(g.s.Topology.Subtopologies[i].Stores))
	}
	return g.s.CacheBytes / max(1, n)
}

// patienceWithStrangers is how long members of another kind may stay in the group. Kafka
// Streams' members do not leave it when they close: they are in it until their session ends,
// 45 seconds by default.
const patienceWithStrangers = 75 * time.Second

// groupError decides about an error of the group session; the client retries most.
func (w *worker) groupError(err error) error {
	switch {
	case is(err, kerr.InconsistentGroupProtocol):
		if w.strangers.IsZero() {
			w.strangers = w.g.s.Clock.Time()
		}
		if waited := w.g.s.Clock.Since(w.strangers); waited < patienceWithStrangers {
			if w.g.s.sparse.allow("strangers in the group") {
				w.g.s.Log.Warn("members of another kind are in the group: an application of Kafka Streams that was stopped stays in it until its session ends; waiting for them to go",
					"group", w.g.s.Application, "waited", waited.Round(time.Second), "at most", patienceWithStrangers)
			}
			return nil
		}
		return commit.As(commit.Fault, fmt.Errorf("group %q is used by another kind of consumer (a JVM Streams application, or a plain consumer); stop it, or choose another application.id: %w", w.g.s.Application, err))
	case is(err, kerr.FencedInstanceID):
		return w.fenced(err)
	case is(err, kerr.GroupAuthorizationFailed, kerr.InvalidGroupID, kerr.GroupMaxSizeReached, kerr.InvalidSessionTimeout, kerr.TopicAuthorizationFailed):
		return commit.As(commit.Fault, fmt.Errorf("group %q cannot be joined: %w", w.g.s.Application, err))
	}
	w.g.s.Log.Warn("the group session broke; the client joins again", "worker", w.n, "error", err)
	return nil
}

// fenced is the end of a static member whose name another one has taken. Two that go on
// under one name would throw each other out for ever.
func (w *worker) fenced(err error) error {
	return commit.As(commit.Fault, fmt.Errorf("group.instance.id %q is used by another process; give each instance its own, or stop one of them: %w", w.instance(), err))
}
