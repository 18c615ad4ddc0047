package plugin

import "context"

// SourceTask reads one share of a source. The worker calls its methods from one goroutine; only Stop comes from another,
// and only to end a Poll that does not heed its context.
type SourceTask interface {
	// Start takes one of the connector's task configurations and resumes at the stored offsets.
	Start(ctx SourceContext, props map[string]string) error
	// Poll returns the next records, in the order of the source. It waits when there are none, until the context ends; it
	// may return none at any time, and may be called again after its context has ended. The slice and its records are the worker's until the next Poll. A Retriable error makes
	// the worker try again, another fails the task.
	Poll(ctx context.Context) ([]SourceRecord, error)
	// Stop ends what Start began; it is called once, also after Start failed.
	Stop() error
}

// SourceContext is what a source's task asks of its worker. Its methods are safe for concurrent use.
type SourceContext interface {
	// Context ends when the task is stopped.
	Context() context.Context
	// Connector and Task say whose task this is.
	Connector() string
	Task() int
	// Offsets reads what this connector has stored.
	Offsets() OffsetReader
	// Transaction sets the bounds of transactions; nil unless the connector defines them.
	Transaction() TransactionContext
	// Reporter takes records that the task could not make sense of; nil when the configuration gives them no place to go.
	// It is an extension of ours: in Java only sinks have one.
	Reporter() ErrantRecordReporter
}

// SourceCommitter is a source task that wants to know what has reached Kafka, to confirm it to its source. The calls come
// from the goroutine of Poll, between two of them.
type SourceCommitter interface {
	// Commit is called after offsets were stored.
	Commit(ctx context.Context) error
}

// RecordCommitter is a source task that wants to know of every single record.
type RecordCommitter interface {
	// CommitRecord is called for each record in order: with where it was put, or with nil when it was dropped on the way.
	CommitRecord(record *SourceRecord, metadata *RecordMetadata) error
}

// TransactionContext sets the bounds of an exactly-once source's transactions (KIP-618). It is used from Poll alone: the
// "after record" forms name a record by its index in the slice that this Poll returns.
type TransactionContext interface {
	// CommitTransaction commits after the batch that this Poll returns.
	CommitTransaction()
	// CommitTransactionAfter commits after the record of that index.
	CommitTransactionAfter(index int)
	// AbortTransaction drops what the transaction holds, this batch included. Offsets move on all the same.
	AbortTransaction()
	// AbortTransactionAfter drops what the transaction holds, up to the record of that index.
	AbortTransactionAfter(index int)
}
