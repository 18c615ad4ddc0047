package processor

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/streamgen/streamgen/runtime/serde/wire"
)

// Processor is a user's own operator, as in Kafka Streams' Processor API. One
// instance serves one task; its methods run on that task's goroutine, never
// concurrently. Records passed to ctx.Forward travel on after Process (or the
// punctuator) returns, in the order they were forwarded.
type Processor[KIn, VIn, KOut, VOut any] interface {
	// Init is called once before the first record, with stores restored. It may schedule punctuators.
	Init(ctx *Context[KOut, VOut]) error
	// Process is called for every record, absent keys and values included (NoKey, NoValue).
	Process(ctx *Context[KOut, VOut], r Record[KIn, VIn]) error
	// Close is called once when the task ends, also after an error.
	Close() error
}

// TimeKind says which clock drives a punctuator.
type TimeKind uint8

// The clocks of punctuators.
const (
	StreamTime TimeKind = iota // the highest timestamp among the task's records
	WallClock                  // the machine's clock; the test driver's is cranked by hand
)

// Schedule is one punctuator of a task. It belongs to the task's goroutine.
type Schedule struct {
	Node     int
	Kind     TimeKind
	Interval int64 // milliseconds
	Next     int64 // epoch milliseconds; see Context.Schedule
	Started  bool
	Canceled bool
	Fn       func(now int64) error
}

// Cancel stops the punctuator; it may be called from inside its own callback.
func (s *Schedule) Cancel() { s.Canceled = true }

// Env is what a task offers to its processors. The runtime fills it; it belongs to the
// task's goroutine.
type Env struct {
	ApplicationID string
	TaskID        string // "<sub-topology>_<partition>"
	Meta          Metadata
	StreamTime    int64 // -1 before the first record
	WallClock     int64 // epoch milliseconds, cached per batch
	CommitWanted  bool
	// Kafka says that the application asked for Kafka Streams' own behaviour where
	// docs/SEMANTICS.md departs from it (S180).
	Kafka     bool
	Schedules []*Schedule
	// Schemas is the client of the Schema Registry, nil without one. Codecs that need one are bound to it.
	Schemas wire.Schemas
	Log     *slog.Logger
	Err     error // first failure reported by Fail
}

// Fail records the first failure of a store; the runtime fails the record in progress
// with it once the processor returns.
func (e *Env) Fail(err error) {
	if e.Err == nil {
		e.Err = err
	}
}

// Context is a processor's view of its task. It is valid from Init to Close and
// belongs to the task's goroutine.
type Context[K, V any] struct {
	env  *Env
	node int
	out  []Record[K, V]
}

// NewContext is called by generated code and the interpreter.
func NewContext[K, V any](env *Env, node int) *Context[K, V] {
	return &Context[K, V]{env: env, node: node}
}

// Forward sends r to the operators after this one, once the current call returns.
func (c *Context[K, V]) Forward(r Record[K, V]) { c.out = append(c.out, r) }

// Drain returns the records forwarded since the last Drain; the slice is valid until
// the next Forward. It is called by generated code.
func (c *Context[K, V]) Drain() []Record[K, V] {
	out := c.out
	c.out = c.out[:0]
	return out
}

// Metadata returns topic, partition and offset of the current record.
func (c *Context[K, V]) Metadata() Metadata { return c.env.Meta }

// StreamTime returns the task's stream time in epoch milliseconds, -1 before the first record.
func (c *Context[K, V]) StreamTime() int64 { return c.env.StreamTime }

// WallClock returns the wall clock in epoch milliseconds, as of the current batch.
func (c *Context[K, V]) WallClock() int64 { return c.env.WallClock }

// TaskID returns "<sub-topology>_<partition>".
func (c *Context[K, V]) TaskID() string { return c.env.TaskID }

// ApplicationID returns the application.id.
func (c *Context[K, V]) ApplicationID() string { return c.env.ApplicationID }

// Log returns a logger that names the task.
func (c *Context[K, V]) Log() *slog.Logger { return c.env.Log }

// Commit asks for a commit soon after the current record.
func (c *Context[K, V]) Commit() { c.env.CommitWanted = true }

// Schedule registers a punctuator. On StreamTime it first fires as soon as stream time
// is known, then every interval aligned to zero; on WallClock first one interval from
// now. Missed ticks collapse into one and keep the phase. fn receives the clock at
// firing, in epoch milliseconds. The interval must be at least one millisecond.
func (c *Context[K, V]) Schedule(interval time.Duration, kind TimeKind, fn func(now int64) error) (*Schedule, error) {
	ms := interval.Milliseconds()
	if ms < 1 {
		return nil, fmt.Errorf("punctuation interval is %v; it must be at least 1 ms", interval)
	}
	s := &Schedule{Node: c.node, Kind: kind, Interval: ms, Fn: fn}
	if kind == WallClock {
		s.Next = c.env.WallClock + ms
	}
	c.env.Schedules = append(c.env.Schedules, s)
	return s, nil
}
