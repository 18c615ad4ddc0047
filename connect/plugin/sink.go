package plugin

import (
	"context"
	"time"
)

// SinkTask writes one share of the topics. The worker calls its methods from one goroutine; only Stop comes from another,
// and only to end a Put that does not heed its context.
type SinkTask interface {
	// Start takes one of the connector's task configurations.
	Start(ctx SinkContext, props map[string]string) error
	// Put takes the next records, possibly none. The slice and its records are the worker's again when Put returns. A
	// Retriable error redelivers the same batch; an error of Rejected says which records are bad and that all others were
	// taken; any other error fails the task. Records that Put only buffers must be written before a PreCommit or Flush that
	// covers them returns.
	Put(ctx context.Context, records []SinkRecord) error
	// Stop ends what Start began; it is called once, also after Start failed.
	Stop() error
}

// SinkContext is what a sink's task asks of its worker. Its methods are for the goroutine of Put.
type SinkContext interface {
	// Context ends when the task is stopped.
	Context() context.Context
	// Connector and Task say whose task this is.
	Connector() string
	Task() int
	// Assignment returns the partitions that the task has now.
	Assignment() []TopicPartition
	// Rewind makes the worker read from these offsets on, after the current call. For sinks that keep offsets themselves.
	Rewind(offsets map[TopicPartition]int64)
	// RetryAfter sets how long the worker waits before it delivers a batch again.
	RetryAfter(d time.Duration)
	// Pause and Resume stop and start delivery of partitions.
	Pause(partitions ...TopicPartition)
	Resume(partitions ...TopicPartition)
	// RequestCommit asks for a commit of offsets soon rather than at the next interval.
	RequestCommit()
	// Reporter takes records that the sink refuses; nil when the configuration gives them no place to go.
	Reporter() ErrantRecordReporter
}

// SinkOpener is a sink task that prepares for the partitions it gets.
type SinkOpener interface {
	Open(partitions []TopicPartition) error
}

// SinkCloser is a sink task that cleans up after the partitions it loses. Offsets were committed before.
type SinkCloser interface {
	Close(partitions []TopicPartition) error
}

// SinkFlusher is a sink task that buffers: Flush returns once everything up to the offsets is written. An error rewinds to
// what was committed last.
type SinkFlusher interface {
	Flush(ctx context.Context, offsets map[TopicPartition]int64) error
}

// PreCommitter is a sink task that decides which offsets to commit. It returns those, at most what it was given; a
// partition that is left out commits nothing. It takes the place of Flush.
type PreCommitter interface {
	PreCommit(ctx context.Context, offsets map[TopicPartition]int64) (map[TopicPartition]int64, error)
}

// ErrantRecordReporter takes single bad records, so that the rest of a batch can go on (KIP-610). It is safe for
// concurrent use.
type ErrantRecordReporter interface {
	// ReportSink hands over a record of a sink, as Put got it. What is reported is in its dead-letter topic before offsets
	// beyond it are committed. An error means that the record may not be skipped: the task must fail with it.
	ReportSink(record *SinkRecord, cause error) error
	// ReportSource hands over a record of a source.
	ReportSource(record *SourceRecord, cause error) error
}
