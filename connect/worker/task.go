package worker

import (
	"context"
	"errors"
	"maps"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/plugin"
	"github.com/streamgen/streamgen/connect/storage"
)

// startTask starts a task in a goroutine of its own, which ends when the task is stopped or has failed.
func (w *Worker) startTask(ctx context.Context, id storage.TaskID, state *storage.ConfigState, v version) {
	ctx, cancel := context.WithCancel(ctx)
	t := &runningTask{version: v, cancel: cancel, done: make(chan struct{}), gate: newGate(state.Targets[id.Connector] != storage.Started), began: time.Now()}
	w.runMu.Lock()
	w.running.tasks[id] = t
	w.runMu.Unlock()
	w.metrics.taskStarts.Add(1)
	ready := func() {
		t.mu.Lock()
		t.up = true
		t.mu.Unlock()
		w.setStatus(id.Connector, id.Task, pausedOr(t.gate.isShut()), "")
		w.taskUp(id)
	}
	go func() {
		defer close(t.done)
		err := w.runTask(ctx, id, t, state, ready)
		if err == nil || ctx.Err() != nil {
			if err != nil {
				w.log.Warn("a task stopped with an error", "task", id.String(), "error", err)
			}
			return
		}
		t.mu.Lock()
		t.failed = true
		if !t.up {
			w.metrics.taskFailures.Add(1)
		}
		t.mu.Unlock()
		w.log.Error("a task failed", "task", id.String(), "error", trace(err))
		w.setStatus(id.Connector, id.Task, storage.Failed, trace(err))
		w.taskFailed(id)
	}()
}

// runTask builds a task and runs it.
func (w *Worker) runTask(ctx context.Context, id storage.TaskID, t *runningTask, state *storage.ConfigState, ready func()) error {
	connector, err := w.variables.resolve(ctx, state.Connectors[id.Connector])
	if err != nil {
		return err
	}
	props, err := w.variables.resolve(ctx, state.Tasks[id.Connector][id.Task])
	if err != nil {
		return err
	}
	entry, ok := w.connectorEntry(connector)
	if !ok {
		return unknownClass(w.plugins, connector["connector.class"])
	}
	v, err := parseConnector(w.connectorDef(entry, connector), connector)
	if err != nil {
		return err
	}
	p := newPolicy(id.String(), v, w.log, w.breakers)
	s, err := newStages(w.plugins, w.settings.Props, connector, p)
	if err != nil {
		return err
	}
	defer s.close()
	w.lint(id, s, entry.Kind == plugin.KindSink)
	// Java has the key for sinks alone; a source that sets it gets the same.
	if name := connector["errors.deadletterqueue.topic.name"]; name != "" {
		if p.dlq, err = w.newDeadLetters(ctx, id, name, v, connector); err != nil {
			return err
		}
		defer p.dlq.close()
	}
	if entry.Kind == plugin.KindSource {
		return w.runSource(ctx, id, t, entry, v, connector, props, s, p, ready)
	}
	return w.runSink(ctx, id, t, entry, v, connector, props, s, p, ready)
}

// lint logs what Lint has to say of a task's transforms.
func (w *Worker) lint(id storage.TaskID, s *stages, sink bool) {
	if w.settings.Lint == nil {
		return
	}
	steps := make([]Step, len(s.steps))
	for i, one := range s.steps {
		steps[i] = Step{one.alias, one.transform, one.predicate, one.negate}
	}
	for _, warning := range w.settings.Lint(steps, sink) {
		w.log.Warn("a transform cannot work where it stands", "task", id.String(), "warning", warning)
	}
}

// used notes the topics of a task once each.
func (w *Worker) used(ctx context.Context, id storage.TaskID) func(string) {
	var last string
	seen := map[string]bool{}
	var mu sync.Mutex
	return func(topic string) {
		if topic == last {
			return
		}
		last = topic
		mu.Lock()
		defer mu.Unlock()
		w.mu.RLock()
		_, known := w.status.Topics[id.Connector][topic]
		w.mu.RUnlock()
		if known || seen[topic] || !w.values.Bool("topic.tracking.enable") {
			return
		}
		seen[topic] = true
		go func() {
			record := storage.TopicRecord(storage.TopicUse{Topic: topic, Connector: id.Connector, Task: id.Task, Discovered: time.Now().UnixMilli()})
			if err := w.statusLog.Put(ctx, record); err != nil && ctx.Err() == nil {
				w.log.Warn("the use of a topic was not stored", "task", id.String(), "topic", topic, "error", err)
			}
		}()
	}
}

// taskClient makes a Kafka client of a task: the worker's settings, those under the prefix, the connector's overrides.
func (w *Worker) taskClient(role clientRole, id string, connector map[string]string, more ...kgo.Opt) (*kgo.Client, error) {
	options, err := clientOptions(w.taskProps(role, id, connector), role)
	if err != nil {
		return nil, err
	}
	return kgo.NewClient(append(options, more...)...)
}

// taskProps returns the properties of such a client.
func (w *Worker) taskProps(role clientRole, id string, connector map[string]string) map[string]string {
	kind := [...]string{"admin.", "producer.", "consumer."}[role]
	props := w.clientProps(kind)
	delete(props, "client.id")
	props["client.id"] = id
	maps.Copy(props, withPrefix(connector, kind+"override."))
	return props
}

// sourceOptions returns the options of a source task's producer. Transactions that end with an interval have to outlive
// it and the commit; others have a Java producer's minute. A transaction.timeout.ms that is given counts as it is.
func (w *Worker) sourceOptions(id storage.TaskID, connector map[string]string, exact bool, boundary string, interval time.Duration) ([]kgo.Opt, error) {
	props := w.taskProps(producerClient, "connector-producer-"+id.String(), connector)
	if _, given := props["transaction.timeout.ms"]; exact && !given {
		timeout := time.Minute
		if boundary == "interval" {
			timeout = min(max(timeout, interval+commitTimeout), math.MaxInt32*time.Millisecond)
		}
		props["transaction.timeout.ms"] = strconv.FormatInt(timeout.Milliseconds(), 10)
	}
	options, err := clientOptions(props, producerClient)
	if exact {
		options = append(options, kgo.TransactionalID(w.transactionalID(id)))
	}
	return append(options, kgo.RecordPartitioner(newPartitioner()), kgo.MaxBufferedRecords(2*maxInFlight)), err
}

func (w *Worker) newDeadLetters(ctx context.Context, id storage.TaskID, topic string, v config.Values, connector map[string]string) (*deadLetters, error) {
	client, err := w.taskClient(producerClient, "connector-dlq-producer-"+id.String(), connector, kgo.RecordPartitioner(newPartitioner()))
	if err != nil {
		return nil, err
	}
	replication := int16(v.Int("errors.deadletterqueue.topic.replication.factor"))
	if !v.Has("errors.deadletterqueue.topic.replication.factor") {
		replication = -1
	}
	if err := createTopic(ctx, client, topic, 1, replication); err != nil {
		client.Close()
		return nil, plugin.Errorf("Could not initialize dead letter queue with topic=%s: %w", topic, err)
	}
	return &deadLetters{client: client, topic: topic, connector: id.Connector, task: id.Task, context: connector["errors.deadletterqueue.context.headers.enable"] == "true"}, nil
}

func (w *Worker) runSource(ctx context.Context, id storage.TaskID, t *runningTask, entry plugin.Entry, v config.Values, connector, props map[string]string, s *stages, p *policy, ready func()) (err error) {
	offsets := &connectorOffsets{connector: id.Connector, shared: w.offsets}
	if own := v.Text("offsets.storage.topic"); own != "" && w.settings.Distributed {
		if offsets.own, err = w.ownOffsets(ctx, own, connector); err != nil {
			return err
		}
		defer offsets.own.log.Close()
	}
	exact, flush := w.exactlyOnce(), millis(w.values, "offset.flush.interval.ms")
	interval := flush
	if v.Has("transaction.boundary.interval.ms") {
		interval = millis(v, "transaction.boundary.interval.ms")
	}
	options, err := w.sourceOptions(id, connector, exact, v.Text("transaction.boundary"), interval)
	if err != nil {
		return err
	}
	client, err := kgo.NewClient(options...)
	if err != nil {
		return err
	}
	defer client.Close()
	creator, err := newTopicCreator(w.values.Bool("topic.creation.enable"), connector, w.client)
	if err != nil {
		return err
	}
	source := entry.New().(plugin.SourceConnector)
	st := &sourceTask{
		id: id, task: source.NewTask(), props: props, stages: s, policy: p, client: client, topics: creator, offsets: offsets,
		flush: flush, log: w.log, paused: t.gate, submitted: newSubmitted(), used: w.used(ctx, id),
	}
	sc := &sourceContext{ctx: ctx, id: id, task: st}
	if exact {
		if err := w.fenceBefore(ctx, id, t.version.config, client); err != nil {
			return err
		}
		st.txn = &transactions{client: client, offsets: offsets, topic: w.values.Text("offset.storage.topic"), boundary: v.Text("transaction.boundary"), interval: interval}
		if offsets.own != nil {
			st.txn.topic = v.Text("offsets.storage.topic")
		}
	}
	w.runMu.Lock()
	t.source = st
	w.runMu.Unlock()
	return st.run(ctx, sc, ready)
}

// sourceContext is a source task's view of its worker.
type sourceContext struct {
	ctx  context.Context
	id   storage.TaskID
	task *sourceTask
}

func (c *sourceContext) Context() context.Context     { return c.ctx }
func (c *sourceContext) Connector() string            { return c.id.Connector }
func (c *sourceContext) Task() int                    { return c.id.Task }
func (c *sourceContext) Offsets() plugin.OffsetReader { return c.task.offsets }
func (c *sourceContext) Transaction() plugin.TransactionContext {
	if c.task.txn == nil || c.task.txn.boundary != "connector" {
		return nil
	}
	return c.task.txn
}
func (c *sourceContext) Reporter() plugin.ErrantRecordReporter { return c.task.policy.reporter(nil) }

// ownOffsets opens the offsets topic of a connector that has one of its own.
func (w *Worker) ownOffsets(ctx context.Context, topic string, connector map[string]string) (*offsetBook, error) {
	props := w.clientProps("producer.")
	maps.Copy(props, withPrefix(connector, "producer.override."))
	options, err := clientOptions(props, adminClient)
	if err != nil {
		return nil, err
	}
	book := newOffsetBook()
	book.log, err = storage.OpenTopic(ctx, storage.TopicSpec{Name: topic, Partitions: int32(w.values.Int("offset.storage.partitions")),
		Replication: int16(w.values.Int("offset.storage.replication.factor")), ReadCommitted: w.exactlyOnce()}, book.apply, options...)
	return book, err
}

func (w *Worker) transactionalID(id storage.TaskID) string {
	return w.values.Text("group.id") + "-" + id.Connector + "-" + strconv.Itoa(id.Task)
}

// fenceBefore makes sure that no producer of this or a former generation of the connector's tasks writes from here on,
// before offsets are read: the leader fences them all once per generation, and this task's own epoch its twin elsewhere.
func (w *Worker) fenceBefore(ctx context.Context, id storage.TaskID, generation int64, client *kgo.Client) error {
	err := w.Fence(ctx, id.Connector)
	if other, ok := err.(*NotLeader); ok {
		err = w.internal(ctx, other, http.MethodPut, "/connectors/"+url.PathEscape(id.Connector)+"/fence", []byte("{}"))
	}
	if err != nil {
		return plugin.Errorf("the leader could not fence the former tasks of %s: %w", id.Connector, err)
	}
	if _, _, err := client.ProducerID(ctx); err != nil {
		return plugin.Errorf("the producer of task %s could not fence its predecessor: %w", id, err)
	}
	w.mu.RLock()
	now := w.config.Generations[id.Connector]
	w.mu.RUnlock()
	if now != generation {
		return plugin.Errorf("the tasks of %s were configured anew while this one started", id.Connector)
	}
	return w.offsets.log.Sync(ctx)
}

func (w *Worker) runSink(ctx context.Context, id storage.TaskID, t *runningTask, entry plugin.Entry, v config.Values, connector, props map[string]string, s *stages, p *policy, ready func()) error {
	sink := entry.New().(plugin.SinkConnector)
	st := &sinkTask{
		id: id, task: sink.NewTask(), props: props, stages: s, policy: p, flush: millis(w.values, "offset.flush.interval.ms"),
		batch: maxPoll(w.clientProps("consumer."), connector), log: w.log, paused: t.gate, used: w.used(ctx, id),
	}
	w.runMu.Lock()
	t.sink = st
	w.runMu.Unlock()
	return st.run(ctx, ready, func() (*kgo.Client, error) {
		more := append(st.options(), kgo.ConsumerGroup(sinkGroup(connector)))
		if pattern := v.Text("topics.regex"); pattern != "" {
			more = append(more, kgo.ConsumeRegex(), kgo.ConsumeTopics("^(?:"+pattern+")$"))
		} else {
			more = append(more, kgo.ConsumeTopics(v.List("topics")...))
		}
		client, err := w.taskClient(consumerClient, "connector-consumer-"+id.String(), connector, more...)
		return client, errors.Join(err)
	})
}

// sinkGroup is the consumer group of a sink.
func sinkGroup(connector map[string]string) string {
	if group := connector["consumer.override.group.id"]; group != "" {
		return group
	}
	return "connect-" + connector["name"]
}

// maxPoll is max.poll.records.
func maxPoll(consumer, connector map[string]string) int {
	for _, text := range []string{connector["consumer.override.max.poll.records"], consumer["max.poll.records"]} {
		if n, err := strconv.Atoi(text); err == nil && n > 0 {
			return n
		}
	}
	return 500
}

// taskUp notes that a task runs; once it has for a while, its failures are counted from the beginning.
func (w *Worker) taskUp(id storage.TaskID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if r := w.retries[id]; r != nil {
		r.healthy = time.Now()
	}
}

// taskFailed plans a supervised restart.
func (w *Worker) taskFailed(id storage.TaskID) {
	limit := int(w.values.Int("task.restart.max.attempts"))
	w.mu.Lock()
	defer w.mu.Unlock()
	r := w.retries[id]
	if r == nil {
		r = &retryState{}
		w.retries[id] = r
	}
	longest := millis(w.values, "task.restart.backoff.max.ms")
	if !r.healthy.IsZero() && time.Since(r.healthy) > longest {
		r.attempts = 0
	}
	if r.attempts++; r.attempts > limit {
		return
	}
	r.due = time.Now().Add(min(millis(w.values, "task.restart.backoff.ms")<<min(r.attempts-1, 20), longest))
}

// retryDue starts the restarts that are due and tells whether there were any.
func (w *Worker) retryDue() (due bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for id, r := range w.retries {
		if _, there := w.config.Connectors[id.Connector]; !there {
			delete(w.retries, id)
			continue
		}
		if !r.due.IsZero() && time.Now().After(r.due) {
			r.due = time.Time{}
			r.restarts++
			due = true
			w.metrics.taskRestarts.Add(1)
		}
	}
	return due
}
