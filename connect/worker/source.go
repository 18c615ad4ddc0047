package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/streamgen/streamgen/connect/plugin"
	"github.com/streamgen/streamgen/connect/storage"
)

// maxInFlight bounds the records of a source's task that wait for the broker, and so the memory that an outage costs.
const maxInFlight = 50_000

// sourceTask runs one task of a source: poll, transform, convert, produce, store offsets.
type sourceTask struct {
	id        storage.TaskID
	task      plugin.SourceTask
	props     map[string]string
	stages    *stages
	policy    *policy
	client    *kgo.Client
	topics    *topicCreator
	offsets   offsetStore
	flush     time.Duration
	log       *slog.Logger
	paused    *gate
	submitted *submitted
	failed    atomic.Pointer[error]
	metrics   sourceMetrics
	used      func(topic string) // called for each record's topic; cheap
	txn       *transactions      // nil unless exactly once

	committer  plugin.SourceCommitter
	observer   plugin.RecordCommitter
	lastCommit time.Time
}

// sourceMetrics are source-task-metrics. Safe for concurrent use.
type sourceMetrics struct {
	polled, written, active   atomic.Int64
	polls, pollNanos, pollMax atomic.Int64
	commits, commitFailures   atomic.Int64
	commitNanos, commitMax    atomic.Int64
	batchMax                  atomic.Int64
}

// raise sets a maximum.
func raise(m *atomic.Int64, v int64) {
	for old := m.Load(); v > old && !m.CompareAndSwap(old, v); old = m.Load() {
	}
}

// offsetStore reads and writes a connector's offsets.
type offsetStore interface {
	plugin.OffsetReader
	store(ctx context.Context, offsets map[*plugin.Partition]plugin.Offset) error
}

// run works until the context ends or the task fails. It has started the task before it calls ready.
func (t *sourceTask) run(ctx context.Context, sc plugin.SourceContext, ready func()) (err error) {
	defer func() {
		err = errors.Join(err, stopTask(t.task.Stop))
	}()
	if err := guard(func() error { return t.task.Start(sc, t.props) }); err != nil {
		return err
	}
	t.committer, _ = t.task.(plugin.SourceCommitter)
	t.observer, _ = t.task.(plugin.RecordCommitter)
	ready()
	t.lastCommit = time.Now()
	stopFlush := t.startFlush(ctx)
	err = t.loop(ctx)
	stopFlush()
	return errors.Join(err, t.finish())
}

// startFlush commits offsets at every interval beside the loop, which may sit in Poll for long. Exactly-once tasks commit
// with their transactions.
func (t *sourceTask) startFlush(ctx context.Context) (stop func()) {
	if t.txn != nil {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		ticker := time.NewTicker(max(t.flush, time.Millisecond))
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				if err := t.commit(ctx); err != nil && ctx.Err() == nil {
					t.log.Warn("offsets were not stored; they are with the next commit", "task", t.id.String(), "error", err)
				}
			}
		}
	}()
	return func() { cancel(); <-done }
}

func (t *sourceTask) loop(ctx context.Context) error {
	for ctx.Err() == nil {
		if err := t.paused.wait(ctx); err != nil {
			return nil
		}
		if failed := t.failed.Load(); failed != nil {
			return *failed
		}
		started := time.Now()
		records, err := t.poll(ctx)
		if err != nil {
			return err
		}
		if len(records) > 0 {
			took := time.Since(started).Nanoseconds()
			t.metrics.polls.Add(1)
			t.metrics.pollNanos.Add(took)
			raise(&t.metrics.pollMax, took)
			raise(&t.metrics.batchMax, int64(len(records)))
			t.metrics.polled.Add(int64(len(records)))
		}
		if t.txn != nil {
			err = t.txn.batch(ctx, t, records)
		} else {
			err = t.send(ctx, records)
		}
		if err != nil {
			if t.txn != nil {
				t.failed.CompareAndSwap(nil, &err) // half a batch is not committed: it is read again
			}
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
	}
	return nil
}

// poll asks the task for records; a retriable failure is tried again until the task is stopped.
func (t *sourceTask) poll(ctx context.Context) (records []plugin.SourceRecord, err error) {
	var last string
	polling := ctx
	if t.txn != nil {
		// A source that has nothing more must not keep a transaction open beyond its interval.
		if left, bounded := t.txn.due(); bounded {
			var cancel context.CancelFunc
			polling, cancel = context.WithTimeout(ctx, max(left, time.Millisecond))
			defer cancel()
		}
	}
	for n := 1; ; n++ {
		err = guard(func() (err error) {
			records, err = t.task.Poll(polling)
			return err
		})
		if err != nil && polling.Err() != nil {
			return nil, nil
		}
		if err == nil && last != "" {
			t.policy.breakers.succeeded(last)
		}
		if err == nil || ctx.Err() != nil {
			return records, nil
		}
		if !plugin.IsRetriable(err) {
			return nil, err
		}
		pause := t.policy.delay(n)
		if system, ok := plugin.TransportOf(err); ok {
			last = system
			pause = t.policy.breakers.failed(system)
		}
		t.policy.metrics.retries.Add(1)
		t.log.Warn("poll failed and is tried again", "task", t.id.String(), "error", err, "attempt", n)
		select {
		case <-ctx.Done():
			return nil, nil
		case <-time.After(pause):
		}
	}
}

// send takes a batch through the stages and hands it to the producer.
func (t *sourceTask) send(ctx context.Context, records []plugin.SourceRecord) error {
	if len(records) == 0 {
		return nil
	}
	if err := t.submitted.below(ctx, maxInFlight); err != nil {
		return err
	}
	out := make([]kgo.Record, len(records))
	entries := make([]entry, len(records))
	buffer := make([]byte, 0, 64*len(records))
	for i := range records {
		r := &records[i]
		e := &entries[i]
		e.Context, e.offset = context.Background(), r.SourceOffset
		var bytes encoded
		keep, f := t.stages.transform(ctx, &r.Record)
		if f == nil && keep {
			bytes, buffer, f = t.stages.encode(ctx, &r.Record, buffer)
		}
		if f != nil {
			f.source = r
			if err := t.policy.give(*f); err != nil {
				return err
			}
			keep = false
		}
		if !keep {
			// A record that is dropped is done with: its offset is stored, so that a source whose tail is filtered does
			// not read it again after every restart.
			t.submitted.add(r.SourcePartition, e, true)
			if err := t.observe(r, nil); err != nil {
				return err
			}
			continue
		}
		t.used(r.Topic)
		if err := t.topics.ensure(ctx, r.Topic); err != nil {
			return err
		}
		o := &out[i]
		o.Topic, o.Key, o.Value, o.Context = r.Topic, bytes.key, bytes.value, e
		if r.Partition != plugin.NoPartition {
			o.Partition = r.Partition
		} else {
			o.Partition = unset
		}
		if r.Timestamp != plugin.NoTimestamp {
			o.Timestamp = time.UnixMilli(r.Timestamp)
		}
		for _, h := range bytes.headers {
			o.Headers = append(o.Headers, kgo.RecordHeader{Key: h.Key, Value: h.Value})
		}
		t.submitted.add(r.SourcePartition, e, false)
		t.metrics.active.Add(1)
		if t.observer != nil {
			copied := *r
			t.client.Produce(ctx, o, func(k *kgo.Record, err error) { t.produced(k, err); t.observed(&copied, k, err) })
			continue
		}
		t.client.Produce(ctx, o, t.produced)
	}
	return nil
}

// unset marks records whose partition the partitioner chooses.
const unset int32 = -1

// produced is the producer's promise.
func (t *sourceTask) produced(k *kgo.Record, err error) {
	e := k.Context.(*entry)
	t.metrics.active.Add(-1)
	if err != nil {
		if !t.tolerable(k, err) {
			failed := error(&plugin.Error{Class: plugin.ConnectException, Message: "Unrecoverable exception from producer send callback", Cause: err})
			t.failed.CompareAndSwap(nil, &failed)
			t.submitted.lose(e)
			return
		}
	} else {
		t.metrics.written.Add(1)
	}
	t.submitted.ack(e)
}

// recordsFault are the refusals of a broker that are about the record itself. Every other failure of a send, such as an
// authorization, a sequence out of order or a producer id that could not be had, would meet any record, and skipping it
// would lose them all.
var recordsFault = []error{kerr.MessageTooLarge, kerr.RecordListTooLarge, kerr.InvalidRecord, kerr.CorruptMessage, kerr.InvalidTimestamp, kerr.PolicyViolation}

// tolerable decides on a record that the broker refused, as too large say. Without a transaction it may be skipped.
func (t *sourceTask) tolerable(k *kgo.Record, err error) bool {
	fault := slices.ContainsFunc(recordsFault, func(refusal error) bool { return errors.Is(err, refusal) })
	if !fault || !t.policy.tolerateAll || t.txn != nil {
		return false
	}
	return t.policy.give(failure{stage: StageProduce, class: "org.apache.kafka.connect.runtime.WorkerSourceTask", err: err, attempts: 1,
		raw: &rawRecord{topic: k.Topic, partition: k.Partition, key: k.Key, value: k.Value, timestamp: k.Timestamp.UnixMilli(), offset: -1}}) == nil
}

func (t *sourceTask) observe(r *plugin.SourceRecord, m *plugin.RecordMetadata) error {
	if t.observer == nil {
		return nil
	}
	return guard(func() error { return t.observer.CommitRecord(r, m) })
}

func (t *sourceTask) observed(r *plugin.SourceRecord, k *kgo.Record, err error) {
	var m *plugin.RecordMetadata
	if err == nil {
		m = &plugin.RecordMetadata{TopicPartition: plugin.TopicPartition{Topic: k.Topic, Partition: k.Partition}, Offset: k.Offset, Timestamp: k.Timestamp.UnixMilli()}
	}
	if err := t.observe(r, m); err != nil {
		t.failed.CompareAndSwap(nil, &err)
	}
}

// commit stores the offsets of what has reached Kafka.
func (t *sourceTask) commit(ctx context.Context) error {
	started := time.Now()
	offsets := t.submitted.take()
	if len(offsets) > 0 {
		// A record that goes to the dead-letter topic is done once it is there.
		err := t.policy.dlq.wait(ctx)
		if err != nil && ctx.Err() == nil {
			t.failed.CompareAndSwap(nil, &err)
		}
		if err == nil {
			err = t.offsets.store(ctx, offsets)
		}
		if err != nil {
			t.submitted.restore(offsets)
			t.metrics.commitFailures.Add(1)
			return err
		}
	}
	took := time.Since(started).Nanoseconds()
	t.metrics.commits.Add(1)
	t.metrics.commitNanos.Add(took)
	raise(&t.metrics.commitMax, took)
	if t.committer != nil {
		return guard(func() error { return t.committer.Commit(ctx) })
	}
	return nil
}

// finish waits for what is on its way and stores the last offsets, in the time that a stop may take.
func (t *sourceTask) finish() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if t.txn != nil {
		return t.txn.finish(ctx, t)
	}
	if t.failed.Load() == nil {
		if err := t.submitted.drain(ctx); err != nil {
			t.log.Warn("records were still on their way when the task stopped; they are read again", "task", t.id.String(), "records", t.submitted.inFlight())
		}
	}
	return t.commit(ctx)
}

// guard runs a plug-in's method and turns a panic into an error.
func guard(f func() error) (err error) {
	defer recovered(&err)
	return f()
}

// stopTask stops a task; what it says then changes nothing any more but is worth a line in the trace.
func stopTask(stop func() error) error {
	if err := guard(stop); err != nil {
		return fmt.Errorf("the task did not stop cleanly: %w", err)
	}
	return nil
}

// trace renders an error as the traces of statuses do: the class and message of each cause.
func trace(err error) string {
	var b strings.Builder
	for first := true; err != nil; first = false {
		if !first {
			b.WriteString("\nCaused by: ")
		}
		b.WriteString(plugin.ClassOf(err) + ": " + err.Error())
		var e *plugin.Error
		if !errors.As(err, &e) {
			break
		}
		err = e.Cause
	}
	return b.String()
}
