package transform

import (
	"slices"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
)

// HeaderFrom copies or moves fields into headers.
type HeaderFrom struct {
	side
	fields, headers []string
	move            bool
	replaceNull     bool
	moved           schemas
}

// Info names the transform.
func (t *HeaderFrom) Info() plugin.Info {
	return t.info("HeaderFrom", "Copies or moves fields of the key or value into headers.")
}

func nonEmptyList(name string, v any) error {
	if list, _ := v.([]string); len(list) == 0 {
		return config.Invalid(name, v, "Empty list")
	}
	return nil
}

var headerFromKeys = config.New(
	must(checked(option("fields", config.List, nil, config.High, "Field names in the record whose values are to be copied or moved to headers."), nonEmptyList)),
	must(checked(option("headers", config.List, nil, config.High, "Header names, in the same order as the field names listed in the fields configuration property."), nonEmptyList)),
	must(checked(option("operation", config.String, nil, config.High, "Either <code>move</code> if the fields are to be moved to the headers (removed from the key/value), "+
		"or <code>copy</code> if the fields are to be copied to the headers (retained in the key/value)."), config.OneOf("move", "copy"))),
	replaceNullKey(),
)

// Config lists the keys.
func (*HeaderFrom) Config() *config.Def { return headerFromKeys }

// Configure takes the options.
func (t *HeaderFrom) Configure(props map[string]string) error {
	v, err := headerFromKeys.Parse(props)
	if err != nil {
		return err
	}
	t.fields, t.headers = v.List("fields"), v.List("headers")
	if len(t.fields) != len(t.headers) {
		return config.Errorf("'fields' config must have the same number of elements as 'headers' config.")
	}
	t.move, t.replaceNull = v.Text("operation") == "move", v.Bool(replaceNull)
	t.moved = schemas{}
	return nil
}

// Apply adds the headers, and removes the fields when they are moved.
func (t *HeaderFrom) Apply(r *plugin.Record) (bool, error) {
	purpose := "header copy"
	if t.move {
		purpose = "header move"
	}
	schema, v := t.of(r)
	headers := r.Headers[:len(r.Headers):len(r.Headers)]
	if schema == nil {
		m, err := mapOf(v, purpose)
		if err != nil {
			return false, err
		}
		updated := m.Copy()
		for i, f := range t.fields {
			field, _ := m.Get(f)
			if t.move {
				updated.Delete(f)
			}
			headers = append(headers, plugin.Header{Key: t.headers[i], Value: field})
		}
		t.set(r, nil, updated)
		r.Headers = headers
		return true, nil
	}
	st, err := structOf(v, purpose)
	if err != nil {
		return false, err
	}
	updatedSchema, updated := schema, st
	if t.move {
		if updatedSchema, updated, err = t.without(schema, st); err != nil {
			return false, err
		}
	}
	for i, name := range t.fields {
		var field any
		if f := st.Schema().Field(name); f != nil {
			field = at(st, f.Index, t.replaceNull)
		}
		f := schema.Field(name)
		if f == nil {
			return false, data.ErrorOf(data.NullPointerException, `Cannot invoke "org.apache.kafka.connect.data.Field.schema()" because the return value of "org.apache.kafka.connect.data.Schema.field(String)" is null`)
		}
		if err := headerFits(f.Schema, field); err != nil {
			return false, err
		}
		headers = append(headers, plugin.Header{Key: t.headers[i], Schema: f.Schema, Value: field})
	}
	t.set(r, updatedSchema, updated)
	r.Headers = headers
	return true, nil
}

func (t *HeaderFrom) without(schema *data.Schema, st *data.Struct) (*data.Schema, *data.Struct, error) {
	updatedSchema, err := t.moved.get(schema, func() (*data.Schema, error) {
		if err := noFields(schema); err != nil {
			return nil, err
		}
		b := data.StructOf().Basics(schema)
		for _, f := range schema.Fields() {
			if !slices.Contains(t.fields, f.Name) {
				b.Field(f.Name, f.Schema)
			}
		}
		return b.Build()
	})
	if err != nil {
		return nil, nil, err
	}
	updated := data.MakeStruct(updatedSchema)
	for i, f := range updatedSchema.Fields() {
		from := st.Schema().Field(f.Name)
		if from == nil {
			return nil, nil, data.Errorf("%s is not a valid field name", f.Name)
		}
		if err := copied(updated, i, at(st, from.Index, t.replaceNull)); err != nil {
			return nil, nil, err
		}
	}
	return updatedSchema, updated, nil
}
