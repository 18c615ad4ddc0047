package transform

import (
	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
)

// HoistField wraps the key or value into a struct or map of one field.
type HoistField struct {
	side
	field   string
	hoisted schemas
}

// Info names the transform.
func (t *HoistField) Info() plugin.Info {
	return t.info("HoistField", "Wraps the key or value into a struct or map of one field.")
}

var hoistFieldKeys = config.New(must(option("field", config.String, nil, config.Medium, "Field name for the single field that will be created in the resulting Struct or Map.")))

// Config lists the keys.
func (*HoistField) Config() *config.Def { return hoistFieldKeys }

// Configure takes the options.
func (t *HoistField) Configure(props map[string]string) error {
	v, err := hoistFieldKeys.Parse(props)
	t.field, t.hoisted = v.Text("field"), schemas{}
	return err
}

// Apply wraps.
func (t *HoistField) Apply(r *plugin.Record) (bool, error) {
	schema, v := t.of(r)
	if schema == nil {
		m := data.NewMap()
		m.Put(t.field, v)
		t.set(r, nil, m)
		return true, nil
	}
	updated, err := t.hoisted.get(schema, func() (*data.Schema, error) { return data.StructOf().Field(t.field, schema).Build() })
	if err != nil {
		return false, err
	}
	st := data.MakeStruct(updated)
	if err := st.PutAt(0, v); err != nil {
		return false, err
	}
	t.set(r, updated, st)
	return true, nil
}
