package task

import (
	"log/slog"

	"github.com/streamgen/streamgen/runtime/fault"
	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/processor"
	"github.com/streamgen/streamgen/runtime/state"
)

// globalBudget bounds the clean bytes that the processor of a global store has decoded at hand;
// the rows themselves are in memory anyway.
const globalBudget = 1 << 20

// Global drives a global table or store: it applies runs of the topic and lets tasks see the
// result. It belongs to one goroutine; the tasks that read share nothing with it but the lock.
type Global struct {
	g      *gen.Global
	env    gen.GlobalEnv
	caches []state.Store
	opened bool
}

// NewGlobal returns the driver of a global table or store. Of the Config it takes the
// application's id, the wall clock, the compatibility, the Schema Registry and the log.
func NewGlobal(g *gen.Global, c Config) *Global {
	log := c.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	d := &Global{g: g}
	d.env.Env = processor.Env{ApplicationID: c.ApplicationID, StreamTime: -1, WallClock: c.WallClock, Kafka: c.Kafka, Schemas: c.Schemas, Meta: noMetadata, Log: log.With("store", g.Store)}
	d.env.Store = processor.StoreEnv{Env: &d.env.Env, Backend: g.Rows, Budget: globalBudget, Topic: g.Topic, RecordTime: &d.env.RecordTime,
		Register: func(s state.Store) { d.caches = append(d.caches, s) }}
	if g.Rows != nil {
		g.Rows.Topic = g.Topic
	}
	if g.Bind != nil {
		g.Bind(&d.env.Env)
	}
	return d
}

// Keyless says whether records without a key are for it: a processor sees all records, a table
// has no row for them.
func (d *Global) Keyless() bool { return d.g.Open != nil }

// Name says which table or store it is, for errors.
func (d *Global) Name() string {
	if d.g.Open != nil {
		return "global store " + d.g.Store
	}
	return "global table " + d.g.Store
}

// Start initialises the processor of a global store, once.
func (d *Global) Start() error {
	if d.g.Open == nil {
		return nil
	}
	d.opened = true
	return d.guard(initialise, nil, func() error { return d.g.Open(&d.env) })
}

// Apply takes in a run of the topic; now is the wall clock in epoch milliseconds. A processor runs
// without the lock: what it put is shown to the tasks at the end of the run, all at once.
func (d *Global) Apply(run *gen.Run, now int64) error {
	run.Skipped = 0
	if d.g.Open == nil {
		d.g.Lock.Lock()
		defer d.g.Lock.Unlock()
		return d.g.Apply(run)
	}
	d.env.WallClock, d.env.Index = now, 0
	return d.guard(fault.Process, run, func() error { return d.g.Apply(run) })
}

// Close closes the processor of a global store that was started.
func (d *Global) Close() error {
	if !d.opened {
		return nil
	}
	d.opened = false
	return d.guard(closing, nil, d.g.Close)
}

// guard calls the processor and shows what it changed; errors, panics and failures of the store
// come back as a *fault.Error.
func (d *Global) guard(phase fault.Phase, run *gen.Run, call func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = panicked(p)
		}
		if err == nil {
			err, d.env.Err = d.env.Err, nil
		}
		if err == nil {
			err = d.show()
		}
		if _, ok := err.(*fault.Error); ok || err == nil {
			return
		}
		fe := &fault.Error{Phase: phase, Operator: d.g.Processor, Partition: -1, Offset: -1, Cause: err}
		if run != nil && d.env.Index < len(run.Records) {
			fe.Topic, fe.Partition, fe.Offset = run.Topic, run.Partition, run.Records[d.env.Index].Offset
		}
		err = fe
	}()
	return call()
}

// show lets the tasks see what the processor has changed.
func (d *Global) show() error {
	d.g.Lock.Lock()
	defer d.g.Lock.Unlock()
	for _, c := range d.caches {
		if err := d.g.Rows.Apply(c, d.g.Timestamped); err != nil {
			return err
		}
	}
	return nil
}
