package transform

import (
	"testing"

	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
)

// A connector may hand over a struct that is not of the schema that it names: that is an error, and no panic.
func TestAStructOfAnotherSchemaIsRefused(t *testing.T) {
	build := func(b *data.Builder) *data.Schema {
		s, err := b.Build()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	small := build(data.StructOf().Field("a", data.Int32Schema))
	large := build(data.StructOf().Field("a", data.Int32Schema).Field("b", data.OptionalStringSchema).Field("c", small))
	st := data.MakeStruct(large)
	st.Set(0, int32(1))
	for name, options := range map[string][]string{"Cast$Value": {"spec", "a:string"}, "Flatten$Value": nil, "TimestampConverter$Value": {"field", "b", "target.type", "unix"}} {
		r := &plugin.Record{ValueSchema: small, Value: st}
		if _, err := made(t, name, options...).(plugin.Transform).Apply(r); err == nil || err.Error() != "Struct schemas do not match." {
			t.Errorf("%s: %v", name, err)
		}
	}
	// All others must at least not fall over any value.
	for _, construct := range Kafka() {
		x, ok := construct().(plugin.Transform)
		if !ok {
			continue
		}
		props := map[string]string{"spec": "a:string", "field": "a", "fields": "a", "headers": "h", "operation": "move", "header": "h", "value.literal": "1", "regex": "t", "replacement": "1",
			"schema.name": "n", "target.type": "unix", "static.field": "s", "static.value": "v"}
		if err := x.Configure(props); err != nil {
			t.Fatalf("%s: %v", x.Info().Class, err)
		}
		for _, s := range []*data.Schema{nil, small, large, data.StringSchema, data.TimestampSchema} {
			for _, v := range []any{nil, st, data.MakeStruct(small), data.NewMap(), "text", int8(1), []any{nil}, data.Decimal{}, data.Millis(1)} {
				r := &plugin.Record{Topic: "t", KeySchema: s, Key: v, ValueSchema: s, Value: v, Timestamp: 1}
				if keep, err := x.Apply(r); err == nil && keep && r.Topic == "" {
					t.Errorf("%s lost the topic", x.Info().Class)
				}
			}
		}
	}
}
