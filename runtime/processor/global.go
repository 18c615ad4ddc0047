package processor

import "log/slog"

// GlobalProcessor fills a global store from a topic, as the processor that Kafka Streams'
// StreamsBuilder.addGlobalStore takes. Every instance of the application has one, on a goroutine
// that belongs to no task: it sees the records of all partitions, from the start of the topic each
// time the application starts. Its methods are never called concurrently.
type GlobalProcessor[K, V any] interface {
	// Init is called once before the first record; the store is empty.
	Init(ctx *GlobalContext) error
	// Process is called for every record, absent keys and values included (NoKey, NoValue). Tasks
	// see what it put once the records that were read together with this one are done.
	Process(ctx *GlobalContext, r Record[K, V]) error
	// Close is called once when the application ends, also after an error.
	Close() error
}

// GlobalContext is a global processor's view of the application. Nothing follows a global
// processor and no task runs it: so there is no Forward, no Schedule, no stream time and nothing to
// commit, which Kafka Streams has on its context and refuses when they are called. It is valid
// from Init to Close and belongs to the goroutine of the global stores.
type GlobalContext struct{ env *Env }

// NewGlobalContext is called by generated code and the interpreter.
func NewGlobalContext(env *Env) *GlobalContext { return &GlobalContext{env: env} }

// Metadata returns topic, partition and offset of the current record.
func (c *GlobalContext) Metadata() Metadata { return c.env.Meta }

// WallClock returns the wall clock in epoch milliseconds, as of the current batch.
func (c *GlobalContext) WallClock() int64 { return c.env.WallClock }

// ApplicationID returns the application.id.
func (c *GlobalContext) ApplicationID() string { return c.env.ApplicationID }

// Log returns a logger that names the store.
func (c *GlobalContext) Log() *slog.Logger { return c.env.Log }
