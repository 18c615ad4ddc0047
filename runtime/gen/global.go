package gen

import (
	"sync"

	"github.com/streamgen/streamgen/runtime/fault"
	"github.com/streamgen/streamgen/runtime/processor"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/state"
)

// Global is a global table or store: every instance reads the whole topic. Tasks read it while
// they process a run; it changes between runs under Lock, so any number of task goroutines may
// share it with the one that applies. Package task's Global drives it.
type Global struct {
	Node  string
	Topic string
	Store string
	// Lock is held for reading during each run of a task and for writing while it changes.
	Lock sync.RWMutex
	// Apply decodes a run of the global topic and stores it, or hands it to the processor. A
	// record that cannot be decoded or processed fails with a *fault.Error.
	Apply func(run *Run) error

	// Key and Val are the codecs, for queries.
	Key, Val *serde.Text
	// Table reads a global table by the bytes of its keys, for queries, under Lock; nil for a
	// store, which has Rows.
	Table TableReader
	// Bind binds the codecs that write through a Schema Registry, nil when there are none; called once,
	// before all else.
	Bind func(env *processor.Env)

	// Rows is what a global store holds, laid out as Timestamped says; nil for a table, which
	// needs none of what follows.
	Rows        *state.Shared
	Timestamped bool
	Processor   string // its name
	// Open binds the processor of a global store to its environment and initialises it; called
	// once, before the first Apply.
	Open func(env *GlobalEnv) error
	// Close closes the processor; called once after Open, also after errors.
	Close func() error
}

// TableReader reads the decoded values of a global table as bytes. The caller holds the lock of
// the table; several goroutines may read then.
type TableReader interface {
	// Get returns the value of a key, encoded, and whether there is one.
	Get(key []byte) (value []byte, ok bool, err error)
	// Keys visits the keys in no order. They are valid during the call.
	Keys(visit func(key []byte))
}

// ReadTable returns the reader of a table.
func ReadTable[V any](t *state.Table[V], val serde.Codec[V]) TableReader {
	return tableReader[V]{t, val}
}

type tableReader[V any] struct {
	t   *state.Table[V]
	val serde.Codec[V]
}

// Get implements TableReader.
func (r tableReader[V]) Get(key []byte) ([]byte, bool, error) {
	v, ok := r.t.Get(key)
	if !ok {
		return nil, false, nil
	}
	b, err := r.val.Append(nil, v)
	return append([]byte{}, b...), true, err
}

// Keys implements TableReader.
func (r tableReader[V]) Keys(visit func(key []byte)) { r.t.Keys(visit) }

// GlobalEnv is what the runtime offers the processor of a global store. It belongs to the
// goroutine that applies.
type GlobalEnv struct {
	processor.Env
	Store processor.StoreEnv
	// Index is the position in the run of the record being processed.
	Index int
	// RecordTime is the timestamp of that record.
	RecordTime int64
}

// At begins with record i of a run. A negative timestamp counts as 0: left out, the record would
// be missing from the store.
func (e *GlobalEnv) At(run *Run, i int) {
	r := &run.Records[i]
	r.Timestamp = max(r.Timestamp, 0)
	e.Index, e.RecordTime = i, r.Timestamp
	e.Meta = processor.Metadata{Topic: run.Topic, Partition: run.Partition, Offset: r.Offset}
}

// Failed applies the error policy of a global store to the record in progress: nil when it is
// skipped, else the error that ends the application. A store that failed meanwhile is no fault of
// the record's, and ends it whatever the policy.
func (e *GlobalEnv) Failed(skip bool, phase fault.Phase, operator string, run *Run, cause error) error {
	fe := &fault.Error{Phase: phase, Operator: operator, Topic: run.Topic, Partition: run.Partition, Offset: run.Records[e.Index].Offset, Cause: cause}
	switch {
	case e.Err != nil:
		fe.Phase, fe.Cause = fault.Process, e.Err
		e.Err = nil
		return fe
	case skip:
		run.Skipped++
		return nil
	}
	fe.Hint = "fix or remove the record, or give the store dsl.OnError(dsl.Skip())"
	return fe
}
