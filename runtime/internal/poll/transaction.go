package poll

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/streamgen/streamgen/runtime/internal/commit"
	"github.com/twmb/franz-go/pkg/kgo"
)

// begin opens a transaction, lazily: an idle worker has none.
func (w *worker) begin() error {
	if !w.g.s.ExactlyOnce || w.inTransaction {
		return nil
	}
	if err := w.cl.BeginTransaction(); err != nil {
		return commit.As(commit.Restart, fmt.Errorf("a transaction cannot be begun: %w", err))
	}
	w.inTransaction = true
	return nil
}

// commit makes everything processed so far durable; see package commit for the order.
// The tasks go on afterwards, rebuilt when the transaction had to be taken back.
func (w *worker) commit() error {
	clock := w.g.s.Clock
	began := clock.Time()
	var end commit.State
	var err error
	if !w.dirty && !w.moved() {
		w.lastCommit = began
		return nil
	}
	if w.g.s.ExactlyOnce {
		if err := w.begin(); err != nil {
			return err
		}
		end, err = commit.ExactlyOnce(w.env())
	} else {
		end, err = commit.AtLeastOnce(w.env())
	}
	if end == commit.Committed {
		w.dirty, w.inTransaction = false, false
		w.lastCommit = clock.Time()
		w.metrics.Commit.Add(began, 1, w.lastCommit.Sub(began))
		w.metrics.RecordsOut.Add(w.out.records)
		w.metrics.BytesOut.Add(w.out.bytes)
		w.out.reset()
		w.aborts, w.trouble = 0, time.Time{}
		w.purge()
		w.sizes()
		return nil
	}
	return w.ended(end, err)
}

// failed decides about a failure before the commit began.
func (w *worker) failed(err error) error {
	if w.g.s.ExactlyOnce && w.inTransaction {
		end, err := commit.AbortExactlyOnce(w.env(), err)
		return w.ended(end, err)
	}
	end, err := commit.AbortAtLeastOnce(err)
	return w.ended(end, err)
}

// ended goes on after a commit that did not succeed.
func (w *worker) ended(end commit.State, err error) error {
	switch end {
	case commit.Aborted:
		w.metrics.Aborts.Add(1)
		if p := (parked{}); errors.As(err, &p) { // its pause is the task's own
			return w.rebuild()
		}
		if w.aborts == 0 || w.g.s.sparse.allow(fmt.Sprint("abort of worker ", w.n)) {
			w.g.s.Log.Warn("transaction aborted; its records are processed again", "worker", w.n, "in a row", w.aborts+1, "reason", err)
		}
		if w.hopeless() {
			return commit.As(commit.Fault, fmt.Errorf("worker %d: every transaction was aborted for %v: %w", w.n, w.g.s.TaskTimeout, unclassed(err)))
		}
		if w.aborts++; w.aborts > 1 { // the cause is still there
			_ = pause(w.g.ctx, w.aborts) // shorter when the worker is to stop; the loop sees that
		}
		return w.rebuild()
	case commit.Restarted:
		return commit.As(commit.Restart, unclassed(err))
	}
	return commit.As(commit.Fault, unclassed(err))
}

// unclassed hides the class that err was given on its way, for a new one.
func unclassed(err error) error { return fmt.Errorf("%w", opaque{err}) }

type opaque struct{ error }

// As keeps errors.As from finding the class; other targets are looked for as usual.
func (o opaque) As(target any) bool {
	if _, ok := target.(**commit.Error); ok {
		return false
	}
	return errors.As(o.error, target)
}

// Is looks for the target in the hidden error.
func (o opaque) Is(target error) bool { return errors.Is(o.error, target) }

// rebuild makes every task anew at its last commit, over stores that never saw the
// aborted changes, and rewinds the input.
func (w *worker) rebuild() error {
	w.out.reset()
	w.dirty, w.inTransaction, w.lastCommit = false, false, w.g.s.Clock.Time()
	for _, s := range w.all() {
		if s.engine == nil {
			continue
		}
		s.discard()
		if err := s.engine.Close(); err != nil {
			w.g.s.Log.Warn("closing an aborted task failed", "task", s.name, "error", err)
		}
		s.engine, s.inputEnds = nil, nil
		if _, err := w.start(s); err != nil {
			return err
		}
	}
	return nil
}

// env fills the commit's functions.
func (w *worker) env() *commit.Env {
	// The steps end with the incarnation's context, when a graceful stop has taken too
	// long. What that cuts off has an unknown outcome, which the next client clears up.
	var running []*slot
	for _, s := range w.all() {
		if s.engine != nil {
			running = append(running, s)
		}
	}
	began := w.g.s.Clock.Time()
	return &commit.Env{
		Flush: func() error {
			for i := 0; i < len(running); {
				s := running[i]
				if err := s.engine.Flush(); err != nil {
					if err := w.stepFailed(s, err); err != nil {
						return err
					}
					running = slices.Delete(running, i, i+1)
					continue
				}
				s.emit()
				i++
			}
			return nil
		},
		Changelog: func() error {
			for _, s := range running {
				if err := s.log(); err != nil {
					return err
				}
			}
			return nil
		},
		Settle: func() error {
			ctx, cancel := context.WithTimeout(w.ctx, w.g.s.TaskTimeout)
			defer cancel()
			waits := w.g.s.Clock.Time()
			err := w.out.settle(ctx)
			w.metrics.Blocked.Add(int64(w.g.s.Clock.Since(waits)))
			if errors.Is(err, context.DeadlineExceeded) {
				err = fmt.Errorf("the broker did not acknowledge %d records within %v: %w", w.cl.BufferedProduceRecords(), w.g.s.TaskTimeout, err)
			}
			return commit.As(classProduce(err), err)
		},
		Offsets: func() error {
			marks := map[partition]mark{}
			for _, s := range running {
				for p, m := range s.marks() {
					marks[p] = m
				}
			}
			if w.g.s.ExactlyOnce && w.out.produced > 0 {
				// The broker looks at member and generation along with offsets only: without
				// any, what a timer of a stale owner has sent would be committed.
				for i := 0; len(marks) == 0 && i < len(running); i++ {
					marks = running[i].positions()
				}
				return w.commitOffsetsInTransaction(w.ctx, marks)
			}
			if len(marks) == 0 {
				return nil
			}
			// A transaction without records is nothing but its offsets, and these are
			// atomic by themselves. (The client would not even end such a transaction:
			// it sends EndTxn only when it added something itself.)
			return w.commitOffsets(w.ctx, marks)
		},
		End: func() error {
			return w.cl.EndTransaction(w.ctx, kgo.TryCommit)
		},
		Abort: func() error {
			ctx, cancel := context.WithTimeout(w.ctx, w.g.s.TransactionTimeout)
			defer cancel()
			err := w.cl.AbortBufferedRecords(ctx)
			if err == nil {
				err = w.cl.EndTransaction(ctx, kgo.TryAbort)
			}
			return err
		},
		Apply: func() error {
			for _, s := range running {
				if err := s.apply(); err != nil {
					return err
				}
			}
			return nil
		},
		Again: func(step commit.State, n int, cause error) bool {
			w.g.s.Log.Debug("commit step is tried again", "worker", w.n, "step", step, "try", n, "reason", cause)
			if w.g.s.Clock.Since(began) > w.g.s.TaskTimeout {
				return false
			}
			if n%50 == 0 { // every few seconds at first, then once a minute
				w.g.s.Log.Warn("the commit waits for the broker", "worker", w.n, "step", step, "since", w.g.s.Clock.Since(began).Round(time.Millisecond), "reason", cause)
			}
			return pause(w.ctx, n/10) == nil
		},
	}
}

// sizes publishes the memory of the caches.
func (w *worker) sizes() {
	var dirty, total int64
	for _, s := range w.slots {
		if s.engine != nil {
			d, t := s.engine.Bytes()
			dirty, total = dirty+d, total+t
		}
	}
	w.metrics.DirtyBytes.Store(dirty)
	w.metrics.CacheBytes.Store(total)
}

// purge deletes repartition records that were consumed and committed, at the configured
// interval, without the loop waiting for it.
func (w *worker) purge() {
	now := w.g.s.Clock.Time()
	if now.Sub(w.lastPurge) < w.g.s.PurgeInterval {
		return
	}
	w.lastPurge = now
	consumed := map[partition]int64{}
	for _, s := range w.slots {
		for i, p := range s.inputs {
			if repartition(s.spec, i) && p.n >= 0 {
				if m, ok := s.committed[p]; ok && m.offset > 0 {
					consumed[p] = m.offset
				}
			}
		}
	}
	if len(consumed) == 0 {
		return
	}
	w.openers.Add(1)
	go func() {
		defer w.openers.Done()
		ctx, cancel := context.WithTimeout(w.ctx, 30*time.Second)
		defer cancel()
		if err := w.g.admin.deleteBelow(ctx, consumed); err != nil && w.ctx.Err() == nil {
			w.g.s.Log.Warn("consumed repartition records cannot be deleted; the next interval tries again", "error", err)
			return
		}
		w.g.s.Metrics.Purges.Add(1)
	}()
}
