package poll

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/streamgen/streamgen/runtime/internal/commit"
	"github.com/streamgen/streamgen/runtime/metrics"
	"github.com/streamgen/streamgen/runtime/store"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// restorer reads changelogs into the stores of slots that open: several partitions at once
// through one client, which is made when the first record has to be read. Fetching and
// decoding, collecting and sorting, and writing tables happen on three goroutines. Its
// methods belong to the opener's.
type restorer struct {
	w      *worker
	ends   map[string]map[int32]int64
	starts map[string]map[int32]int64
	done   func(s *slot, err error) // a slot's state has arrived, or why not

	cl      *kgo.Client
	waiting []*slot // whose state has not been opened
	queue   []*restoring
	active  map[partition]*restoring
	left    map[*slot]int  // restores of a slot that have not ended
	again   map[*slot]bool // slots whose state was set aside and is rebuilt
	ended   chan *restoring
	finals  map[*restoring]bool // restores that write their last rows
	tell    restoreNews
	moved   time.Time
	told    time.Time
}

// restoresAtOnce is how many changelog partitions one opener reads at once: different
// brokers answer at the same time, and one partition's last rows are written while another's
// arrive.
const restoresAtOnce = 4 // of one opener; Group.chunks bounds them too

// patienceOfRestore is how long nothing may arrive before the log says so, and again.
const patienceOfRestore = 10 * time.Second

func newRestorer(w *worker, ends map[string]map[int32]int64, done func(*slot, error)) *restorer {
	return &restorer{w: w, ends: ends, done: done, active: map[partition]*restoring{}, left: map[*slot]int{}, again: map[*slot]bool{},
		finals: map[*restoring]bool{}, ended: make(chan *restoring, restoresAtOnce)}
}

func (r *restorer) close() {
	if r.cl != nil {
		r.cl.Close()
	}
}

func (r *restorer) client() (*kgo.Client, error) {
	if r.cl != nil {
		return r.cl, nil
	}
	s := r.w.g.s
	var err error
	r.cl, err = kgo.NewClient(append(s.options(fmt.Sprintf("worker-%d-restore", r.w.n)), s.isolation(),
		// Markers must come through: else the position would never pass one that stands
		// last, and the end would not be reached.
		kgo.KeepControlRecords(),
		kgo.ConsumeResetOffset(kgo.NoResetOffset()),
		kgo.FetchMaxWait(min(s.FetchMaxWait, 100*time.Millisecond)), // a partition whose turn comes waits for this long
		// The next answer is fetched and decoded while this one is taken in: small ones overlap
		// as well as large ones, and take less memory.
		kgo.FetchMaxBytes(min(s.FetchMaxBytes, restoreFetch)),
		kgo.FetchMaxPartitionBytes(min(s.FetchMaxBytes, restoreFetch)),
		kgo.WithPools(&recordPool{}),
	)...)
	return r.cl, err
}

// restoreFetch is the largest answer of a broker, in bytes.
const restoreFetch = 8 << 20

// run restores the slots and calls done for each.
func (r *restorer) run(slots []*slot) {
	r.waiting = slots
	var err error
	if r.starts, err = retried(r.w, func(ctx context.Context) (map[string]map[int32]int64, error) { return r.w.g.starts(ctx, slots) }); err != nil {
		for _, s := range slots {
			r.done(s, err)
		}
		return
	}
	for try := 0; len(r.waiting)+len(r.queue)+len(r.active)+len(r.finals) > 0; {
		held := r.begin()
		r.takeEnded(len(r.active) == 0 && len(r.finals) > 0)
		if len(r.active) > 0 {
			r.poll()
		} else if held && len(r.finals) == 0 { // until another worker has given a task up
			_ = pause(r.w.ctx, try) // an ended context is noticed by open
			try++
		}
	}
}

// begin opens the state of slots and starts restores, as many as there is room for. held says
// that it waits for a task that another worker still holds.
func (r *restorer) begin() (held bool) {
	var later []*slot
	for len(r.queue) == 0 && len(r.waiting) > 0 && len(r.active)+len(r.finals) < restoresAtOnce {
		s := r.waiting[0]
		r.waiting = r.waiting[1:]
		err := r.open(s)
		switch {
		case errors.Is(err, errTaskHeld) && s.ctx.Err() == nil:
			later = append(later, s)
		case errors.Is(err, errTaskHeld):
			r.done(s, s.ctx.Err())
		case err != nil:
			r.failed(s, err)
		case r.left[s] == 0:
			delete(r.left, s)
			r.done(s, nil)
		}
	}
	r.waiting = append(r.waiting, later...)
	for len(r.queue) > 0 && len(r.active)+len(r.finals) < restoresAtOnce {
		x := r.queue[0]
		started, err := r.start(x)
		if err != nil {
			r.failed(x.s, err) // which takes it out of the queue
			continue
		}
		if !started {
			break
		}
		r.queue = r.queue[1:]
	}
	return len(later) > 0
}

// poll takes in what has arrived.
func (r *restorer) poll() {
	patience := time.Second
	if len(r.finals) > 0 {
		patience = 20 * time.Millisecond // what they free may begin the next
	}
	ctx, cancel := context.WithTimeout(r.w.ctx, patience)
	fetches := r.cl.PollFetches(ctx)
	cancel()
	for _, x := range r.active {
		if err := x.s.ctx.Err(); err != nil {
			r.failed(x.s, err)
		}
	}
	for _, fe := range fetches.Errors() {
		x := r.active[partition{fe.Topic, fe.Partition}]
		switch {
		case errors.Is(fe.Err, context.DeadlineExceeded), errors.Is(fe.Err, context.Canceled):
		case x == nil && fe.Topic != "":
		case x == nil: // of the client
			for _, x := range r.active {
				r.failed(x.s, fe.Err)
			}
		case errors.Is(fe.Err, kerr.OffsetOutOfRange):
			r.failed(x.s, x.failure(fmt.Errorf("%w: %w", errOutOfRange, fe.Err)))
		case passing(fe.Err):
		default:
			r.failed(x.s, x.failure(fe.Err))
		}
	}
	now := r.w.g.s.Clock.Time()
	if !fetches.Empty() || r.moved.IsZero() {
		r.moved = now
	}
	r.complain(now)
	fetches.EachPartition(func(f kgo.FetchTopicPartition) {
		if x := r.active[partition{f.Topic, f.Partition}]; x != nil {
			if err := x.take(f.Records); err != nil {
				r.failed(x.s, x.failure(err))
			} else {
				r.tell.event(r, x, metrics.RestoreBatch)
				if x.position >= x.end {
					r.finish(x)
				}
			}
		}
		for _, rec := range f.Records {
			rec.Recycle()
		}
	})
	r.tell.log(r)
}

// complain says in the log, now and then, that nothing arrives.
func (r *restorer) complain(now time.Time) {
	if wait := now.Sub(r.moved); wait > patienceOfRestore && now.Sub(r.told) > patienceOfRestore {
		for _, x := range r.active {
			r.told = now
			r.w.g.s.Log.Warn("restoring waits: the changelog gives no more records; the broker is away, or a killed instance's transaction has not timed out yet",
				"task", x.s.name, "topic", x.topic, "at", x.position, "to", x.end, "since", wait.Round(time.Second))
			return
		}
	}
}

// finish writes the last rows of a restore, on a goroutine of its own.
func (r *restorer) finish(x *restoring) {
	r.detach(x)
	r.finals[x] = true
	go func() {
		x.err = x.load.Finish(x.end)
		r.ended <- x
	}()
}

// detach ends the reading of a partition.
func (r *restorer) detach(x *restoring) {
	p := partition{x.topic, x.s.id.Partition}
	delete(r.active, p)
	r.cl.RemoveConsumePartitions(map[string][]int32{p.topic: {p.n}})
}

// takeEnded looks after the restores whose last rows have been written; wait waits for one.
func (r *restorer) takeEnded(wait bool) {
	for {
		if wait {
			r.finished(<-r.ended)
			wait = false
			continue
		}
		select {
		case x := <-r.ended:
			r.finished(x)
		default:
			return
		}
	}
}

func (r *restorer) finished(x *restoring) {
	delete(r.finals, x)
	if x.err != nil {
		r.failed(x.s, x.failure(commit.As(commit.Fault, x.err)))
		return
	}
	r.tell.event(r, x, metrics.RestoreEnded)
	if r.left[x.s]--; r.left[x.s] == 0 {
		delete(r.left, x.s)
		if err := x.s.store.Restored(); err != nil {
			r.failed(x.s, commit.As(commit.Fault, err))
			return
		}
		r.done(x.s, nil)
	}
}

// failed ends what a slot has under way. State that is damaged, or does not fit to its
// changelog, is set aside and rebuilt from the changelogs, once.
func (r *restorer) failed(s *slot, err error) {
	for _, x := range r.active {
		if x.s == s {
			r.detach(x)
			x.load.Close()
			r.tell.event(r, x, metrics.RestoreSuspended)
		}
	}
	r.queue = slices.DeleteFunc(r.queue, func(x *restoring) bool { return x.s == s })
	delete(r.left, s) // so that what is finished below does not count
	for x := range r.finals {
		for x.s == s && r.finals[x] {
			y := <-r.ended
			delete(r.finals, y)
			if y.s != s {
				r.finished(y)
				continue
			}
			r.tell.event(r, y, metrics.RestoreSuspended)
		}
	}
	if e := s.ctx.Err(); e != nil || r.again[s] || s.store == nil || !store.Damaged(err) && !errors.Is(err, errOutOfRange) {
		r.done(s, err)
		return
	}
	r.w.g.s.Log.Warn("the state is rebuilt from its changelog", "task", s.name, "reason", err)
	e := s.store.SetAside(err)
	s.store = nil
	r.w.g.release(s.name)
	if e != nil {
		r.done(s, errors.Join(err, e))
		return
	}
	r.again[s] = true
	r.waiting = append([]*slot{s}, r.waiting...)
}
