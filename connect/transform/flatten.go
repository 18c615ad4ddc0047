package transform

import (
	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
)

// Flatten lifts the fields of nested structs or maps to the top, under joined names.
type Flatten struct {
	side
	delimiter string
	updated   schemas
}

// Info names the transform.
func (t *Flatten) Info() plugin.Info {
	return t.info("Flatten", "Lifts nested fields to the top under joined names.")
}

var flattenKeys = config.New(option("delimiter", config.String, ".", config.Medium, "Delimiter to insert between field names from the input record when generating field names for the output record"))

// Config lists the keys.
func (*Flatten) Config() *config.Def { return flattenKeys }

// Configure takes the options.
func (t *Flatten) Configure(props map[string]string) error {
	v, err := flattenKeys.Parse(props)
	t.delimiter, t.updated = v.Text("delimiter"), schemas{}
	return err
}

// Apply flattens.
func (t *Flatten) Apply(r *plugin.Record) (bool, error) {
	schema, v := t.of(r)
	if v == nil {
		return true, nil
	}
	if schema == nil {
		m, err := mapOf(v, "flattening")
		if err != nil {
			return false, err
		}
		out := data.NewLinkedMap()
		if err := t.flat(m, "", out); err != nil {
			return false, err
		}
		t.set(r, nil, out)
		return true, nil
	}
	st, err := structOf(v, "flattening")
	if err != nil {
		return false, err
	}
	updated, err := t.updated.get(schema, func() (*data.Schema, error) {
		if err := noFields(schema); err != nil {
			return nil, err
		}
		b := data.StructOf().Basics(schema)
		if err := t.schema(schema, "", b, schema.Optional()); err != nil {
			return nil, err
		}
		return b.Build()
	})
	if err != nil {
		return false, err
	}
	if err := agrees(schema, st); err != nil {
		return false, err
	}
	out := data.MakeStruct(updated)
	i := 0
	if err := t.fill(st, out, &i); err != nil {
		return false, err
	}
	t.set(r, updated, out)
	return true, nil
}

func (t *Flatten) name(prefix, name string) string {
	if prefix == "" {
		return name
	}
	return prefix + t.delimiter + name
}

func (t *Flatten) flat(m *data.Map, prefix string, out *data.Map) error {
	for k, v := range m.All() {
		text, ok := k.(string)
		if !ok {
			return data.ErrorOf(data.ClassCastException, "class %s cannot be cast to class java.lang.String", data.JavaClass(k))
		}
		name := t.name(prefix, text)
		if v == nil {
			out.Put(name, nil)
			continue
		}
		kind, ok := data.PlainType(v)
		switch {
		case !ok:
			return data.Errorf("Flatten transformation was passed a value of type class %s which is not supported by Connect's data API", data.JavaClass(v))
		case kind == data.TypeStruct:
			return data.Errorf("Flatten transformation does not support class %s for record without schemas (for field %s).", data.JavaClass(v), name)
		case kind != data.TypeMap:
			out.Put(name, v)
		default:
			inner, err := mapOf(v, "flattening")
			if err != nil {
				return err
			}
			if err := t.flat(inner, name, out); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *Flatten) schema(s *data.Schema, prefix string, b *data.Builder, optional bool) error {
	for _, f := range s.Fields() {
		name := t.name(prefix, f.Name)
		opt := optional || f.Schema.Optional()
		switch f.Schema.Type() {
		case data.TypeMap:
			return data.Errorf("Flatten transformation does not support %s for record with schemas (for field %s).", f.Schema.Type(), name)
		case data.TypeStruct:
			if err := t.schema(f.Schema, name, b, opt); err != nil {
				return err
			}
			continue
		}
		field := data.NewBuilder(f.Schema.Type())
		if f.Schema.Type() == data.TypeArray {
			field = data.ArrayOf(f.Schema.Value())
		}
		field.Basics(f.Schema)
		if opt {
			field.Optional()
		}
		if def := f.Schema.Default(); def != nil {
			field.Default(def)
		}
		schema, err := field.Build()
		if err != nil {
			return err
		}
		b.Field(name, schema)
	}
	return nil
}

// fill puts the values of a struct, whose places follow one another in the flat one; an absent struct leaves its places null.
func (t *Flatten) fill(st *data.Struct, out *data.Struct, i *int) error {
	for n, f := range st.Schema().Fields() {
		switch f.Schema.Type() {
		case data.TypeMap:
			return data.Errorf("Flatten transformation does not support %s for record with schemas (for field %s).", f.Schema.Type(), f.Name)
		case data.TypeStruct:
			inner, _ := st.Raw(n).(*data.Struct)
			if inner == nil {
				*i += leaves(f.Schema)
				continue
			}
			if err := agrees(f.Schema, inner); err != nil {
				return err
			}
			if err := t.fill(inner, out, i); err != nil {
				return err
			}
		default:
			if err := copied(out, *i, st.At(n)); err != nil {
				return err
			}
			*i++
		}
	}
	return nil
}

// leaves returns how many fields a struct's schema becomes.
func leaves(s *data.Schema) (n int) {
	for _, f := range s.Fields() {
		if f.Schema.Type() == data.TypeStruct {
			n += leaves(f.Schema)
		} else {
			n++
		}
	}
	return n
}
