package debezium

import (
	"strings"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
)

// reference is a field of the event that is added to the row or as a header.
type reference struct {
	parent string // the struct that it is in; "" is the event itself
	field  string
	name   string // that it gets
}

// references reads a list such as op,source.ts_ms,table:source_table.
func references(prefix, list string) (refs []reference, err error) {
	if list == "" {
		return nil, nil
	}
	for _, text := range strings.Split(list, ",") {
		text = strings.TrimSpace(text)
		path, name, renamed := strings.Cut(text, ":")
		if strings.Contains(name, ":") {
			return nil, config.Errorf("Unexpected field name: %s", text)
		}
		steps := strings.Split(path, ".")
		ref := reference{field: steps[0]}
		if len(steps) > 1 {
			ref.parent, ref.field = steps[0], steps[1]
			ref.name = prefix + ref.parent + "_" + ref.field
		} else {
			ref.name = prefix + ref.field
			switch ref.field {
			case "id", "data_collection_order", "total_order":
				ref.parent = "transaction"
			case "op", "ts_ms", "ts_us", "ts_ns":
			case "updateDescription":
				ref.parent = ref.field
			default:
				ref.parent = "source"
			}
		}
		if renamed && name != "" {
			ref.name = prefix + name
		}
		refs = append(refs, ref)
	}
	return refs, nil
}

// of returns the field's schema, made optional, and its value; ok is false when the event has no such field. A field that its
// struct lacks is looked for in the event itself.
func (ref reference) of(event *data.Struct) (schema *data.Schema, value any, ok bool, err error) {
	holder, parent := event.Schema(), event
	if ref.parent != "" {
		f := event.Schema().Field(ref.parent)
		if f == nil {
			return nil, nil, false, data.ErrorOf(data.NullPointerException, "the event has no field %s, which add.fields or add.headers names", ref.parent)
		}
		holder = f.Schema
		parent, _ = event.Raw(f.Index).(*data.Struct)
	}
	f := holder.Field(ref.field)
	if f == nil {
		if f = event.Schema().Field(ref.field); f == nil {
			return nil, nil, false, nil
		}
		if parent != nil {
			value = event.Raw(f.Index)
		}
	} else if parent != nil {
		value = parent.Raw(f.Index)
	}
	schema, err = optional(f.Schema)
	return schema, value, true, err
}

func optional(s *data.Schema) (*data.Schema, error) {
	b := data.NewBuilder(s.Type())
	switch s.Type() {
	case data.TypeArray:
		b = data.ArrayOf(s.Value())
	case data.TypeMap:
		b = data.MapOf(s.Key(), s.Value())
	case data.TypeStruct:
		for _, f := range s.Fields() {
			b.Field(f.Name, f.Schema)
		}
	}
	return b.Basics(s).Optional().Build()
}

// addHeaders adds the references as headers; a tombstone, which has no event, gets the operation alone.
func (t *ExtractNewRecordState) addHeaders(r *plugin.Record, event *data.Struct) error {
	headers := r.Headers[:len(r.Headers):len(r.Headers)]
	for _, ref := range t.headers {
		if event == nil {
			if ref.field == "op" {
				headers = append(headers, plugin.Header{Key: ref.name, Schema: data.StringSchema, Value: "d"})
			}
			continue
		}
		schema, v, ok, err := ref.of(event)
		if err != nil {
			return err
		}
		if ok {
			headers = append(headers, plugin.Header{Key: ref.name, Schema: schema, Value: v})
		}
	}
	r.Headers = headers
	return nil
}

// addFields adds the references to the row. The row's schema is built anew even when there are none, so it is required, as in
// Debezium.
func (t *ExtractNewRecordState) addFields(r *plugin.Record, event *data.Struct) error {
	row, ok := r.Value.(*data.Struct)
	if !ok {
		return data.Errorf("Only Struct objects supported for [source field insertion], found: %s", data.JavaClass(r.Value))
	}
	b := data.StructOf().Basics(row.Schema())
	for _, f := range row.Schema().Fields() {
		b.Field(f.Name, f.Schema)
	}
	var values []any
	for _, ref := range t.fields {
		schema, v, ok, err := ref.of(event)
		if err != nil {
			return err
		}
		if ok {
			b.Field(ref.name, schema)
			values = append(values, v)
		}
	}
	schema, err := t.cached(updateKey{row.Schema(), event.Schema()}, b)
	if err != nil {
		return err
	}
	out := data.MakeStruct(schema)
	for i := range row.Len() {
		if err := out.PutAt(i, row.Raw(i)); err != nil {
			return err
		}
	}
	for n, v := range values {
		if err := out.PutAt(row.Len()+n, v); err != nil {
			return err
		}
	}
	r.ValueSchema, r.Value = schema, out
	return nil
}
