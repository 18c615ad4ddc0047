package convert

import (
	"strconv"

	"github.com/streamgen/streamgen/connect/data"
)

// jsonTypes are the names that schemas have in JSON, by type.
var jsonTypes = [...]string{"int8", "int16", "int32", "int64", "float", "double", "boolean", "string", "bytes", "array", "map", "struct"}

// schema appends a schema as JSON. field is the name of the struct's member that it describes, "" for none.
func (w *jsonWriter) schema(dst []byte, s *data.Schema, field string) (_ []byte, err error) {
	if s == nil {
		return append(dst, "null"...), nil
	}
	if err := w.enter(); err != nil {
		return dst, err
	}
	dst = append(dst, `{"type":"`...)
	dst = append(append(dst, jsonTypes[s.Type()]...), '"')
	switch s.Type() {
	case data.TypeArray:
		if dst, err = w.schema(append(dst, `,"items":`...), s.Value(), ""); err != nil {
			return dst, err
		}
	case data.TypeMap:
		if dst, err = w.schema(append(dst, `,"keys":`...), s.Key(), ""); err != nil {
			return dst, err
		}
		if dst, err = w.schema(append(dst, `,"values":`...), s.Value(), ""); err != nil {
			return dst, err
		}
	case data.TypeStruct:
		dst = append(dst, `,"fields":[`...)
		for i, f := range s.Fields() {
			if i > 0 {
				dst = append(dst, ',')
			}
			if dst, err = w.schema(dst, f.Schema, f.Name); err != nil {
				return dst, err
			}
		}
		dst = append(dst, ']')
	}
	dst = strconv.AppendBool(append(dst, `,"optional":`...), s.Optional())
	if s.HasName() {
		dst = appendJSONString(append(dst, `,"name":`...), s.Name())
	}
	if version, ok := s.Version(); ok {
		dst = strconv.AppendInt(append(dst, `,"version":`...), int64(version), 10)
	}
	if s.HasDoc() {
		dst = appendJSONString(append(dst, `,"doc":`...), s.Doc())
	}
	if params := s.Parameters(); params != nil {
		dst = append(dst, `,"parameters":{`...)
		for i, p := range params {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(appendJSONString(dst, p.Name), ':')
			dst = appendJSONString(dst, p.Value)
		}
		dst = append(dst, '}')
	}
	if s.Default() != nil {
		if dst, err = w.value(append(dst, `,"default":`...), s, s.Default()); err != nil {
			return dst, err
		}
	}
	if field != "" {
		dst = appendJSONString(append(dst, `,"field":`...), field)
	}
	w.depth--
	return append(dst, '}'), nil
}

// members finds the members of the object at i: for each name the position of the last value of that name, -1 for none.
// What is no object has none.
func (s *scanner) members(i int, names ...string) (at []int, err error) {
	at = make([]int, len(names))
	for n := range at {
		at[n] = -1
	}
	if s.src[i] != '{' {
		return at, nil
	}
	i, more, err := s.enter(i, '}')
	for more && err == nil {
		var text []byte
		if text, i, err = s.name(i); err != nil {
			break
		}
		for n := range names {
			if names[n] == string(text) {
				at[n] = i
			}
		}
		if i, err = s.skip(i); err != nil {
			break
		}
		i, more, err = s.next(i, '}')
	}
	return at, err
}

var schemaMembers = []string{"type", "items", "keys", "values", "fields", "optional", "name", "version", "doc", "parameters", "default"}

// schema reads the schema at i, whose syntax has been checked. Null is no schema.
func (r *jsonReader) schema(i int) (*data.Schema, error) { return r.schemaWithin(i, 0) }

func (r *jsonReader) schemaWithin(i, depth int) (*data.Schema, error) {
	if r.src[i] == 'n' {
		return nil, nil
	}
	if depth > maxDepth {
		return nil, data.Errorf("schemas are nested deeper than 1000")
	}
	r.depth = 0
	at, err := r.members(i, schemaMembers...)
	if err != nil {
		return nil, err
	}
	text := func(n int) (string, bool) {
		if at[n] < 0 || r.src[at[n]] != '"' {
			return "", false
		}
		b, _, err := r.str(at[n])
		return string(b), err == nil
	}
	name, ok := text(0)
	if !ok {
		return nil, data.Errorf("Schema must contain 'type' field")
	}
	var b *data.Builder
	switch name {
	case "array":
		if at[1] < 0 || r.src[at[1]] == 'n' {
			return nil, data.Errorf("Array schema did not specify the element type")
		}
		element, err := r.schemaWithin(at[1], depth+1)
		if err != nil {
			return nil, err
		}
		b = data.ArrayOf(element)
	case "map":
		if at[2] < 0 {
			return nil, data.Errorf("Map schema did not specify the key type")
		}
		if at[3] < 0 {
			return nil, data.Errorf("Map schema did not specify the value type")
		}
		key, err := r.schemaWithin(at[2], depth+1)
		if err != nil {
			return nil, err
		}
		value, err := r.schemaWithin(at[3], depth+1)
		if err != nil {
			return nil, err
		}
		b = data.MapOf(key, value)
	case "struct":
		b = data.StructOf()
		if at[4] < 0 || r.src[at[4]] != '[' {
			return nil, data.Errorf("Struct schema's \"fields\" argument is not an array.")
		}
		if err := r.schemaFields(at[4], depth, b); err != nil {
			return nil, err
		}
	default:
		for t, known := range jsonTypes {
			if known == name {
				b = data.NewBuilder(data.Type(t))
			}
		}
		if b == nil {
			return nil, data.Errorf("Unknown schema type: %s", name)
		}
	}
	if at[5] >= 0 && r.src[at[5]] == 't' {
		b.Optional()
	} else {
		b.Required()
	}
	if name, ok := text(6); ok {
		b.Name(name)
	}
	if at[7] >= 0 && r.kind(at[7]) == "NUMBER" {
		if n, _, err := r.number(at[7]); err == nil && n.integral {
			low, _ := n.int32()
			b.Version(low)
		}
	}
	if doc, ok := text(8); ok {
		b.Doc(doc)
	}
	if at[9] >= 0 && r.src[at[9]] == '{' {
		if err := r.schemaParameters(at[9], b); err != nil {
			return nil, err
		}
	}
	if at[10] >= 0 {
		sofar, err := b.Build()
		if err != nil {
			return nil, err
		}
		r.depth = 0
		def, _, err := r.value(at[10], sofar)
		if err != nil {
			return nil, err
		}
		b.Default(def)
	}
	return b.Build()
}

func (r *jsonReader) schemaFields(i, depth int, b *data.Builder) error {
	s := r.scanner
	i, more, err := s.enter(i, ']')
	for more && err == nil {
		field, err := s.members(i, "field")
		if err != nil {
			return err
		}
		if field[0] < 0 || s.src[field[0]] != '"' {
			return data.Errorf("Struct schema's field name not specified properly")
		}
		text, _, err := s.str(field[0])
		if err != nil {
			return err
		}
		name := string(text)
		schema, err := r.schemaWithin(i, depth+1)
		if err != nil {
			return err
		}
		b.Field(name, schema)
		if i, err = s.skip(i); err != nil {
			return err
		}
		if i, more, err = s.next(i, ']'); err != nil {
			return err
		}
	}
	return err
}

func (r *jsonReader) schemaParameters(i int, b *data.Builder) error {
	s := r.scanner
	var names, values []string
	i, more, err := s.enter(i, '}')
	for more && err == nil {
		text, j, err := s.name(i)
		if err != nil {
			return err
		}
		name := string(text)
		if s.src[j] != '"' {
			return data.Errorf("Schema parameters must have string values.")
		}
		text, i, err = s.str(j)
		if err != nil {
			return err
		}
		names, values = append(names, name), append(values, string(text))
		if i, more, err = s.next(i, '}'); err != nil {
			return err
		}
	}
	for n := range names {
		b.Parameter(names[n], values[n])
	}
	return err
}
