package plugin

import (
	"context"

	"github.com/streamgen/streamgen/connect/config"
)

// Connector plans the work of its tasks and does none itself. The worker calls its methods from one goroutine at a time:
// Start, then TaskConfigs as often as needed, then Stop.
type Connector interface {
	Plugin
	// Start takes the configuration, which Config has validated. An error fails the connector.
	Start(ctx ConnectorContext, props map[string]string) error
	// TaskConfigs divides the work among at most n tasks and returns a configuration for each.
	TaskConfigs(n int) ([]map[string]string, error)
	// Stop ends what Start began.
	Stop() error
}

// SourceConnector is a connector whose tasks read from outside into topics.
type SourceConnector interface {
	Connector
	// NewTask returns a task, not yet started.
	NewTask() SourceTask
}

// SinkConnector is a connector whose tasks write what topics hold to outside.
type SinkConnector interface {
	Connector
	// NewTask returns a task, not yet started.
	NewTask() SinkTask
}

// ConnectorContext is what a connector asks of its worker. Its methods are safe for concurrent use.
type ConnectorContext interface {
	// Context ends when the connector is stopped.
	Context() context.Context
	// Reconfigure asks for another round of TaskConfigs, when the source has grown a table, say.
	Reconfigure()
	// Fail reports that the connector cannot go on.
	Fail(err error)
	// Offsets reads what the connector's tasks have stored; nil for a sink.
	Offsets() OffsetReader
}

// OffsetReader reads the offsets of a source. It is safe for concurrent use.
type OffsetReader interface {
	// Offset returns what was stored last for a partition, or nil. Numbers come back as int64 and float64.
	Offset(ctx context.Context, partition *Partition) (map[string]any, error)
}

// Validator is a connector that checks more of a configuration than its keys say: relations between them, or whether the
// other side can be reached. Values hold Config's verdict; errors are added to them.
type Validator interface {
	Validate(ctx context.Context, props map[string]string, values []config.Value)
}

// ExactlyOnceSource is a source connector that knows whether it can be exactly once with a configuration: every record
// carries an offset from which the source resumes without a gap or a repetition.
type ExactlyOnceSource interface {
	ExactlyOnce(props map[string]string) (supported bool)
}

// TransactionSource is a source connector that can set the bounds of transactions itself (transaction.boundary=connector)
// by its task's TransactionContext.
type TransactionSource interface {
	DefinesTransactions(props map[string]string) bool
}

// SourceOffsetAlterer is a source connector that checks offsets that a user wants to set, or keeps offsets elsewhere.
type SourceOffsetAlterer interface {
	// AlterOffsets gets the partitions with their new offsets, nil for a reset. An error refuses all of them. It reports
	// whether offsets that are kept outside of Connect were dealt with too.
	AlterOffsets(props map[string]string, offsets []PartitionOffset) (handled bool, err error)
}

// PartitionOffset is a partition of a source with an offset, nil for none. A plain value.
type PartitionOffset struct {
	Partition map[string]any
	Offset    map[string]any
}

// SinkOffsetAlterer is SourceOffsetAlterer for sinks, whose offsets are those of their consumer group; -1 stands for a reset.
type SinkOffsetAlterer interface {
	AlterSinkOffsets(props map[string]string, offsets map[TopicPartition]int64) (handled bool, err error)
}
