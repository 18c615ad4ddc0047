package worker

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/streamgen/streamgen/connect/plugin"
)

type (
	commitRequest  = *kmsg.OffsetCommitRequest
	commitResponse = *kmsg.OffsetCommitResponse
)

// commitError returns the first error of a commit's answer.
func commitError(resp commitResponse) error {
	var errs []error
	for _, topic := range resp.Topics {
		for _, p := range topic.Partitions {
			errs = append(errs, kerr.ErrorForCode(p.ErrorCode))
		}
	}
	return errors.Join(errs...)
}

// sinkContext is a sink task's view of its worker.
type sinkContext struct {
	t   *sinkTask
	ctx context.Context
}

func (c *sinkContext) Context() context.Context { return c.ctx }
func (c *sinkContext) Connector() string        { return c.t.id.Connector }
func (c *sinkContext) Task() int                { return c.t.id.Task }
func (c *sinkContext) Assignment() []plugin.TopicPartition {
	return slices.Collect(maps.Keys(c.t.positions))
}
func (c *sinkContext) Rewind(offsets map[plugin.TopicPartition]int64) {
	if c.t.rewound == nil {
		c.t.rewound = map[plugin.TopicPartition]int64{}
	}
	maps.Copy(c.t.rewound, offsets)
}
func (c *sinkContext) RetryAfter(d time.Duration) { c.t.retryIn = d }
func (c *sinkContext) RequestCommit()             { c.t.urgent = true }

func (c *sinkContext) Pause(parts ...plugin.TopicPartition) {
	c.t.client.PauseFetchPartitions(byTopic(parts))
}

func (c *sinkContext) Resume(parts ...plugin.TopicPartition) {
	c.t.client.ResumeFetchPartitions(byTopic(parts))
}

func byTopic(parts []plugin.TopicPartition) map[string][]int32 {
	m := map[string][]int32{}
	for _, tp := range parts {
		m[tp.Topic] = append(m[tp.Topic], tp.Partition)
	}
	return m
}

// Reporter is nil when records that are refused have nowhere to go, as in Java.
func (c *sinkContext) Reporter() plugin.ErrantRecordReporter { return c.t.policy.reporter(c.t) }

// errantReporter takes single records from a task.
type errantReporter struct {
	policy *policy
	sink   *sinkTask // nil for a source
}

func (p *policy) reporter(t *sinkTask) plugin.ErrantRecordReporter {
	if p.dlq == nil && !p.logErrors {
		return nil
	}
	return &errantReporter{p, t}
}

// ReportSink gives the policy a record of the batch, with the bytes that were consumed.
func (r *errantReporter) ReportSink(record *plugin.SinkRecord, cause error) error {
	f := failure{stage: StagePut, err: cause, attempts: 1}
	if r.sink != nil {
		f.class = r.sink.props["task.class"]
		for i := range r.sink.records {
			if &r.sink.records[i] == record || r.sink.raws[i].offset == record.Offset && r.sink.records[i].Original == record.Original {
				raw := r.sink.raws[i]
				f.raw = &raw
				break
			}
		}
	}
	if f.raw == nil {
		// A record of an earlier batch: its bytes are gone, what the task holds is reported.
		f.raw = &rawRecord{topic: record.Original.Topic, partition: record.Original.Partition, offset: record.Offset,
			timestamp: record.Timestamp, key: textOf(record.Key), value: textOf(record.Value)}
	}
	return r.policy.give(f)
}

// ReportSource gives the policy a record that a source's task could not make sense of.
func (r *errantReporter) ReportSource(record *plugin.SourceRecord, cause error) error {
	return r.policy.give(failure{stage: StagePoll, err: cause, attempts: 1, source: record})
}
