package debezium

import (
	"testing"

	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
)

func deletion(t *testing.T) *plugin.Record {
	t.Helper()
	build := func(b *data.Builder) *data.Schema {
		s, err := b.Build()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	row := build(data.StructOf().Name("t.Value").Optional().Field("id", data.Int64Schema))
	envelope := build(data.StructOf().Name("t.Envelope").Field("before", row).Field("after", row).Field("op", data.StringSchema))
	before, event := data.MakeStruct(row), data.MakeStruct(envelope)
	before.Set(0, int64(7))
	event.Set(0, before)
	event.Set(2, "d")
	return &plugin.Record{Topic: "t", ValueSchema: envelope, Value: event}
}

func apply(t *testing.T, props map[string]string, r *plugin.Record) bool {
	t.Helper()
	x := New().(plugin.Transform)
	if err := x.Configure(props); err != nil {
		t.Fatal(err)
	}
	keep, err := x.Apply(r)
	if err != nil {
		t.Fatal(err)
	}
	return keep
}

// C43.
func TestTheKeysOfDebezium2(t *testing.T) {
	if apply(t, map[string]string{"drop.tombstones": "false"}, deletion(t)) {
		t.Error("a delete is dropped by default")
	}
	r := deletion(t)
	if !apply(t, map[string]string{"delete.handling.mode": "rewrite"}, r) || data.Text(r.Value) != "Struct{id=7,__deleted=true}" {
		t.Error(data.Text(r.Value))
	}
	r = deletion(t)
	if !apply(t, map[string]string{"delete.handling.mode": "none"}, r) || r.Value != nil || r.ValueSchema == nil {
		t.Error(r.Value, r.ValueSchema)
	}
	tombstone := &plugin.Record{Topic: "t"}
	if !apply(t, map[string]string{"drop.tombstones": "false"}, tombstone) || apply(t, map[string]string{"delete.handling.mode": "none"}, tombstone) {
		t.Error("tombstones pass when drop.tombstones is false, and only then")
	}
}

// C44.
func TestADeleteWithoutFieldsToDropIsATombstone(t *testing.T) {
	r := deletion(t)
	r.Headers.Add("drop", nil, []any{"id"})
	if !apply(t, map[string]string{"delete.tombstone.handling.mode": "delete-to-tombstone", "drop.fields.header.name": "drop"}, r) || r.Value != nil || r.ValueSchema != nil {
		t.Error(r.Value, r.ValueSchema)
	}
}
