package transform

import (
	"strings"
	"unicode/utf16"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
)

// ExtractField replaces the key or value by one of its fields, which may lie deeper in the second field syntax.
type ExtractField struct {
	side
	text        string
	path        []string
	replaceNull bool
}

// Info names the transform.
func (t *ExtractField) Info() plugin.Info {
	return t.info("ExtractField", "Replaces the key or value by one of its fields.")
}

var extractFieldKeys = config.New(
	must(option("field", config.String, nil, config.Medium, "Field name to extract.")),
	replaceNullKey(),
	checked(option("field.syntax.version", config.String, "V1", config.High, "Defines the version of the syntax to access fields. "+
		"If set to <code>V1</code>, then the field paths are limited to access the elements at the root level of the struct or map. "+
		"If set to <code>V2</code>, the syntax will support accessing nested elements. To access nested elements, dotted notation is used. "+
		"If dots are already included in the field name, then backtick pairs can be used to wrap field names containing dots. "+
		"E.g. to access the subfield <code>baz</code> from a field named \"foo.bar\" in a struct/map the following format can be used to access its elements: \"<code>foo.bar</code>.baz\"."),
		config.OneOfFold("V1", "V2")),
)

// Config lists the keys.
func (*ExtractField) Config() *config.Def { return extractFieldKeys }

// Configure takes the options.
func (t *ExtractField) Configure(props map[string]string) error {
	v, err := extractFieldKeys.Parse(props)
	if err != nil {
		return err
	}
	t.text, t.replaceNull = v.Text("field"), v.Bool(replaceNull)
	if t.path = []string{t.text}; strings.EqualFold(v.Text("field.syntax.version"), "V2") {
		t.path, err = fieldPath(t.text)
	}
	return err
}

// Apply extracts.
func (t *ExtractField) Apply(r *plugin.Record) (bool, error) {
	schema, v := t.of(r)
	if len(t.path) == 0 {
		return false, data.ErrorOf("java.lang.ArrayIndexOutOfBoundsException", "Index -1 out of bounds for length 0")
	}
	last := t.path[len(t.path)-1]
	if schema == nil {
		if v == nil {
			return true, nil
		}
		m, err := mapOf(v, "field extraction")
		if err != nil {
			return false, err
		}
		for _, step := range t.path[:len(t.path)-1] {
			inner, _ := m.Get(step)
			if inner == nil {
				t.set(r, nil, nil)
				return true, nil
			}
			if m, err = mapOf(inner, "nested field access"); err != nil {
				return false, err
			}
		}
		inner, _ := m.Get(last)
		t.set(r, nil, inner)
		return true, nil
	}
	st, err := structOrNil(v, "field extraction")
	if err != nil {
		return false, err
	}
	field, err := t.fieldOf(schema)
	if err != nil {
		return false, err
	}
	var found any
	if st != nil {
		if found, err = t.valueOf(st); err != nil {
			return false, err
		}
	}
	t.set(r, field.Schema, found)
	return true, nil
}

func (t *ExtractField) fieldOf(s *data.Schema) (f *data.Field, err error) {
	for _, step := range t.path {
		if s.Type() != data.TypeStruct {
			return nil, data.Errorf("Cannot look up fields on non-struct type")
		}
		if f = s.Field(step); f == nil {
			return nil, data.ErrorOf(data.IllegalArgument, "Unknown field: %s", t.text)
		}
		s = f.Schema
	}
	return f, nil
}

func (t *ExtractField) valueOf(st *data.Struct) (any, error) {
	for n, step := range t.path {
		f := st.Schema().Field(step)
		if f == nil {
			return nil, nil
		}
		if n == len(t.path)-1 {
			return at(st, f.Index, t.replaceNull), nil
		}
		inner, err := structOrNil(st.At(f.Index), "nested field access")
		if inner == nil {
			return nil, err
		}
		st = inner
	}
	return nil, nil
}

// fieldPath splits a path of the second syntax: steps between dots, those with dots in their names between backticks. A
// backtick that no dot follows belongs to the name; one that a dot follows does when a backslash is before it.
func fieldPath(path string) (steps []string, err error) {
	for i := 0; i < len(path); {
		if path[i] != '`' {
			dot := strings.IndexByte(path[i:], '.')
			if dot < 0 {
				steps = append(steps, path[i:])
				break
			}
			steps = append(steps, path[i:i+dot])
			i += dot + 1
			continue
		}
		opened := i
		i++
		var name strings.Builder
		for start := i; ; {
			n := strings.IndexByte(path[i:], '`')
			if n < 0 {
				return nil, incomplete(path, opened)
			}
			i += n
			escaped := path[i-1] == '\\'
			if i == len(path)-1 {
				if escaped {
					return nil, incomplete(path, opened)
				}
				name.WriteString(path[start:i])
				i++
				break
			}
			if path[i+1] != '.' {
				i++
				continue
			}
			if escaped {
				name.WriteString(path[start : i-1])
				name.WriteByte('`')
				i++
				start = i
				continue
			}
			name.WriteString(path[start:i])
			i += 2
			break
		}
		steps = append(steps, name.String())
	}
	if strings.HasSuffix(path, ".") {
		steps = append(steps, "")
	}
	return steps, nil
}

func incomplete(path string, at int) error {
	return config.Errorf("Incomplete backtick pair in path: [%s], consider adding a backslash before backtick at position %d to escape it", path, len(utf16.Encode([]rune(path[:at]))))
}
