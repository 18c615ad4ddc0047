package worker

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/streamgen/streamgen/connect/plugin"
	"github.com/streamgen/streamgen/connect/storage"
)

// sinkTask runs one task of a sink: consume, convert, transform, put, commit offsets. Its loop is the one goroutine that
// touches the connector's task; the consumer's callbacks hand their partitions to it and wait.
type sinkTask struct {
	id      storage.TaskID
	task    plugin.SinkTask
	props   map[string]string
	stages  *stages
	policy  *policy
	client  *kgo.Client
	moves   chan move
	flush   time.Duration
	batch   int // records per poll
	log     *slog.Logger
	paused  *gate
	used    func(topic string)
	metrics sinkMetrics

	ctx       context.Context
	positions map[plugin.TopicPartition]int64 // behind what the task has taken, by partition that is ours
	reached   map[plugin.TopicPartition]int64 // behind the batch that the task is about to take
	committed map[plugin.TopicPartition]int64
	rewound   map[plugin.TopicPartition]int64
	retryIn   time.Duration
	urgent    bool
	nextFlush time.Time
	raws      []rawRecord
	records   []plugin.SinkRecord
	mu        sync.Mutex // of lag, which is read by metrics
	lag       map[plugin.TopicPartition]int64
}

// sinkMetrics are sink-task-metrics. Safe for concurrent use.
type sinkMetrics struct {
	read, sent, partitions, active atomic.Int64
	puts, putNanos, putMax         atomic.Int64
	commits, commitFailures        atomic.Int64
	commitNanos, commitMax, seq    atomic.Int64
	batchMax                       atomic.Int64
}

// move is a change of the partitions that a consumer has; done is closed when the task has taken it in.
type move struct {
	gained, lost []plugin.TopicPartition
	gone         bool // lost without a chance to commit
	done         chan struct{}
}

// options are those of the group's membership; the client calls back from its own goroutines.
func (t *sinkTask) options() []kgo.Opt {
	call := func(gained bool, gone bool) func(context.Context, *kgo.Client, map[string][]int32) {
		return func(ctx context.Context, _ *kgo.Client, parts map[string][]int32) {
			m := move{gone: gone, done: make(chan struct{})}
			for topic, ps := range parts {
				for _, p := range ps {
					tp := plugin.TopicPartition{Topic: topic, Partition: p}
					if gained {
						m.gained = append(m.gained, tp)
					} else {
						m.lost = append(m.lost, tp)
					}
				}
			}
			select {
			case t.moves <- m:
			case <-t.ctx.Done():
				return
			}
			select {
			case <-m.done:
			case <-t.ctx.Done():
			}
		}
	}
	return []kgo.Opt{
		kgo.DisableAutoCommit(),
		kgo.OnPartitionsAssigned(call(true, false)),
		kgo.OnPartitionsRevoked(call(false, false)),
		kgo.OnPartitionsLost(call(false, true)),
		kgo.Balancers(kgo.CooperativeStickyBalancer(), kgo.RangeBalancer()),
	}
}

// run works until the context ends or the task fails. It has started the task before it calls ready.
func (t *sinkTask) run(ctx context.Context, ready func(), connect func() (*kgo.Client, error)) (err error) {
	t.positions, t.committed = map[plugin.TopicPartition]int64{}, map[plugin.TopicPartition]int64{}
	t.reached = map[plugin.TopicPartition]int64{}
	t.lag = map[plugin.TopicPartition]int64{}
	t.moves = make(chan move)
	var cancel context.CancelFunc
	t.ctx, cancel = context.WithCancel(context.Background())
	defer func() {
		cancel() // frees callbacks that wait for the loop
		if t.client != nil {
			t.client.Close()
		}
		err = errors.Join(err, stopTask(t.task.Stop))
	}()
	if err := guard(func() error { return t.task.Start(&sinkContext{t, ctx}, t.props) }); err != nil {
		return err
	}
	if t.client, err = connect(); err != nil {
		return err
	}
	ready()
	t.nextFlush = time.Now().Add(t.flush)
	if err := t.loop(ctx); err != nil {
		return err
	}
	return t.leave()
}

// leave commits a last time, in the time that a stop may take.
func (t *sinkTask) leave() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	parts := slices.Collect(maps.Keys(t.positions))
	err := t.commit(ctx, parts)
	return errors.Join(err, t.closed(parts))
}

func (t *sinkTask) loop(ctx context.Context) error {
	for ctx.Err() == nil {
		if err := t.step(ctx); err != nil {
			if ctx.Err() != nil && errors.Is(err, context.Canceled) {
				return nil
			}
			return err
		}
	}
	return nil
}

// step is one round: partitions that moved, records, offsets.
func (t *sinkTask) step(ctx context.Context) error {
	if t.paused.isShut() {
		return t.rest(ctx)
	}
	fetches, err := t.fetch(ctx)
	if err != nil {
		return err
	}
	if err := t.consume(ctx, fetches); err != nil {
		return err
	}
	if err := t.applyRewinds(); err != nil {
		return err
	}
	if t.urgent || time.Now().After(t.nextFlush) {
		t.urgent, t.nextFlush = false, time.Now().Add(t.flush)
		if err := t.commit(ctx, slices.Collect(maps.Keys(t.positions))); err != nil {
			return err
		}
		return t.applyRewinds()
	}
	return nil
}

// rest waits while the task is paused: fetching stops, membership goes on.
func (t *sinkTask) rest(ctx context.Context) error {
	if err := t.commit(ctx, slices.Collect(maps.Keys(t.positions))); err != nil {
		return err
	}
	topics := t.client.GetConsumeTopics()
	t.client.PauseFetchTopics(topics...)
	defer t.client.ResumeFetchTopics(topics...)
	opened := make(chan struct{})
	waiting, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		if t.paused.wait(waiting) == nil {
			close(opened)
		}
	}()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-opened:
			return nil
		case m := <-t.moves:
			if err := t.moved(ctx, m); err != nil {
				return err
			}
		}
	}
}

// fetch polls while partitions may move: the poll runs beside the loop, which takes moves in meanwhile.
func (t *sinkTask) fetch(ctx context.Context) (kgo.Fetches, error) {
	wait := time.Until(t.nextFlush)
	polling, cancel := context.WithTimeout(ctx, max(min(wait, time.Second), time.Millisecond))
	defer cancel()
	got := make(chan kgo.Fetches, 1)
	go func() { got <- t.client.PollRecords(polling, t.batch) }()
	var fetches kgo.Fetches
	for {
		select {
		case m := <-t.moves:
			if err := t.moved(ctx, m); err != nil {
				cancel()
				<-got
				return nil, err
			}
			continue
		case fetches = <-got:
		}
		break
	}
	for _, e := range fetches.Errors() {
		if errors.Is(e.Err, context.DeadlineExceeded) || errors.Is(e.Err, context.Canceled) || errors.Is(e.Err, kgo.ErrClientClosed) {
			continue
		}
		t.log.Warn("consuming failed and goes on", "task", t.id.String(), "topic", e.Topic, "partition", e.Partition, "error", e.Err)
	}
	return fetches, nil
}

// consume takes what was fetched through the stages and puts it.
func (t *sinkTask) consume(ctx context.Context, fetches kgo.Fetches) error {
	t.raws, t.records = t.raws[:0], t.records[:0]
	clear(t.reached)
	n := 0
	fetches.EachPartition(func(p kgo.FetchTopicPartition) { n += len(p.Records) })
	if cap(t.raws) < n {
		t.raws = make([]rawRecord, 0, n)
		t.records = make([]plugin.SinkRecord, 0, n)
	}
	var failed error
	fetches.EachPartition(func(p kgo.FetchTopicPartition) {
		tp := plugin.TopicPartition{Topic: p.Topic, Partition: p.Partition}
		position, ours := t.positions[tp]
		if !ours || len(p.Records) == 0 || failed != nil {
			return // moved away after it was fetched
		}
		t.used(p.Topic)
		if _, known := t.committed[tp]; !known {
			t.committed[tp] = p.Records[0].Offset // where the group stood: a task that cannot flush goes back to here
		}
		for _, k := range p.Records {
			if failed = t.convert(ctx, tp, k); failed != nil {
				return
			}
			position = k.Offset + 1
		}
		t.reached[tp] = position
		t.mu.Lock()
		t.lag[tp] = p.HighWatermark - position
		t.mu.Unlock()
	})
	t.metrics.read.Add(int64(n))
	if failed != nil {
		return failed
	}
	if len(t.records) > 0 {
		raise(&t.metrics.batchMax, int64(len(t.records)))
		if err := t.put(ctx); err != nil {
			return err
		}
	}
	// Not before: partitions that move while a put is tried again, and a stop that ends it, commit what was taken.
	maps.Copy(t.positions, t.reached)
	return nil
}

// convert appends one record to the batch, unless it is dropped or skipped.
func (t *sinkTask) convert(ctx context.Context, tp plugin.TopicPartition, k *kgo.Record) error {
	raw := rawRecord{topic: k.Topic, partition: k.Partition, offset: k.Offset, timestamp: k.Timestamp.UnixMilli(), key: k.Key, value: k.Value}
	for _, h := range k.Headers {
		raw.headers = append(raw.headers, plugin.RawHeader{Key: h.Key, Value: h.Value})
	}
	if k.Attrs.TimestampType() < 0 {
		raw.timestamp = plugin.NoTimestamp
	}
	t.records = append(t.records, plugin.SinkRecord{
		Record:        plugin.Record{Topic: raw.topic, Partition: raw.partition, Offset: raw.offset, Timestamp: raw.timestamp, Sink: true},
		Original:      tp,
		LogAppendTime: k.Attrs.TimestampType() == 1,
	})
	r := &t.records[len(t.records)-1]
	f := t.stages.decode(ctx, &raw, &r.Record)
	keep := f == nil
	if f == nil {
		keep, f = t.stages.transform(ctx, &r.Record)
	}
	if f != nil {
		f.raw = &raw
		keep = false
		if err := t.policy.give(*f); err != nil {
			return err
		}
	}
	if !keep {
		t.records = t.records[:len(t.records)-1]
		return nil
	}
	t.raws = append(t.raws, raw)
	return nil
}

// put delivers the batch until the task takes it.
func (t *sinkTask) put(ctx context.Context) error {
	t.metrics.active.Store(int64(len(t.records)))
	defer t.metrics.active.Store(0)
	var last string
	started := time.Now()
	for n := 1; len(t.records) > 0; n++ {
		began := time.Now()
		err := guard(func() error { return t.task.Put(ctx, t.records) })
		took := time.Since(began).Nanoseconds()
		t.metrics.puts.Add(1)
		t.metrics.putNanos.Add(took)
		raise(&t.metrics.putMax, took)
		if err == nil {
			if last != "" {
				t.policy.breakers.succeeded(last)
			}
			t.metrics.sent.Add(int64(len(t.records)))
			return nil
		}
		if bad, ok := plugin.Rejections(err); ok {
			t.metrics.sent.Add(int64(len(t.records) - len(bad)))
			return t.reject(bad)
		}
		if !plugin.IsRetriable(err) || ctx.Err() != nil {
			return &plugin.Error{Class: plugin.ConnectException, Message: "Exiting WorkerSinkTask due to unrecoverable exception.", Cause: err}
		}
		pause := t.policy.delay(n)
		system, transport := plugin.TransportOf(err)
		if transport {
			last = system
			pause = t.policy.breakers.failed(system)
		}
		if limit := t.policy.retryTimeout; limit > 0 && time.Since(started)+pause > limit {
			return &plugin.Error{Class: plugin.ConnectException, Message: "Put was tried again for errors.retry.timeout and still fails", Cause: err}
		}
		if t.retryIn > 0 {
			pause, t.retryIn = t.retryIn, 0
		}
		t.policy.metrics.retries.Add(1)
		t.log.Warn("put failed; the same batch is delivered again", "task", t.id.String(), "error", err, "attempt", n, "in", pause)
		if err := t.pause(ctx, pause); err != nil {
			return err
		}
	}
	return nil
}

// pause waits between two attempts, and lets partitions move: records of those that are lost leave the batch.
func (t *sinkTask) pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
			return nil
		case m := <-t.moves:
			if err := t.moved(ctx, m); err != nil {
				return err
			}
		}
	}
}

// reject decides on records that Put refused.
func (t *sinkTask) reject(bad []plugin.Rejection) error {
	for _, b := range bad {
		if b.Index < 0 || b.Index >= len(t.records) {
			return plugin.Errorf("the sink refused record %d of a batch of %d", b.Index, len(t.records))
		}
		if err := t.policy.give(failure{stage: StagePut, class: t.props["task.class"], err: b.Cause, attempts: 1, raw: &t.raws[b.Index]}); err != nil {
			return err
		}
	}
	return nil
}

// moved takes in a change of partitions.
func (t *sinkTask) moved(ctx context.Context, m move) error {
	defer close(m.done)
	if len(m.lost) > 0 {
		if !m.gone {
			if err := t.commit(ctx, m.lost); err != nil {
				t.log.Warn("offsets of partitions that move away were not committed; their records are delivered again", "task", t.id.String(), "error", err)
			}
		}
		err := t.closed(m.lost)
		t.forget(m.lost)
		if err != nil {
			return err
		}
	}
	if len(m.gained) > 0 {
		committed := t.client.CommittedOffsets()
		for _, tp := range m.gained {
			t.positions[tp] = -1 // unknown until something is read
			if o, ok := committed[tp.Topic][tp.Partition]; ok && o.Offset >= 0 {
				t.positions[tp], t.committed[tp] = o.Offset, o.Offset
			}
		}
		t.metrics.partitions.Store(int64(len(t.positions)))
		if opener, ok := t.task.(plugin.SinkOpener); ok {
			if err := guard(func() error { return opener.Open(m.gained) }); err != nil {
				return err
			}
		}
	}
	return nil
}

// closed tells the task of partitions that it has no more.
func (t *sinkTask) closed(parts []plugin.TopicPartition) error {
	closer, ok := t.task.(plugin.SinkCloser)
	if !ok || len(parts) == 0 {
		return nil
	}
	return guard(func() error { return closer.Close(parts) })
}

// forget drops what is known of partitions, and their records from the batch.
func (t *sinkTask) forget(parts []plugin.TopicPartition) {
	t.mu.Lock()
	for _, tp := range parts {
		delete(t.positions, tp)
		delete(t.reached, tp)
		delete(t.committed, tp)
		delete(t.rewound, tp)
		delete(t.lag, tp)
	}
	t.mu.Unlock()
	t.metrics.partitions.Store(int64(len(t.positions)))
	kept := 0
	for i := range t.records {
		if _, ours := t.positions[t.records[i].Original]; ours {
			t.records[kept], t.raws[kept] = t.records[i], t.raws[i]
			kept++
		}
	}
	t.records, t.raws = t.records[:kept], t.raws[:kept]
}

// commit asks the task what may be committed of partitions, and commits it.
func (t *sinkTask) commit(ctx context.Context, parts []plugin.TopicPartition) error {
	consumed := map[plugin.TopicPartition]int64{}
	for _, tp := range parts {
		if p := t.positions[tp]; p >= 0 {
			consumed[tp] = p
		}
	}
	if len(consumed) == 0 {
		return nil
	}
	started := time.Now()
	offsets := consumed
	err := t.policy.dlq.wait(ctx)
	if err != nil && ctx.Err() == nil {
		return err
	}
	if err == nil {
		offsets, err = t.preCommit(ctx, consumed)
	}
	if err != nil {
		// What the task could not flush is delivered again, from the last commit on.
		t.metrics.commitFailures.Add(1)
		t.log.Warn("offsets are not committed; the task goes back to the last commit", "task", t.id.String(), "error", err)
		if t.rewound == nil {
			t.rewound = map[plugin.TopicPartition]int64{}
		}
		for tp := range consumed {
			if o, known := t.committed[tp]; known {
				t.rewound[tp] = o
			}
		}
		return nil
	}
	request := map[string]map[int32]kgo.EpochOffset{}
	for tp, o := range offsets {
		at, ours := consumed[tp]
		if !ours || o > at || t.committed[tp] == o {
			continue // not ours, not consumed yet, or known
		}
		if request[tp.Topic] == nil {
			request[tp.Topic] = map[int32]kgo.EpochOffset{}
		}
		request[tp.Topic][tp.Partition] = kgo.EpochOffset{Epoch: -1, Offset: o}
	}
	if len(request) > 0 {
		if err := t.send(ctx, request); err != nil {
			t.metrics.commitFailures.Add(1)
			return nil
		}
	}
	t.metrics.seq.Add(1)
	took := time.Since(started).Nanoseconds()
	t.metrics.commits.Add(1)
	t.metrics.commitNanos.Add(took)
	raise(&t.metrics.commitMax, took)
	return nil
}

func (t *sinkTask) preCommit(ctx context.Context, consumed map[plugin.TopicPartition]int64) (offsets map[plugin.TopicPartition]int64, err error) {
	switch task := t.task.(type) {
	case plugin.PreCommitter:
		err = guard(func() (err error) {
			offsets, err = task.PreCommit(ctx, maps.Clone(consumed))
			return err
		})
		return offsets, err
	case plugin.SinkFlusher:
		err = guard(func() error { return task.Flush(ctx, maps.Clone(consumed)) })
	}
	return consumed, err
}

// send commits to the group. A failure is logged: the next commit covers it.
func (t *sinkTask) send(ctx context.Context, request map[string]map[int32]kgo.EpochOffset) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	var failed error
	t.client.CommitOffsetsSync(ctx, request, func(_ *kgo.Client, _ commitRequest, resp commitResponse, err error) {
		failed = err
		if err == nil {
			failed = commitError(resp)
		}
	})
	if failed != nil {
		t.log.Warn("offsets were not committed; they are with the next commit", "task", t.id.String(), "error", failed)
		return failed
	}
	for topic, parts := range request {
		for p, o := range parts {
			t.committed[plugin.TopicPartition{Topic: topic, Partition: p}] = o.Offset
		}
	}
	return nil
}

// applyRewinds moves the consumer to where the task wants to read.
func (t *sinkTask) applyRewinds() error {
	if len(t.rewound) == 0 {
		return nil
	}
	set := map[string]map[int32]kgo.EpochOffset{}
	for tp, o := range t.rewound {
		if _, ours := t.positions[tp]; !ours {
			continue
		}
		if set[tp.Topic] == nil {
			set[tp.Topic] = map[int32]kgo.EpochOffset{}
		}
		set[tp.Topic][tp.Partition] = kgo.EpochOffset{Epoch: -1, Offset: o}
		t.positions[tp] = o
	}
	t.rewound = nil
	t.client.SetOffsets(set)
	return nil
}
