package processor

import (
	"errors"
	"log/slog"
	"time"
)

// ValueProcessor is a user's own operator that keeps the key, as in Kafka Streams'
// FixedKeyProcessor. One instance serves one task; its methods run on that task's goroutine,
// never concurrently. What is forwarded travels on after Process returns, in order.
type ValueProcessor[K, V, VOut any] interface {
	// Init is called once before the first record, with stores restored. It may schedule punctuators.
	Init(ctx *ValueContext[VOut]) error
	// Process is called for every record, absent keys and values included (NoKey, NoValue).
	Process(ctx *ValueContext[VOut], r Record[K, V]) error
	// Close is called once when the task ends, also after an error.
	Close() error
}

// ValueContext is a ValueProcessor's view of its task. It is valid from Init to Close and
// belongs to the task's goroutine.
type ValueContext[V any] struct {
	inner   Context[struct{}, V]
	ts      int64
	headers []Header
	active  bool
}

// NewValueContext is called by generated code and the interpreter.
func NewValueContext[V any](env *Env, node int) *ValueContext[V] {
	return &ValueContext[V]{inner: Context[struct{}, V]{env: env, node: node}}
}

// Begin notes the record that Process is called for. It is called by generated code.
func (c *ValueContext[V]) Begin(ts int64, headers []Header) {
	c.ts, c.headers, c.active = ts, headers, true
}

// End says that Process has returned. It is called by generated code.
func (c *ValueContext[V]) End() { c.active, c.headers = false, nil }

// Forward sends v with key, timestamp and headers of the record in progress to the
// operators after this one, once Process returns. Punctuators have no record, hence no
// key to forward with: there it fails the task, as nothing else would tell.
func (c *ValueContext[V]) Forward(v V) { c.ForwardRecord(Some(v), c.ts, c.headers) }

// ForwardRecord is Forward of a value that may be absent, with a timestamp (epoch
// milliseconds) and headers of its own.
func (c *ValueContext[V]) ForwardRecord(v Opt[V], ts int64, headers []Header) {
	if !c.active {
		c.inner.env.Fail(errors.New("ValueContext.Forward was called outside of Process, where there is no record whose key to keep; use Process and a Context to forward from punctuators"))
		return
	}
	val, ok := v.Get()
	c.inner.Forward(Record[struct{}, V]{Value: val, NoValue: !ok, Timestamp: ts, Headers: headers})
}

// Drain returns what was forwarded since the last Drain, without keys; the slice is valid
// until the next Forward. It is called by generated code.
func (c *ValueContext[V]) Drain() []Record[struct{}, V] { return c.inner.Drain() }

// Metadata returns topic, partition and offset of the current record.
func (c *ValueContext[V]) Metadata() Metadata { return c.inner.Metadata() }

// StreamTime returns the task's stream time in epoch milliseconds, -1 before the first record.
func (c *ValueContext[V]) StreamTime() int64 { return c.inner.StreamTime() }

// WallClock returns the wall clock in epoch milliseconds, as of the current batch.
func (c *ValueContext[V]) WallClock() int64 { return c.inner.WallClock() }

// TaskID returns "<sub-topology>_<partition>".
func (c *ValueContext[V]) TaskID() string { return c.inner.TaskID() }

// ApplicationID returns the application.id.
func (c *ValueContext[V]) ApplicationID() string { return c.inner.ApplicationID() }

// Log returns a logger that names the task.
func (c *ValueContext[V]) Log() *slog.Logger { return c.inner.Log() }

// Commit asks for a commit soon after the current record.
func (c *ValueContext[V]) Commit() { c.inner.Commit() }

// Schedule registers a punctuator; see Context.Schedule.
func (c *ValueContext[V]) Schedule(interval time.Duration, kind TimeKind, fn func(now int64) error) (*Schedule, error) {
	return c.inner.Schedule(interval, kind, fn)
}
