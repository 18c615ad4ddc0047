package transform

import (
	"slices"
	"strings"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
)

// ReplaceField drops and renames fields.
type ReplaceField struct {
	side
	include, exclude []string
	renames, names   map[string]string // to the new name, and back
	replaceNull      bool
	updated          schemas
}

// Info names the transform.
func (t *ReplaceField) Info() plugin.Info { return t.info("ReplaceField", "Drops and renames fields.") }

var replaceFieldKeys = config.New(
	checked(option("exclude", config.List, []string{}, config.Medium, "Fields to exclude. This takes precedence over the fields to include."), filled(true)),
	checked(option("include", config.List, []string{}, config.Medium, "Fields to include. If specified, only these fields will be used."), filled(true)),
	checked(option("renames", config.List, []string{}, config.Medium, "Field rename mappings."), func(_ string, v any) error {
		list, _ := v.([]string)
		_, err := renames(list)
		return err
	}),
	replaceNullKey(),
)

// renames reads pairs; of two for one name the last counts. The map's order is that of the names as Java's HashMap has them.
func renames(list []string) (*data.Map, error) {
	m := data.NewMap()
	for _, pair := range list {
		parts := splitColon(pair)
		if len(parts) != 2 {
			return nil, config.Invalid("renames", list, "Invalid rename mapping: "+pair)
		}
		m.Put(parts[0], parts[1])
	}
	return m, nil
}

// splitColon is Java's split(":"), which leaves out empty parts at the end.
func splitColon(s string) []string {
	parts := strings.Split(s, ":")
	for len(parts) > 1 && parts[len(parts)-1] == "" {
		parts = parts[:len(parts)-1]
	}
	if parts[0] == "" && len(parts) == 1 && s != "" {
		return nil // nothing but colons
	}
	return parts
}

// Config lists the keys.
func (*ReplaceField) Config() *config.Def { return replaceFieldKeys }

// Configure takes the options.
func (t *ReplaceField) Configure(props map[string]string) error {
	v, err := replaceFieldKeys.Parse(props)
	if err != nil {
		return err
	}
	m, err := renames(v.List("renames"))
	if err != nil {
		return err
	}
	*t = ReplaceField{side: t.side, include: listed(v, "include"), exclude: listed(v, "exclude"), replaceNull: v.Bool(replaceNull),
		renames: make(map[string]string), names: make(map[string]string)}
	for from, to := range m.All() {
		t.renames[from.(string)] = to.(string)
		t.names[to.(string)] = from.(string)
	}
	return nil
}

func (t *ReplaceField) keeps(name string) bool {
	return !slices.Contains(t.exclude, name) && (len(t.include) == 0 || slices.Contains(t.include, name))
}

func (t *ReplaceField) renamed(name string) string {
	if to, ok := t.renames[name]; ok {
		return to
	}
	return name
}

// Apply drops and renames.
func (t *ReplaceField) Apply(r *plugin.Record) (bool, error) {
	schema, v := t.of(r)
	if v == nil {
		return true, nil
	}
	if schema == nil {
		m, err := mapOf(v, "field replacement")
		if err != nil {
			return false, err
		}
		out := data.NewMapSize(m.Len())
		for k, v := range m.All() {
			name, ok := k.(string)
			if !ok {
				return false, data.ErrorOf(data.ClassCastException, "class %s cannot be cast to class java.lang.String", data.JavaClass(k))
			}
			if t.keeps(name) {
				out.Put(t.renamed(name), v)
			}
		}
		t.set(r, nil, out)
		return true, nil
	}
	st, err := structOf(v, "field replacement")
	if err != nil {
		return false, err
	}
	updated, err := t.updated.get(st.Schema(), func() (*data.Schema, error) {
		b := data.StructOf().Basics(st.Schema())
		for _, f := range st.Schema().Fields() {
			if t.keeps(f.Name) {
				b.Field(t.renamed(f.Name), f.Schema)
			}
		}
		return b.Build()
	})
	if err != nil {
		return false, err
	}
	out := data.MakeStruct(updated)
	for i, f := range updated.Fields() {
		name := f.Name
		if from, ok := t.names[name]; ok {
			name = from
		}
		from := st.Schema().Field(name)
		if from == nil {
			return false, data.Errorf("%s is not a valid field name", name)
		}
		v := at(st, from.Index, t.replaceNull)
		if from.Schema == f.Schema {
			err = copied(out, i, v)
		} else {
			err = out.PutAt(i, v)
		}
		if err != nil {
			return false, err
		}
	}
	t.set(r, updated, out)
	return true, nil
}
