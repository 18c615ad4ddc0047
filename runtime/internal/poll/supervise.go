package poll

import (
	"context"
	"errors"
	"time"

	"github.com/streamgen/streamgen/runtime/internal/commit"
	"github.com/streamgen/streamgen/runtime/store"
)

// Response is what becomes of an instance after a failure that trying again at once would
// repeat: Kafka Streams' StreamThreadExceptionResponse.
type Response uint8

// The responses.
const (
	ShutdownClient      Response = iota // this instance commits, leaves and ends
	Replace                             // the task, or the worker, begins anew after a pause
	ShutdownApplication                 // all instances of the group end
)

// Failure is what a Response is asked for. A plain value, safe for concurrent use.
type Failure struct {
	Worker int
	Task   string // "<sub-topology>_<partition>"; empty when it is the whole worker's
	Times  int    // how often in a row, from 1
	Err    error
}

// backoff is how long the n-th failure in a row (from 1) is waited out: 100 ms, doubling up to
// a minute. A record that always fails costs little after a while, and one that does not is
// soon gone on with.
func backoff(n int) time.Duration {
	return min(time.Minute, 100*time.Millisecond<<min(n-1, 16))
}

// calm is for how long something must run until its next failure counts as the first.
const calm = 2 * time.Minute

// trial counts the failures of a task or a worker.
type trial struct {
	times int
	last  time.Time // when it failed, or began anew
	until time.Time // the pause after it
	err   error     // of the pause; nil when it runs
}

// failed counts a failure and says how often it was one in a row.
func (t *trial) failed(now time.Time, err error) {
	if now.Sub(t.last) > calm {
		t.times = 0
	}
	t.times++
	t.last, t.err = now, err
	t.until = now.Add(backoff(t.times))
}

// began notes that it goes on.
func (t *trial) began(now time.Time) { t.last, t.err = now, nil }

// parked is a failure of one task that waits for its next try: the others go on.
type parked struct{ error }

// Unwrap returns the failure.
func (p parked) Unwrap() error { return p.error }

// respond asks what becomes of a failure and says it in the log.
func (w *worker) respond(t *trial, task string, err error) Response {
	now := w.g.s.Clock.Time()
	t.failed(now, err)
	r := ShutdownClient
	if w.g.s.OnFailure != nil {
		r = w.g.s.OnFailure(Failure{Worker: w.n, Task: task, Times: t.times, Err: err})
	}
	if r == Replace {
		w.g.s.Log.Error("a failure is waited out; then it begins anew from its last commit", "worker", w.n, "task", task,
			"times", t.times, "pause", backoff(t.times), "error", err)
	}
	return r
}

// answered is a failure whose response has been asked for.
type answered struct {
	error
	response Response
}

// Unwrap returns the failure.
func (a answered) Unwrap() error { return a.error }

// park takes a task that failed out of the work, if that is the response to its failure, and
// returns nil: its processors and what it changed are thrown away, its inputs paused. Its
// partitions stay here and its state stays as of the last commit, for its next try. Other
// failures it returns as one of the worker.
func (w *worker) park(s *slot, err error) error {
	if outage(err) { // nobody is at fault: the worker tries again, as long as for a broker
		return commit.As(commit.Restart, err)
	}
	if w.g.ctx.Err() != nil || store.Unwritable(err) || refused(err) || commit.ClassOf(err) == commit.Restart {
		return commit.As(commit.Fault, err) // not the task's own: it would come again in the next one
	}
	if r := w.respond(&s.trial, s.name, err); r != Replace {
		return commit.As(commit.Fault, answered{err, r})
	}
	w.metrics.TaskFailures.Add(1)
	if s.engine != nil {
		w.count(s)
		s.discard()
		if e := s.engine.Close(); e != nil {
			w.g.s.Log.Warn("closing a failed task failed", "task", s.name, "error", e)
		}
	}
	s.engine, s.inputEnds, s.stuck = nil, nil, false
	clear(s.paused)
	w.cl.PauseFetchPartitions(s.partitions())
	w.set(Rebalancing)
	return nil
}

// start makes a task's engine and says whether it runs: what its processors refuse in Init may
// be waited out as well.
func (w *worker) start(s *slot) (bool, error) {
	if err := s.build(w.g.s.Clock.Millis()); err != nil {
		return false, w.park(s, err)
	}
	s.trial.began(w.g.s.Clock.Time())
	w.g.progress.runs(s.id)
	s.publish()
	w.seek(s.rewind())
	return true, nil
}

// unpark lets the parked tasks whose pause is over try again.
func (w *worker) unpark() error {
	for _, s := range w.all() {
		if !s.parked() || w.g.s.Clock.Time().Before(s.trial.until) {
			continue
		}
		if ok, err := w.start(s); err != nil {
			return err
		} else if ok {
			w.cl.ResumeFetchPartitions(s.partitions())
		}
	}
	return nil
}

// parked says whether the task waits for its next try.
func (s *slot) parked() bool { return s.engine == nil && !s.opening && s.trial.err != nil }

// replaced waits out a failure of the whole worker, if that is the response to it; otherwise
// it returns the failure for good.
func (w *worker) replaced(err error) error {
	if w.g.ctx.Err() != nil {
		return err
	}
	var a answered
	if !errors.As(err, &a) {
		a = answered{err, w.respond(&w.trial, "", err)}
	}
	if a.response != Replace && a.response != ShutdownApplication {
		return err
	}
	w.metrics.Failures.Add(1)
	if a.response == ShutdownApplication {
		w.g.doom(err)
	}
	w.trouble = time.Time{}
	w.metrics.Turned.Store(w.trial.until.UnixMilli()) // it is not stuck meanwhile
	ctx, cancel := context.WithTimeout(w.g.ctx, backoff(max(1, w.trial.times)))
	defer cancel()
	<-ctx.Done()
	return nil
}

// patienceOfDoom is how long an instance waits until the group has heard of its failure.
const patienceOfDoom = 20 * time.Second

// doom tells the whole group to end: the worker that failed says so as it joins again, and the
// leader tells everybody, this instance too. A group that does not answer, or whose members
// speak an older version, is not waited for.
func (g *Group) doom(err error) {
	if g.doomed.CompareAndSwap(nil, &err) {
		t := time.AfterFunc(patienceOfDoom, func() { g.end(err) })
		context.AfterFunc(g.ctx, func() { t.Stop() })
	}
}

// end fails the instance because the application ends, once for all workers that hear of it.
func (g *Group) end(err error) {
	if own := g.doomed.Load(); own != nil {
		err = *own
	}
	g.ending.Do(func() { g.fail(err) })
}
