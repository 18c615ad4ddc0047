package data

// Struct is the value of a struct's schema: one value per field, in the schema's order. A Struct belongs to one goroutine at
// a time.
type Struct struct {
	schema *Schema
	values []any
}

// NewStruct returns a struct whose fields are all null. Another type of schema is an error.
func NewStruct(schema *Schema) (*Struct, error) {
	if schema == nil || schema.typ != TypeStruct {
		return nil, Errorf("Not a struct schema: %s", schema)
	}
	return MakeStruct(schema), nil
}

// MakeStruct is NewStruct for a schema that is known to be a struct's: a schema of another type has no fields, and so does
// the result.
func MakeStruct(schema *Schema) *Struct {
	return &Struct{schema: schema, values: make([]any, len(schema.fields))}
}

// Schema returns the struct's schema.
func (s *Struct) Schema() *Schema { return s.schema }

// Len returns the number of fields.
func (s *Struct) Len() int { return len(s.values) }

// At returns the value of the field with that index, which must be one; a null is the field's default, where it has one.
func (s *Struct) At(i int) any {
	if v := s.values[i]; v != nil {
		return v
	}
	return s.schema.fields[i].Schema.def
}

// Raw returns the value of the field with that index, which must be one, and leaves a null as it is.
func (s *Struct) Raw(i int) any { return s.values[i] }

// Get returns the value of a field; a null is the field's default, where it has one.
func (s *Struct) Get(name string) (any, error) {
	i := s.schema.index(name)
	if i < 0 {
		return nil, noField(name)
	}
	return s.At(i), nil
}

// GetWithoutDefault returns the value of a field and leaves a null as it is.
func (s *Struct) GetWithoutDefault(name string) (any, error) {
	i := s.schema.index(name)
	if i < 0 {
		return nil, noField(name)
	}
	return s.values[i], nil
}

func noField(name string) error { return Errorf("%s is not a valid field name", name) }

// Put sets a field. The value must fit the field's schema, with all that it holds.
func (s *Struct) Put(name string, value any) error {
	i := s.schema.index(name)
	if i < 0 {
		return noField(name)
	}
	return s.PutAt(i, value)
}

// PutAt is Put for the field with that index, which must be one.
func (s *Struct) PutAt(i int, value any) error {
	f := &s.schema.fields[i]
	if err := validate(f.Schema, value, place{field: f.Name}); err != nil {
		return err
	}
	s.values[i] = value
	return nil
}

// Set sets the field with that index, which must be one, without looking at the value: it is for values that have been
// checked, as those copied from a struct of the same field.
func (s *Struct) Set(i int, value any) { s.values[i] = value }

// Validate checks every field. A null in a required field that has a default is allowed.
func (s *Struct) Validate() error {
	for i := range s.schema.fields {
		f := &s.schema.fields[i]
		v := s.values[i]
		if v == nil && (f.Schema.optional || f.Schema.def != nil) {
			continue
		}
		if err := validate(f.Schema, v, place{field: f.Name}); err != nil {
			return err
		}
	}
	return nil
}

// Equal reports whether both have equal schemas and equal values.
func (s *Struct) Equal(o *Struct) bool {
	if s == o {
		return true
	}
	if s == nil || o == nil || !s.schema.Equal(o.schema) {
		return false
	}
	for i := range s.values {
		if !Equal(s.values[i], o.values[i]) {
			return false
		}
	}
	return true
}

// String returns Java's text: Struct{a=1,b=x}, without the fields that are null.
func (s *Struct) String() string { return string(AppendText(nil, s)) }
