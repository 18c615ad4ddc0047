package transform

import (
	"strings"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
)

// InsertField adds fields with the record's coordinates, its timestamp or a fixed text.
type InsertField struct {
	side
	topic, partition, offset, timestamp, static *insertion
	text                                        string
	replaceNull                                 bool
	updated                                     schemas
}

// insertion is a field to add.
type insertion struct {
	name     string
	optional bool
}

func inserted(v config.Values, name string) *insertion {
	if !v.Has(name) {
		return nil
	}
	spec := v.Text(name)
	if s, ok := strings.CutSuffix(spec, "?"); ok {
		return &insertion{s, true}
	}
	if s, ok := strings.CutSuffix(spec, "!"); ok {
		return &insertion{s, false}
	}
	return &insertion{spec, true}
}

func (f *insertion) to(b *data.Builder, required, optional *data.Schema) {
	switch {
	case f == nil:
	case f.optional:
		b.Field(f.name, optional)
	default:
		b.Field(f.name, required)
	}
}

// Info names the transform.
func (t *InsertField) Info() plugin.Info {
	return t.info("InsertField", "Adds fields with the record's coordinates, its timestamp or a fixed text.")
}

const optionality = "Suffix with <code>!</code> to make this a required field, or <code>?</code> to keep it optional (the default)."

var insertFieldKeys = config.New(
	option("topic.field", config.String, nil, config.Medium, "Field name for Kafka topic. "+optionality),
	option("partition.field", config.String, nil, config.Medium, "Field name for Kafka partition. "+optionality),
	option("offset.field", config.String, nil, config.Medium, "Field name for Kafka offset - only applicable to sink connectors.<br/>"+optionality),
	option("timestamp.field", config.String, nil, config.Medium, "Field name for record timestamp. "+optionality),
	option("static.field", config.String, nil, config.Medium, "Field name for static data field. "+optionality),
	option("static.value", config.String, nil, config.Medium, "Static field value, if field name configured."),
	replaceNullKey(),
)

// Config lists the keys.
func (*InsertField) Config() *config.Def { return insertFieldKeys }

// Configure takes the options.
func (t *InsertField) Configure(props map[string]string) error {
	v, err := insertFieldKeys.Parse(props)
	if err != nil {
		return err
	}
	*t = InsertField{side: t.side, topic: inserted(v, "topic.field"), partition: inserted(v, "partition.field"), offset: inserted(v, "offset.field"),
		timestamp: inserted(v, "timestamp.field"), static: inserted(v, "static.field"), text: v.Text("static.value"), replaceNull: v.Bool(replaceNull)}
	if t.topic == nil && t.partition == nil && t.offset == nil && t.timestamp == nil && t.static == nil {
		return config.Errorf("No field insertion configured")
	}
	if t.static != nil && !v.Has("static.value") {
		return config.Invalid("static.value", nil, "No value specified for static field: "+t.static.name)
	}
	return nil
}

func noSink(r *plugin.Record) error {
	if r.Sink {
		return nil
	}
	return data.Errorf("Only SinkRecord supported for [field insertion], found: org.apache.kafka.connect.source.SourceRecord")
}

// Apply adds the fields.
func (t *InsertField) Apply(r *plugin.Record) (bool, error) {
	schema, v := t.of(r)
	if v == nil {
		return true, nil
	}
	if schema == nil {
		return t.schemaless(r, v)
	}
	st, err := structOf(v, "field insertion")
	if err != nil {
		return false, err
	}
	updated, err := t.updated.get(st.Schema(), func() (*data.Schema, error) {
		b := data.StructOf().Basics(st.Schema())
		for _, f := range st.Schema().Fields() {
			b.Field(f.Name, f.Schema)
		}
		t.topic.to(b, data.StringSchema, data.OptionalStringSchema)
		t.partition.to(b, data.Int32Schema, data.OptionalInt32Schema)
		t.offset.to(b, data.Int64Schema, data.OptionalInt64Schema)
		t.timestamp.to(b, data.TimestampSchema, data.OptionalTimestampSchema)
		t.static.to(b, data.StringSchema, data.OptionalStringSchema)
		return b.Build()
	})
	if err != nil {
		return false, err
	}
	out := data.MakeStruct(updated)
	n := st.Len()
	for i := range n {
		if err := copied(out, i, at(st, i, t.replaceNull)); err != nil {
			return false, err
		}
	}
	if t.topic != nil {
		out.Set(n, r.Topic)
		n++
	}
	if t.partition != nil {
		if r.Partition != plugin.NoPartition {
			out.Set(n, r.Partition)
		}
		n++
	}
	if t.offset != nil {
		if err := noSink(r); err != nil {
			return false, err
		}
		out.Set(n, r.Offset)
		n++
	}
	if t.timestamp != nil {
		if r.Timestamp != plugin.NoTimestamp {
			out.Set(n, data.Millis(r.Timestamp))
		}
		n++
	}
	if t.static != nil {
		out.Set(n, t.text)
	}
	t.set(r, updated, out)
	return true, nil
}

func (t *InsertField) schemaless(r *plugin.Record, v any) (bool, error) {
	m, err := mapOf(v, "field insertion")
	if err != nil {
		return false, err
	}
	out := m.Copy()
	if t.topic != nil {
		out.Put(t.topic.name, r.Topic)
	}
	if t.partition != nil && r.Partition != plugin.NoPartition {
		out.Put(t.partition.name, r.Partition)
	}
	if t.offset != nil {
		if err := noSink(r); err != nil {
			return false, err
		}
		out.Put(t.offset.name, r.Offset)
	}
	if t.timestamp != nil && r.Timestamp != plugin.NoTimestamp {
		out.Put(t.timestamp.name, r.Timestamp)
	}
	if t.static != nil {
		out.Put(t.static.name, t.text)
	}
	t.set(r, nil, out)
	return true, nil
}
