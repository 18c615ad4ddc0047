// Package datagen holds a source that makes up records: orders, users or clicks, the same ones for the same seed, as fast
// as it may or at a pace. It resumes at the record after the last one that reached Kafka.
package datagen

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
)

// New returns io.streamgen.connect.DatagenSourceConnector.
func New() plugin.Plugin { return &connector{} }

var def = config.New(
	config.Key{Name: "topic", Required: true, Validator: config.NonEmpty, Doc: "The topic to publish records to"},
	config.Key{Name: "quickstart", Default: "orders", Validator: config.OneOf("orders", "users", "clicks"), Doc: "What the records are of"},
	config.Key{Name: "max.interval.ms", Type: config.Long, Default: int64(0), Validator: config.AtLeast(0), Doc: "Pause between two batches; 0 for none"},
	config.Key{Name: "batch.size", Type: config.Int, Default: int32(500), Validator: config.AtLeast(1), Doc: "Records of a batch"},
	config.Key{Name: "iterations", Type: config.Long, Default: int64(-1), Doc: "How many records each task makes; -1 without end"},
	config.Key{Name: "random.seed", Type: config.Long, Default: int64(1), Doc: "The same seed makes the same records"},
)

type connector struct{ props map[string]string }

func (*connector) Info() plugin.Info {
	return plugin.Info{Class: "io.streamgen.connect.DatagenSourceConnector", Version: "1.0.0", Doc: "Makes up orders, users or clicks."}
}
func (*connector) Config() *config.Def { return def }
func (c *connector) Start(_ plugin.ConnectorContext, props map[string]string) error {
	c.props = props
	return nil
}

// TaskConfigs returns as many tasks as may be; each has records of its own.
func (c *connector) TaskConfigs(n int) ([]map[string]string, error) {
	configs := make([]map[string]string, n)
	for i := range configs {
		configs[i] = map[string]string{"task.number": fmt.Sprint(i)}
		for k, v := range c.props {
			configs[i][k] = v
		}
	}
	return configs, nil
}
func (*connector) Stop() error                        { return nil }
func (*connector) NewTask() plugin.SourceTask         { return &task{} }
func (*connector) ExactlyOnce(map[string]string) bool { return true }

// position is the number of records made so far.
type position int64

// OffsetFields returns the form that is stored.
func (p position) OffsetFields() map[string]any { return map[string]any{"iteration": int64(p)} }

var schemas = map[string]*data.Schema{
	"orders": built(data.StructOf().Name("streamgen.Order").
		Field("id", data.Int64Schema).Field("customer", data.StringSchema).Field("item", data.StringSchema).Field("units", data.Int32Schema).Field("price", data.Float64Schema)),
	"users": built(data.StructOf().Name("streamgen.User").
		Field("id", data.StringSchema).Field("region", data.StringSchema).Field("registered", data.Int64Schema)),
	"clicks": built(data.StructOf().Name("streamgen.Click").
		Field("user", data.StringSchema).Field("page", data.StringSchema).Field("at", data.Int64Schema)),
}

// built returns a schema that is written here, and so has no fault that a test would not find.
func built(b *data.Builder) *data.Schema {
	s, err := b.Build()
	if err != nil {
		return nil
	}
	return s
}

type task struct {
	values    config.Values
	number    string
	partition *plugin.Partition
	made      int64
	records   []plugin.SourceRecord
}

func (t *task) Start(ctx plugin.SourceContext, props map[string]string) (err error) {
	if t.values, err = def.Parse(props); err != nil {
		return err
	}
	t.number = props["task.number"]
	t.partition = plugin.NewPartition(map[string]any{"task": t.number})
	stored, err := ctx.Offsets().Offset(ctx.Context(), t.partition)
	if n, ok := stored["iteration"].(int64); ok {
		t.made = n
	}
	return err
}

func (t *task) Poll(ctx context.Context) ([]plugin.SourceRecord, error) {
	end := t.values.Int("iterations")
	if end >= 0 && t.made >= end {
		<-ctx.Done()
		return nil, nil
	}
	if pause := t.values.Int("max.interval.ms"); pause > 0 {
		select {
		case <-ctx.Done():
			return nil, nil
		case <-time.After(time.Duration(pause) * time.Millisecond):
		}
	}
	n := t.values.Int("batch.size")
	if end >= 0 {
		n = min(n, end-t.made)
	}
	t.records = t.records[:0]
	for range n {
		r, err := t.make()
		if err != nil {
			return nil, err
		}
		t.records = append(t.records, r)
	}
	return t.records, nil
}

// make makes the next record. What it is follows from its number and the seed alone, so that a restart changes nothing.
func (t *task) make() (plugin.SourceRecord, error) {
	kind := t.values.Text("quickstart")
	random := rand.New(rand.NewPCG(uint64(t.values.Int("random.seed")), uint64(t.made)))
	schema := schemas[kind]
	value := data.MakeStruct(schema)
	customer := fmt.Sprintf("customer-%d", random.IntN(1000))
	var key string
	var err error
	put := func(name string, v any) {
		if err == nil {
			err = value.Put(name, v)
		}
	}
	switch kind {
	case "orders":
		key = customer
		put("id", t.made)
		put("customer", customer)
		put("item", fmt.Sprintf("item-%d", random.IntN(200)))
		put("units", int32(1+random.IntN(10)))
		put("price", float64(random.IntN(100_000))/100)
	case "users":
		key = fmt.Sprintf("user-%d", random.IntN(1000))
		put("id", key)
		put("region", fmt.Sprintf("region-%d", random.IntN(10)))
		put("registered", 1_600_000_000_000+random.Int64N(100_000_000_000))
	default:
		key = fmt.Sprintf("user-%d", random.IntN(1000))
		put("user", key)
		put("page", fmt.Sprintf("/page/%d", random.IntN(50)))
		put("at", 1_700_000_000_000+t.made*17)
	}
	t.made++
	return plugin.SourceRecord{
		Record: plugin.Record{Topic: t.values.Text("topic"), Partition: plugin.NoPartition, KeySchema: data.StringSchema, Key: key,
			ValueSchema: schema, Value: value, Timestamp: plugin.NoTimestamp},
		SourcePartition: t.partition, SourceOffset: position(t.made),
	}, err
}

func (*task) Stop() error { return nil }
