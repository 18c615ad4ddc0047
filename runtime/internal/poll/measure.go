package poll

import (
	"slices"
	"strings"
	"time"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/metrics"
	"github.com/streamgen/streamgen/runtime/task"
)

// measured is what is known of a task's work, beyond the lives of its engines. It belongs to
// the worker's goroutine, which tells it to the metrics once a second.
type measured struct {
	processed, punctuated           metrics.Samples
	processedTotal, punctuatedTotal int64
	lateness                        metrics.Samples
	hits                            metrics.Samples // one for each lookup in a cache
	finds, misses                   int64           // of the engine, what is in hits
	dropped                         map[cause]int64
	counted                         map[string]gen.Drops // of the engine, what is in dropped
	enforced                        int64
	inputs                          []flow              // by source
	outputs                         map[string]*flow    // by topic
	flows                           map[*gen.Sink]*flow // of the engine's sinks
}

// flow is what went through a source or a sink.
type flow struct {
	node, topic    string
	internal       bool
	records, bytes int64
	latency        metrics.Samples
}

func (m *measured) process(now time.Time, n int, took time.Duration) {
	each := took.Seconds() / float64(n)
	m.processed.Add(now, int64(n), took.Seconds(), each, each)
	m.processedTotal += int64(n)
}

func (m *measured) punctuate(now time.Time, n int, took time.Duration) {
	each := took.Seconds() / float64(n)
	m.punctuated.Add(now, int64(n), took.Seconds(), each, each)
	m.punctuatedTotal += int64(n)
}

// cause is why an operator leaves records out.
type cause struct{ node, reason string }

// drops adds what an engine left out since the last look at it.
func (m *measured) drops(engine *task.Task, old, now task.Counts) {
	if m.dropped == nil {
		m.dropped = map[cause]int64{}
	}
	m.dropped[cause{"", "negative_timestamp"}] += now.Negative - old.Negative
	m.enforced += now.Enforced - old.Enforced
	if now.Drops == old.Drops {
		return
	}
	if m.counted == nil {
		m.counted = map[string]gen.Drops{}
	}
	for _, d := range engine.Drops() {
		was := m.counted[d.Node]
		m.counted[d.Node] = *d.Drops
		for _, x := range []struct {
			reason string
			n      int64
		}{{"late", d.Late - was.Late}, {"null_key", d.NullKey - was.NullKey}, {"null_value", d.NullVal - was.NullVal}, {"error_policy", d.Skipped - was.Skipped}} {
			if x.n != 0 {
				m.dropped[cause{d.Node, x.reason}] += x.n
			}
		}
	}
}

// measureInputs takes what the engine measured of the records that it processed.
func (s *slot) measureInputs() {
	m, now := &s.measured, s.w.g.s.Clock.Time()
	for len(m.inputs) < len(s.inputs) {
		node, topic := s.engine.Node(len(m.inputs))
		m.inputs = append(m.inputs, flow{node: node, topic: topic})
	}
	for i := range s.inputs {
		f := s.engine.Take(i)
		if l := f.Latency; l.N > 0 {
			m.inputs[i].records += l.N
			m.inputs[i].bytes += f.Bytes
			m.inputs[i].latency.Add(now, l.N, float64(l.Sum), float64(l.Min), float64(l.Max))
		}
	}
	l := s.engine.TakeLateness()
	m.lateness.Add(now, l.N, float64(l.Sum), float64(l.Min), float64(l.Max))
}

// measureOutput looks at the records of a sink before they are handed over.
func (s *slot) measureOutput(k *gen.Sink) {
	n := len(k.Records)
	if n == 0 {
		return
	}
	f := s.measured.flows[k]
	if f == nil {
		f = s.flowOf(k)
	}
	now := s.w.g.s.Clock.Time()
	wall := now.UnixMilli()
	sum, low, high, all := int64(0), wall-k.Records[0].Timestamp, wall-k.Records[0].Timestamp, int64(0)
	for i := range k.Records {
		age := wall - k.Records[i].Timestamp
		sum += age
		low, high = min(low, age), max(high, age)
		if !f.internal {
			s.w.latency[metrics.BucketOf(age)]++
			all += max(age, 0)
		}
	}
	f.records += int64(n)
	f.bytes += int64(len(k.Buf))
	f.latency.Add(now, int64(n), float64(sum), float64(low), float64(high))
	if !f.internal {
		s.w.metrics.Latency.Add(&s.w.latency, all)
	}
}

// flowOf finds the flow of a sink: one by topic, for all engines that the slot has had.
func (s *slot) flowOf(k *gen.Sink) *flow {
	m := &s.measured
	f := m.outputs[k.Topic]
	if f == nil {
		f = &flow{topic: k.Topic}
		for _, spec := range s.spec.Sinks {
			if !spec.Routed && task.SinkTopic(s.w.g.s.Application, spec) == k.Topic {
				f.node, f.internal = spec.Node, spec.Repartition
			}
		}
		if m.outputs == nil {
			m.outputs = map[string]*flow{}
		}
		m.outputs[k.Topic] = f
	}
	m.flows[k] = f
	return f
}

// tell publishes the state of all tasks.
func (w *worker) tell(now time.Time) {
	w.told = now
	list := make([]metrics.Task, 0, len(w.slots))
	for _, s := range w.all() {
		list = append(list, s.tell(now))
	}
	w.metrics.Tell(list)
}

func (s *slot) tell(now time.Time) metrics.Task {
	m := &s.measured
	t := metrics.Task{ID: s.name, State: metrics.TaskRestoring, StreamTime: -1,
		Process: m.processed.Stats(now), Punctuate: m.punctuated.Stats(now), ProcessTotal: m.processedTotal, PunctuateTotal: m.punctuatedTotal,
		Lateness: m.lateness.Stats(now), Enforced: m.enforced}
	if s.engine != nil {
		finds, misses := s.engine.Lookups()
		if n := finds - m.finds; n > 0 {
			hits := float64(n - (misses - m.misses))
			m.hits.Add(now, n, hits, hits/float64(n), hits/float64(n))
		}
		m.finds, m.misses = finds, misses
	}
	t.Hits = m.hits.Stats(now)
	for c, n := range m.dropped {
		t.Dropped = append(t.Dropped, metrics.Drops{Node: c.node, Reason: c.reason, N: n})
	}
	for i, p := range s.inputs {
		if p.n < 0 {
			continue
		}
		f := metrics.Flow{Topic: p.topic, Partition: p.n, Position: -1, Lag: -1}
		if i < len(m.inputs) {
			f = m.inputs[i].tell(now)
			f.Topic, f.Partition, f.Position, f.Lag = p.topic, p.n, -1, -1
		}
		if s.engine != nil {
			f.Node, _ = s.engine.Node(i)
			f.Position, f.Lag, f.Buffered = s.engine.Offset(i), s.engine.Lag(i), s.engine.Buffered(i)
		}
		t.Inputs = append(t.Inputs, f)
	}
	for _, f := range m.outputs {
		o := f.tell(now)
		o.Partition = -1
		t.Outputs = append(t.Outputs, o)
	}
	slices.SortFunc(t.Outputs, func(a, b metrics.Flow) int { return strings.Compare(a.Topic, b.Topic) })
	switch {
	case s.parked():
		t.State, t.Failure, t.Failed, t.Retry = metrics.TaskWaiting, s.trial.err.Error(), s.trial.times, s.trial.until.UnixMilli()
	case s.engine != nil:
		t.State, t.StreamTime = metrics.TaskRunning, s.engine.StreamTime()
		_, t.CacheBytes = s.engine.Bytes()
		if s.store != nil {
			t.StateBytes = s.store.Size()
		}
	}
	return t
}

func (f *flow) tell(now time.Time) metrics.Flow {
	return metrics.Flow{Node: f.node, Topic: f.topic, Records: f.records, Bytes: f.bytes, Latency: f.latency.Stats(now)}
}
