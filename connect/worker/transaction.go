package worker

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/streamgen/streamgen/connect/plugin"
)

// transactions are the transactions of an exactly-once source's task: records and their offsets are committed together
// (KIP-618). They belong to the task's goroutine, except the promises of the producer.
type transactions struct {
	client   *kgo.Client
	offsets  *connectorOffsets
	topic    string // of the offsets
	boundary string // poll, interval or connector
	interval time.Duration
	open     bool
	since    time.Time
	mu       sync.Mutex
	failed   error
	wanted   []boundaryMark // what the task asked for in this Poll
}

// commitTimeout bounds the end of a transaction.
const commitTimeout = 30 * time.Second

// due returns how long the transaction may stay open, and whether that is bounded.
func (x *transactions) due() (time.Duration, bool) {
	return x.interval - time.Since(x.since), x.open && x.boundary == "interval"
}

// boundaryMark is a commit or an abort that a task asked for after a record of its batch.
type boundaryMark struct {
	after int // index; -1 stands for the end of the batch
	abort bool
}

// CommitTransaction commits after the batch.
func (x *transactions) CommitTransaction() { x.wanted = append(x.wanted, boundaryMark{-1, false}) }

// CommitTransactionAfter commits after a record of the batch.
func (x *transactions) CommitTransactionAfter(i int) {
	x.wanted = append(x.wanted, boundaryMark{i, false})
}

// AbortTransaction drops the batch and what came before it in the transaction.
func (x *transactions) AbortTransaction() { x.wanted = append(x.wanted, boundaryMark{-1, true}) }

// AbortTransactionAfter drops what the transaction holds up to a record of the batch.
func (x *transactions) AbortTransactionAfter(i int) {
	x.wanted = append(x.wanted, boundaryMark{i, true})
}

// batch sends what a Poll returned, and ends transactions where the boundary says.
func (x *transactions) batch(ctx context.Context, t *sourceTask, records []plugin.SourceRecord) error {
	marks := x.wanted
	x.wanted = nil
	from := 0
	for _, m := range marks {
		to := m.after + 1
		if m.after < 0 {
			to = len(records)
		}
		to = min(max(to, from), len(records))
		if err := x.send(ctx, t, records[from:to]); err != nil {
			return err
		}
		from = to
		if err := x.end(ctx, t, m.abort); err != nil {
			return err
		}
	}
	if err := x.send(ctx, t, records[from:]); err != nil {
		return err
	}
	if x.open && (x.boundary == "poll" || x.boundary == "interval" && time.Since(x.since) >= x.interval) {
		return x.end(ctx, t, false)
	}
	return nil
}

func (x *transactions) send(ctx context.Context, t *sourceTask, records []plugin.SourceRecord) error {
	if len(records) == 0 {
		return nil
	}
	if err := x.begin(); err != nil {
		return err
	}
	return t.send(ctx, records)
}

func (x *transactions) begin() error {
	if x.open {
		return nil
	}
	if err := x.client.BeginTransaction(); err != nil {
		return plugin.Errorf("a transaction could not be begun: %w", err)
	}
	x.open, x.since = true, time.Now()
	return nil
}

// end commits the transaction with the offsets of its records, or aborts its records and commits the offsets alone: what a
// source gave up is not read again.
func (x *transactions) end(ctx context.Context, t *sourceTask, abort bool) error {
	if !x.open {
		return nil
	}
	// A stop must not cut a commit in two: what has begun ends, in bounded time.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), commitTimeout)
	defer cancel()
	started := time.Now()
	if err := t.submitted.drain(ctx); err != nil && !abort {
		return err
	}
	if abort {
		if err := x.client.AbortBufferedRecords(ctx); err != nil {
			return plugin.Errorf("buffered records could not be dropped: %w", err)
		}
		if err := x.client.EndTransaction(ctx, kgo.TryAbort); err != nil {
			return plugin.Errorf("a transaction could not be aborted: %w", err)
		}
		x.open = false
		if err := x.begin(); err != nil {
			return err
		}
	}
	if failed := t.failed.Load(); failed != nil {
		return *failed
	}
	if err := t.policy.dlq.wait(ctx); err != nil {
		return err
	}
	offsets := t.submitted.take()
	x.offsets.produce(ctx, x.client, x.topic, offsets, func(err error) {
		if err != nil {
			x.mu.Lock()
			x.failed = errors.Join(x.failed, err)
			x.mu.Unlock()
		}
	})
	if err := x.client.Flush(ctx); err != nil {
		return err
	}
	x.mu.Lock()
	failed := x.failed
	x.mu.Unlock()
	if failed != nil {
		return plugin.Errorf("offsets could not be added to the transaction: %w", failed)
	}
	if err := x.client.EndTransaction(ctx, kgo.TryCommit); err != nil {
		t.metrics.commitFailures.Add(1)
		return plugin.Errorf("a transaction could not be committed: %w", err)
	}
	x.open = false
	took := time.Since(started).Nanoseconds()
	t.metrics.commits.Add(1)
	t.metrics.commitNanos.Add(took)
	raise(&t.metrics.commitMax, took)
	if t.committer != nil {
		return guard(func() error { return t.committer.Commit(ctx) })
	}
	return nil
}

// finish commits what is open, unless the task failed or sets the bounds itself: then it is dropped and read again.
func (x *transactions) finish(ctx context.Context, t *sourceTask) error {
	if !x.open {
		return nil
	}
	if t.failed.Load() == nil && x.boundary != "connector" {
		return x.end(ctx, t, false)
	}
	return errors.Join(x.client.AbortBufferedRecords(ctx), x.client.EndTransaction(ctx, kgo.TryAbort))
}
