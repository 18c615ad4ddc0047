package data

// Project turns a value of one schema into a value of another, as SchemaProjector does: numbers may become wider ones, fields that the
// target lacks are left out, fields that it has beyond the source need a default or be optional. Names and parameters must be equal.
func Project(source *Schema, value any, target *Schema) (any, error) {
	switch {
	case source == nil || target == nil:
		return nil, projection("a value without a schema cannot be projected")
	case source.typ != target.typ && !promotable(source.typ, target.typ):
		return nil, projection("Schema type mismatch. source type: %s and target type: %s", source.typ, target.typ)
	case source.named != target.named || source.name != target.name:
		return nil, projection("Schema name mismatch. source name: %s and target name: %s", nameOf(source), nameOf(target))
	case !source.SameParameters(target):
		return nil, projection("Schema parameters not equal. source parameters: %s and target parameters: %s", parametersOf(source), parametersOf(target))
	}
	if source.optional && !target.optional && target.def == nil {
		return nil, projection("Writer schema is optional, however, target schema does not provide a default value.")
	}
	if value == nil {
		if source.optional && !target.optional {
			return target.def, nil
		}
		return nil, nil
	}
	switch v := value.(type) {
	case *Struct:
		if target.typ == TypeStruct {
			return projectStruct(source, v, target)
		}
	case []any:
		list := make([]any, 0, len(v))
		for _, e := range v {
			projected, err := Project(source.value, e, target.value)
			if err != nil {
				return nil, err
			}
			list = append(list, projected)
		}
		return list, nil
	case *Map:
		m := NewMap()
		for k, e := range v.All() {
			key, err := Project(source.key, k, target.key)
			if err != nil {
				return nil, err
			}
			projected, err := Project(source.value, e, target.value)
			if err != nil {
				return nil, err
			}
			m.Put(key, projected)
		}
		return m, nil
	}
	return promoted(value, target.typ), nil
}

func projection(format string, args ...any) *Error {
	return ErrorOf(SchemaProjectorException, format, args...)
}

func nameOf(s *Schema) string {
	if s.named {
		return s.name
	}
	return "null"
}

func parametersOf(s *Schema) string {
	if s.params == nil {
		return "null"
	}
	m := NewLinkedMap()
	for _, p := range s.params {
		m.Put(p.Name, p.Value)
	}
	return m.String()
}

func promotable(from, to Type) bool { return from.Number() && to.Number() && from <= to }

func projectStruct(source *Schema, st *Struct, target *Schema) (any, error) {
	out := MakeStruct(target)
	for i, f := range target.fields {
		at := source.index(f.Name)
		switch {
		case at >= 0:
			v, err := Project(source.fields[at].Schema, st.At(at), f.Schema)
			if err != nil {
				return nil, projection("Error projecting %s", f.Name).Because(err)
			}
			if err := out.PutAt(i, v); err != nil {
				return nil, err
			}
		case f.Schema.optional:
		case f.Schema.def != nil:
			out.Set(i, f.Schema.def)
		default:
			return nil, projection("Required field `%s` is missing from source schema: %s", f.Name, source)
		}
	}
	return out, nil
}

// promoted returns a number as the wider type; other values stay.
func promoted(v any, to Type) any {
	if !to.Number() {
		return v
	}
	var n int64
	var f float64
	switch v := v.(type) {
	case int8:
		n, f = int64(v), float64(v)
	case int16:
		n, f = int64(v), float64(v)
	case int32:
		n, f = int64(v), float64(v)
	case int64:
		if to == TypeFloat32 {
			return float32(v)
		}
		n, f = v, float64(v)
	case float32:
		f = float64(v)
	case float64:
		f = v
	default:
		return v
	}
	switch to {
	case TypeInt8:
		return int8(n)
	case TypeInt16:
		return int16(n)
	case TypeInt32:
		return int32(n)
	case TypeInt64:
		return n
	case TypeFloat32:
		return float32(f)
	}
	return f
}
