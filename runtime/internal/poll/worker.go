package poll

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/streamgen/streamgen/runtime/internal/assign"
	"github.com/streamgen/streamgen/runtime/internal/commit"
	"github.com/streamgen/streamgen/runtime/metrics"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// worker is one loop with its own client, producer and tasks. All fields belong to the
// loop's goroutine, except those that say otherwise.
type worker struct {
	g       *Group
	n       int
	metrics *metrics.Thread
	asks    chan func()                        // calls from outside, between steps
	waiting atomic.Pointer[context.CancelFunc] // ends the poll that waits, if one does

	// One incarnation, from one client to the next:
	ctx     context.Context // ends with the incarnation; openers listen to it
	cancel  context.CancelFunc
	cl      *kgo.Client
	topics  *topics
	out     *output
	word    *word
	members *membership
	openers sync.WaitGroup
	ready   chan opened
	slots   map[assign.Task]*slot

	inTransaction bool
	dirty         bool // something was processed since the last commit
	lastCommit    time.Time
	lastPurge     time.Time
	joinedAt      time.Time
	probed        *assign.Assignment // that probe looks after
	toldAt        time.Time          // when it came, or was last asked to be replaced
	probedAt      time.Time          // when probe last looked at warm-ups
	polled        bool               // the last poll brought records, or something was processed since
	lastPoll      time.Time
	busy          bool // the last round ended before the tasks ran out of records
	held          int  // records that wait in the tasks
	turns         int  // steps so far: which task is next
	pace          pace
	weight        float64 // bytes of a record, of late
	state         WorkerState
	lags          lagCheck
	looks         map[string]look // by topic that a broker did not know
	aborts        int             // in a row, since the last commit
	trouble       time.Time       // when the first failure since the last commit came; zero without one
	latency       [metrics.Buckets]int64
	told          time.Time // when the state of the tasks was
	trial         trial     // of failures that a new client does not repair
	strangers     time.Time // since when members of another kind keep this one out of the group; zero without
}

// errStop ends an incarnation and the worker, in peace.
var errStop = errors.New("stopped")

// run runs the worker until the group stops it or it fails. A failure that a new client
// can repair starts the next incarnation, which goes on from the last commit.
func (w *worker) run() error {
	for try := 0; ; try++ {
		began := w.g.s.Clock.Time()
		err := w.incarnation()
		switch {
		case errors.Is(err, errStop):
			return nil
		case errors.Is(err, errTopics):
			try = -1
			continue
		case commit.ClassOf(err) == commit.Fault:
			if err := w.replaced(err); err != nil || w.g.ctx.Err() != nil {
				return err
			}
			w.metrics.Restarts.Add(1)
			continue
		}
		w.metrics.Restarts.Add(1)
		if try == 0 || w.g.s.sparse.allow(fmt.Sprint("restart of worker ", w.n)) {
			w.g.s.Log.Warn("the worker starts anew from its last commit", "worker", w.n, "try", try+1, "reason", err)
		}
		if w.g.s.Clock.Since(began) > time.Minute {
			try, w.trouble = 0, time.Time{}
		}
		if w.hopeless() {
			return fmt.Errorf("worker %d made no progress for %v: %w", w.n, w.g.s.TaskTimeout, err)
		}
		if pause(w.g.ctx, try) != nil {
			return nil
		}
	}
}

// hopeless notes a failure that may pass, and says whether such failures have been coming
// for the task timeout without a commit in between. It counts from the first failure, not
// from the last commit: a worker that had nothing to commit for an hour was not failing.
func (w *worker) hopeless() bool {
	if w.trouble.IsZero() {
		w.trouble = w.g.s.Clock.Time()
	}
	return w.g.s.Clock.Since(w.trouble) > w.g.s.TaskTimeout
}

// incarnation runs from one client to its end and returns why it ended.
func (w *worker) incarnation() (err error) {
	w.set(Rebalancing)
	w.ctx, w.cancel = context.WithCancel(w.g.hard)
	w.members = &membership{}
	w.topics = w.g.topics.Load()
	w.word = w.newWord()
	w.slots = map[assign.Task]*slot{}
	w.ready = make(chan opened, 16)
	w.inTransaction, w.dirty, w.polled = false, false, false
	w.busy, w.held, w.pace, w.lastPoll = false, 0, pace{}, time.Time{}
	w.lags, w.looks = lagCheck{}, map[string]look{}
	if w.cl, err = kgo.NewClient(w.options()...); err != nil {
		return commit.As(commit.Fault, fmt.Errorf("worker %d: client: %w", w.n, err))
	}
	w.out = newOutput(w)
	now := w.g.s.Clock.Time()
	w.lastCommit, w.lastPurge, w.joinedAt = now, now, now
	clean := false
	defer func() {
		// After a last commit nothing has failed yet: say that the state could not be
		// flushed, although what has a changelog loses nothing.
		if e := w.release(clean); e != nil && (err == nil || clean) {
			err = commit.As(commit.Fault, e)
		}
	}()
	if err := w.fence(); err != nil {
		return err
	}
	for {
		switch err := w.turn(); {
		case errors.Is(err, errStop), errors.Is(err, errTopics):
			if e := w.commit(); e != nil {
				return e
			}
			clean = true
			return err
		case err != nil:
			return err
		}
	}
}

// newWord returns what the next client's balancers say and hear.
func (w *worker) newWord() *word {
	t := w.topics
	return &word{
		hash: t.structure.Hash, rules: assign.Rules{Standbys: w.g.s.Standbys, Warmups: w.g.s.Warmups}, probe: w.g.s.ProbeInterval,
		data: func(ctx context.Context) assign.Data { return w.g.memberData(ctx, t) },
		told: func(a assign.Assignment) {
			w.g.hear(a)
			w.g.standbys.want(w.n, append(slices.Clone(a.Standby), a.Warmup...))
		},
		warn: func(msg string, args ...any) { w.g.s.Log.Warn(msg, args...) },
	}
}

// fence ends what a killed process with this worker's transactional id left open. The
// client by itself asks for a producer id with its first record only: until then, or its
// timeout, the dead transaction would hold up committed readers, and the restore that
// comes before the first record.
func (w *worker) fence() error {
	if !w.g.s.ExactlyOnce {
		return nil
	}
	if _, _, err := w.cl.ProducerID(w.g.ctx); err != nil {
		if w.g.ctx.Err() != nil {
			return errStop
		}
		class := commit.Restart
		if refused(err) {
			class = commit.Fault
		}
		return commit.As(class, fmt.Errorf("producer id of %s: %w", w.transactionalID(), err))
	}
	return nil
}

// release ends an incarnation: tasks first, then the client, which leaves the group.
func (w *worker) release(clean bool) error {
	w.cancel()
	go func() { w.openers.Wait(); close(w.ready) }()
	var errs []error
	for o := range w.ready { // openers notice the end
		o.slot.opening = false
		if o.slot.abandoned {
			errs = append(errs, o.slot.close(false))
		}
	}
	for _, s := range w.slots {
		errs = append(errs, w.drop(s, clean))
	}
	if !clean && w.inTransaction {
		// What is buffered must not be sent any more. The transaction itself is left open:
		// the next client with the same id fences it.
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		errs = append(errs, w.cl.AbortBufferedRecords(ctx))
		cancel()
	}
	w.metrics.Tell(nil)
	w.part(w.leaves())
	w.set(Rebalancing)
	return joined(errs)
}

// turn is one round of the loop.
func (w *worker) turn() error {
	now := w.g.s.Clock.Time()
	w.metrics.Turned.Store(now.UnixMilli())
	if now.Sub(w.told) >= time.Second {
		w.tell(now)
	}
	if w.g.ctx.Err() != nil {
		return errStop
	}
	if w.topics != w.g.topics.Load() {
		return errTopics
	}
	if w.word.stale.Load() {
		return commit.As(commit.Restart, errors.New("the group holds the tasks of another version of the topology for this static member; it leaves and joins as a new one"))
	}
	if w.members.waiting.Load() {
		if err := w.commit(); err != nil {
			return err
		}
	}
	if !w.dirty {
		if err := w.gate(); err != nil {
			return err
		}
	}
	if err := w.tend(); err != nil {
		return err
	}
	w.answer()
	if !w.full() {
		if err := w.fetch(); err != nil {
			return err
		}
	}
	if err := w.process(); err != nil {
		return w.failed(err)
	}
	if err := w.out.failed(); err != nil {
		return w.failed(commit.As(classProduce(err), err))
	}
	if w.due() {
		return w.commit()
	}
	return nil
}

// gate lets a waiting rebalance happen, and closes again. The poll with an ended context
// takes no records: it waits for callbacks in progress and blocks later ones.
func (w *worker) gate() error {
	w.members.waiting.Store(false)
	w.cl.AllowRebalance()
	w.cl.PollRecords(ended, 1)
	owned, left, changed, gone := w.members.take()
	if gone && w.usurped() {
		return w.fenced(kerr.FencedInstanceID)
	}
	if gone {
		return commit.As(commit.Restart, errors.New("the group gave this worker's partitions away: it was not heard of for too long"))
	}
	if changed {
		return w.reassign(owned, left)
	}
	return nil
}

var ended = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

// reassign makes the slots follow the partitions owned. A task runs when every partition
// of it has arrived: a cooperative rebalance may bring them one by one. A task of which a
// partition was taken away is opened anew even if it came back at once: somebody else may
// have had it, and the client starts it paused at the committed offset.
func (w *worker) reassign(owned map[string][]int32, left map[partition]bool) error {
	if other, err := w.matched(owned); other || err != nil {
		return err // the next turn starts anew, with the topics that match now
	}
	if err := w.grown(owned); err != nil {
		return err
	}
	want := map[assign.Task]bool{}
	for g := range w.topics.structure.Groups {
		for p := range w.topics.tasks[g] {
			if w.arrivedAll(g, p, owned) {
				want[assign.Task{Group: g, Partition: p}] = true
			}
		}
	}
	var errs []error
	for id, s := range w.slots {
		if !want[id] || slices.ContainsFunc(s.inputs, func(p partition) bool { return left[p] }) || !slices.Equal(s.inputs, w.inputs(id, owned)) {
			errs = append(errs, w.drop(s, true))
		}
	}
	if err := joined(errs); err != nil {
		return commit.As(commit.Fault, err)
	}
	var added []*slot
	for g := range w.topics.structure.Groups {
		for p := range w.topics.tasks[g] {
			id := assign.Task{Group: g, Partition: p}
			if want[id] && w.slots[id] == nil {
				s := newSlot(w, id, w.inputs(id, owned))
				w.slots[id] = s
				added = append(added, s)
			}
		}
	}
	w.metrics.ActiveTasks.Store(int64(len(w.slots)))
	if len(added) > 0 {
		w.set(Rebalancing)
		w.metrics.TaskCreated.Add(int64(len(added)))
		w.openers.Add(1)
		go w.open(added)
	}
	return nil
}

// grown refuses partitions that were added to a topic after the start: no task reads them,
// and keys that moved there would leave their state behind.
func (w *worker) grown(owned map[string][]int32) error {
	for topic, ps := range owned {
		had := w.topics.partitions[topic]
		if n := slices.Max(append(ps, -1)); n >= had {
			return commit.As(commit.Fault, fmt.Errorf("topic %q had %d partitions when the application started and has at least %d now; start it again: without state it takes up the new partitions, with state it says what has to be reset", topic, had, n+1))
		}
	}
	return nil
}

// drop gives a slot up. One that still opens is left to its opener's message.
func (w *worker) drop(s *slot, clean bool) error {
	delete(w.slots, s.id)
	s.cancel()
	w.metrics.TaskClosed.Add(1)
	if s.opening {
		s.abandoned = true
		return nil
	}
	return s.close(clean)
}

// tend starts the tasks whose state has arrived.
func (w *worker) tend() error {
	for {
		select {
		case o := <-w.ready:
			if err := w.arrived(o); err != nil {
				return err
			}
			continue
		default:
		}
		break
	}
	if err := w.unpark(); err != nil {
		return err
	}
	if w.state != Running && w.members.hasJoined() && !slices.ContainsFunc(w.all(), func(s *slot) bool { return s.engine == nil }) {
		w.strangers = time.Time{}
		w.set(Running)
	}
	w.followUp()
	w.probe()
	return nil
}

func (w *worker) arrived(o opened) error {
	s := o.slot
	s.opening = false
	if s.abandoned {
		return s.close(false)
	}
	if o.err != nil {
		err := fmt.Errorf("task %s cannot be opened: %w", s.name, o.err)
		if refused(o.err) {
			return commit.As(commit.Fault, err)
		}
		return err
	}
	// The client read the committed offset on its own when it was assigned the
	// partitions, but that read may be older than ours: start says where to begin.
	if ok, err := w.start(s); !ok {
		return err
	}
	w.cl.ResumeFetchPartitions(s.partitions())
	return nil
}

// followUp asks for another rebalance when a plan made here withheld partitions and none
// followed: their owners may have given them up without the broker noticing a reason.
func (w *worker) followUp() {
	_, generation := w.cl.GroupMetadata()
	if g := w.word.withheld.Load(); g == 0 || g != generation {
		w.joinedAt = w.g.s.Clock.Time()
		return
	}
	if w.g.s.Clock.Since(w.joinedAt) > 3*time.Second {
		w.word.withheld.Store(0)
		w.cl.ForceRebalance()
	}
}

// probe asks for another rebalance when a task that was to warm up here has: it says so in
// the join, which is news to the leader. The leader itself asks when its plan has waited
// for somebody for too long. Kafka Streams has the second only, and a task that has warmed
// up waits for it (ten minutes by default).
func (w *worker) probe() {
	a, now := w.word.got.Load(), w.g.s.Clock.Time()
	if a == nil {
		return
	}
	if a != w.probed {
		w.probed, w.probedAt, w.toldAt = a, now, now
	}
	if a.Probe > 0 && now.Sub(w.toldAt) > a.Probe {
		w.toldAt = now
		w.cl.ForceRebalance()
		return
	}
	if len(a.Warmup) == 0 || now.Sub(w.probedAt) < time.Second {
		return
	}
	w.probedAt = now
	for _, t := range a.Warmup {
		if lag, ok := w.g.standbys.lag(t); ok && lag <= w.g.s.AcceptableLag && !w.word.lastSaid(t).Ready() {
			w.g.s.Log.Info("a task has warmed up; the group is asked to move it here", "task", w.g.taskName(t), "lag", lag)
			w.cl.ForceRebalance()
			return
		}
	}
}

// all returns the slots in a fixed order.
func (w *worker) all() []*slot {
	list := make([]*slot, 0, len(w.slots))
	for _, s := range w.slots {
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b *slot) int {
		if a.id.Group != b.id.Group {
			return a.id.Group - b.id.Group
		}
		return int(a.id.Partition - b.id.Partition)
	})
	return list
}

func (w *worker) set(s WorkerState) {
	if w.state != s {
		w.state, w.told = s, time.Time{} // the tasks are told with the next turn
		w.g.s.OnWorker(w.n, s, nil)
	}
}
