package transform

import (
	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
)

// ValueToKey makes a key of fields of the value.
type ValueToKey struct {
	fields      []string
	replaceNull bool
	keys        schemas
}

// Info names the transform.
func (*ValueToKey) Info() plugin.Info {
	return named("ValueToKey", "Makes the key of fields of the value.")
}

var valueToKeyKeys = config.New(
	must(checked(option("fields", config.List, nil, config.High, "Field names on the record value to extract as the record key."), filled(false))),
	replaceNullKey(),
)

// Config lists the keys.
func (*ValueToKey) Config() *config.Def { return valueToKeyKeys }

// Configure takes the options.
func (t *ValueToKey) Configure(props map[string]string) error {
	v, err := valueToKeyKeys.Parse(props)
	t.fields, t.replaceNull, t.keys = listed(v, "fields"), v.Bool(replaceNull), schemas{}
	return err
}

// Apply makes the key.
func (t *ValueToKey) Apply(r *plugin.Record) (bool, error) {
	const purpose = "copying fields from value to key"
	if r.ValueSchema == nil {
		m, err := mapOf(r.Value, purpose)
		if err != nil {
			return false, err
		}
		k := data.NewMapSize(len(t.fields))
		for _, f := range t.fields {
			v, _ := m.Get(f)
			k.Put(f, v)
		}
		r.KeySchema, r.Key = nil, k
		return true, nil
	}
	st, err := structOf(r.Value, purpose)
	if err != nil {
		return false, err
	}
	schema, err := t.keys.get(st.Schema(), func() (*data.Schema, error) {
		b := data.StructOf()
		for _, name := range t.fields {
			f := st.Schema().Field(name)
			if f == nil {
				return nil, data.Errorf("Field does not exist: %s", name)
			}
			b.Field(name, f.Schema)
		}
		return b.Build()
	})
	if err != nil {
		return false, err
	}
	k := data.MakeStruct(schema)
	for i, name := range t.fields {
		if err := copied(k, i, at(st, st.Schema().Field(name).Index, t.replaceNull)); err != nil {
			return false, err
		}
	}
	r.KeySchema, r.Key, r.ValueSchema = schema, k, st.Schema()
	return true, nil
}
