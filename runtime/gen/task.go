package gen

import (
	"errors"

	"github.com/streamgen/streamgen/runtime/fault"
	"github.com/streamgen/streamgen/runtime/processor"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/serde/wire"
)

// Record is one consumed record, a view of fetched bytes. Nil Key or Value is Kafka's null.
// Nobody else reads the bytes and they are not used again, so that what a function makes of
// them may stay; but the least of them keeps a whole fetch in memory, so that nothing is to be
// stored. Headers stay valid too. It belongs to the task's goroutine.
type Record struct {
	Key, Value []byte
	Timestamp  int64 // epoch milliseconds, never negative
	Offset     int64
	Headers    []serde.Header
}

// Run is a slice of consecutive records of one partition. It belongs to the task's goroutine.
type Run struct {
	Topic     string
	Partition int32
	Records   []Record
	Skipped   int // records that a global table's Apply left out by its error policy
}

// Task is one sub-topology on one partition: generated code, or the interpreter. All
// methods are called on one goroutine; the call of Process is the only interface call
// per run, everything below it is static in generated code.
type Task interface {
	// Init initialises processors. Stores are restored by then.
	Init() error
	// Process handles the run's records in order for the given source (index into
	// Subtopology.Sources). It returns how many records it finished; an error concerns
	// the next one. Policies have been applied: an error is final for the task.
	Process(source int, run *Run) (done int, err error)
	// Drain sends on what punctuators forwarded.
	Drain() error
	// Flush emits the results that were coalesced since the last Flush, upstream tables first.
	Flush() error
	// Close closes processors; called once, also after errors.
	Close() error
}

// Drops counts records that were left out on purpose, by reason. It belongs to the
// task's goroutine; the runtime adds it to the metrics between runs.
type Drops struct {
	Late    int64 // behind stream time by more than the window's grace
	NullKey int64 // a keyed operator met an absent key
	NullVal int64 // an aggregation or join met an absent value
	Skipped int64 // by an error policy
}

// TaskEnv is what the runtime offers a task. It belongs to the task's goroutine.
type TaskEnv struct {
	processor.Env
	Partition int32
	Sinks     []*Sink              // by index in Subtopology.Sinks
	Stores    []processor.StoreEnv // by index in Subtopology.Stores
	// Times holds the operators' stream times by store name; committed with the offsets,
	// so that lateness survives a restart. Use Time.
	Times map[string]*int64
	drops []NodeDrops
	// Index is the position in the run of the record being processed and Node the name of
	// the operator at work: where a panic is reported.
	Index int
	Node  string
	// RecordTime is the timestamp of the record (or punctuation) in progress.
	RecordTime int64
}

// NodeDrops are the drops of one operator. A plain value that belongs to the task's goroutine.
type NodeDrops struct {
	Node string // processor name
	*Drops
}

// DropsOf returns the counters of an operator, which stay where they are: kernels keep pointers to them.
func (e *TaskEnv) DropsOf(node string) *Drops {
	for i := range e.drops {
		if e.drops[i].Node == node {
			return e.drops[i].Drops
		}
	}
	return e.countDrops(node)
}

//go:noinline
func (e *TaskEnv) countDrops(node string) *Drops {
	d := NodeDrops{node, &Drops{}}
	e.drops = append(e.drops, d)
	return d.Drops
}

// AllDrops returns the counters of all operators that have some; the slice is shared.
func (e *TaskEnv) AllDrops() []NodeDrops { return e.drops }

// Time returns the stream time of the operator with the given store, -1 before its first record.
func (e *TaskEnv) Time(store string) *int64 {
	if e.Times == nil {
		e.Times = map[string]*int64{}
	}
	t := e.Times[store]
	if t == nil {
		t = new(int64)
		*t = -1
		e.Times[store] = t
	}
	return t
}

// Failed applies an operator's policy to the record at index i of run: nil when the
// record is skipped or was dead-lettered to sink (may be nil for other actions), else
// the error that ends the task. Run is nil for records that a flush or a punctuator
// emitted: they came from no topic, so that a dead letter has neither key nor value.
//
//go:noinline
func (e *TaskEnv) Failed(p fault.Policy, dead *Sink, phase fault.Phase, operator string, run *Run, i int, cause error) error {
	if final, ok := cause.(*fault.Error); ok { // of an operator downstream, whose policy has spoken
		return final
	}
	r := &Record{Offset: -1, Timestamp: e.RecordTime}
	fe := &fault.Error{Phase: phase, Operator: operator, Partition: e.Partition, Offset: -1, Cause: cause}
	if run != nil {
		r = &run.Records[i]
		fe.Topic, fe.Partition, fe.Offset = run.Topic, run.Partition, r.Offset
	}
	if out := new(*wire.Outage); errors.As(cause, out) { // says nothing of the record
		fe.Hint = "the record is not at fault, so that no policy takes it"
		return fe
	}
	switch p.Action {
	case fault.Skip:
		e.DropsOf(operator).Skipped++
		return nil
	case fault.DeadLetter:
		if dead != nil {
			dead.deadLetter(r, fe)
			e.DropsOf(operator).Skipped++
			return nil
		}
	}
	if phase == fault.Serialize { // stores and what groups take no policy
		fe.Hint = "fix or remove the record, or let a Filter drop before it what the codec cannot write; To, ToDynamic and Repartition take dsl.OnError(dsl.Skip()) and dsl.OnError(dsl.DeadLetter(topic))"
		return fe
	}
	fe.Hint = "fix or remove the record, or give the operator dsl.OnError(dsl.Skip()) or dsl.OnError(dsl.DeadLetter(topic))"
	return fe
}
