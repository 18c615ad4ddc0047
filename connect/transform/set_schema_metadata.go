package transform

import (
	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
)

// SetSchemaMetadata sets the name or version of the key's or value's schema.
type SetSchemaMetadata struct {
	side
	name        string
	named       bool
	version     int32
	versioned   bool
	replaceNull bool
	updated     schemas
}

// Info names the transform.
func (t *SetSchemaMetadata) Info() plugin.Info {
	return t.info("SetSchemaMetadata", "Sets the name or version of a schema.")
}

var setSchemaMetadataKeys = config.New(
	option("schema.name", config.String, nil, config.High, "Schema name to set."),
	option("schema.version", config.Int, nil, config.High, "Schema version to set."),
	replaceNullKey(),
)

// Config lists the keys.
func (*SetSchemaMetadata) Config() *config.Def { return setSchemaMetadataKeys }

// Configure takes the options.
func (t *SetSchemaMetadata) Configure(props map[string]string) error {
	v, err := setSchemaMetadataKeys.Parse(props)
	if err != nil {
		return err
	}
	*t = SetSchemaMetadata{side: t.side, name: v.Text("schema.name"), named: v.Has("schema.name"),
		version: int32(v.Int("schema.version")), versioned: v.Has("schema.version"), replaceNull: v.Bool(replaceNull)}
	if !t.named && !t.versioned {
		return config.Errorf("Neither schema name nor version configured")
	}
	return nil
}

// Apply gives the value a new schema.
func (t *SetSchemaMetadata) Apply(r *plugin.Record) (bool, error) {
	schema, v := t.of(r)
	if schema == nil {
		if v == nil {
			return true, nil
		}
		return false, data.Errorf("Schema required for [updating schema metadata]")
	}
	updated, err := t.updated.get(schema, func() (*data.Schema, error) { return t.schema(schema) })
	if err != nil {
		return false, err
	}
	if st, ok := v.(*data.Struct); ok {
		same := data.MakeStruct(updated)
		for i, f := range updated.Fields() {
			from := st.Schema().Field(f.Name)
			if from == nil {
				return false, data.Errorf("%s is not a valid field name", f.Name)
			}
			if err := copied(same, i, at(st, from.Index, t.replaceNull)); err != nil {
				return false, err
			}
		}
		v = same
	}
	t.set(r, updated, v)
	return true, nil
}

func (t *SetSchemaMetadata) schema(s *data.Schema) (*data.Schema, error) {
	if err := noFields(s); err != nil {
		return nil, err // Connect asks every schema for its fields
	}
	b := data.StructOf()
	if t.named {
		b.Name(t.name)
	} else if s.HasName() {
		b.Name(s.Name())
	}
	if version, ok := s.Version(); t.versioned {
		b.Version(t.version)
	} else if ok {
		b.Version(version)
	}
	if s.HasDoc() {
		b.Doc(s.Doc())
	}
	b.Parameters(s.Parameters())
	if s.Optional() {
		b.Optional()
	}
	for _, f := range s.Fields() {
		b.Field(f.Name, f.Schema)
	}
	return b.Build()
}
