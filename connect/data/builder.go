package data

import "slices"

// Builder makes a Schema. A call that cannot be is reported by Build, with the text of Connect's SchemaBuilder; the calls
// behind it do nothing. A Builder belongs to one goroutine; it may go on being used after Build.
type Builder struct {
	schema      Schema
	optionality bool // whether optional was said, either way
	err         error
}

// NewBuilder starts the schema of a type. Arrays and maps start with ArrayOf and MapOf.
func NewBuilder(t Type) *Builder { return &Builder{schema: Schema{typ: t}} }

// StructOf starts the schema of a struct.
func StructOf() *Builder { return NewBuilder(TypeStruct) }

// ArrayOf starts the schema of an array.
func ArrayOf(element *Schema) *Builder {
	b := NewBuilder(TypeArray)
	b.schema.value = element
	if element == nil {
		b.fail("valueSchema cannot be null.")
	}
	return b
}

// MapOf starts the schema of a map.
func MapOf(key, value *Schema) *Builder {
	b := NewBuilder(TypeMap)
	b.schema.key, b.schema.value = key, value
	switch {
	case key == nil:
		b.fail("keySchema cannot be null.")
	case value == nil:
		b.fail("valueSchema cannot be null.")
	}
	return b
}

func (b *Builder) fail(format string, args ...any) *Builder {
	if b.err == nil {
		b.err = ErrorOf(SchemaBuilderException, format, args...)
	}
	return b
}

func (b *Builder) once(name string, set bool) bool {
	if b.err == nil && set {
		b.fail("Invalid SchemaBuilder call: %s has already been set.", name)
	}
	return b.err == nil
}

// Optional makes null a value.
func (b *Builder) Optional() *Builder { return b.setOptional(true) }

// Required makes null no value, which is the default.
func (b *Builder) Required() *Builder { return b.setOptional(false) }

func (b *Builder) setOptional(optional bool) *Builder {
	if b.once("optional", b.optionality && b.schema.optional != optional) {
		b.optionality, b.schema.optional = true, optional
	}
	return b
}

// Default sets the value that stands for a missing one. It must fit what has been said of the schema so far; nil sets none
// and is refused before Optional, as in Connect. A struct cannot be a default: Connect's builder refuses every one.
func (b *Builder) Default(value any) *Builder {
	if !b.once("default", b.schema.def != nil) {
		return b
	}
	b.schema.logical = logicalOf(b.schema.name)
	err := validate(&b.schema, value, place{})
	if err == nil && b.schema.typ == TypeStruct && value != nil {
		err = Errorf("Struct schemas do not match.")
	}
	if err != nil {
		b.err = ErrorOf(SchemaBuilderException, "Invalid default value").Because(err)
		return b
	}
	b.schema.def = value
	return b
}

// Name sets the name, which tells structs apart and names logical types.
func (b *Builder) Name(name string) *Builder {
	if b.once("name", b.schema.named) {
		b.schema.named, b.schema.name = true, name
	}
	return b
}

// Version sets the version.
func (b *Builder) Version(version int32) *Builder {
	if b.once("version", b.schema.versioned) {
		b.schema.versioned, b.schema.version = true, version
	}
	return b
}

// Doc sets the documentation.
func (b *Builder) Doc(doc string) *Builder {
	if b.once("doc", b.schema.documented) {
		b.schema.documented, b.schema.doc = true, doc
	}
	return b
}

// Parameter sets a free property; one that is there gets the new value and keeps its place.
func (b *Builder) Parameter(name, value string) *Builder {
	for i, p := range b.schema.params {
		if p.Name == name {
			b.schema.params = slices.Clone(b.schema.params)
			b.schema.params[i].Value = value
			return b
		}
	}
	b.schema.params = append(slices.Clip(b.schema.params), Parameter{name, value})
	return b
}

// Parameters sets several free properties.
func (b *Builder) Parameters(params []Parameter) *Builder {
	for _, p := range params {
		b.Parameter(p.Name, p.Value)
	}
	return b
}

// Field adds a member to a struct.
func (b *Builder) Field(name string, schema *Schema) *Builder {
	switch {
	case b.schema.typ != TypeStruct:
		return b.fail("Cannot create fields on type %s", b.schema.typ)
	case name == "":
		return b.fail("fieldName cannot be null.")
	case schema == nil:
		return b.fail("fieldSchema for field %s cannot be null.", name)
	case b.has(name):
		return b.fail("Cannot create field because of field name duplication %s", name)
	}
	b.schema.fields = append(b.schema.fields, Field{name, len(b.schema.fields), schema})
	if b.schema.byName != nil {
		b.schema.byName[name] = len(b.schema.fields) - 1
	} else if len(b.schema.fields) > fewFields {
		b.schema.byName = make(map[string]int)
		for i := range b.schema.fields {
			b.schema.byName[b.schema.fields[i].Name] = i
		}
	}
	return b
}

func (b *Builder) has(name string) bool { return b.schema.index(name) >= 0 }

// Basics sets name, version, documentation and parameters as another schema has them.
func (b *Builder) Basics(from *Schema) *Builder {
	if from.named {
		b.Name(from.name)
	}
	if from.versioned {
		b.Version(from.version)
	}
	if from.documented {
		b.Doc(from.doc)
	}
	return b.Parameters(from.params)
}

// Build returns the schema, or the first call that could not be.
func (b *Builder) Build() (*Schema, error) {
	if b.err != nil {
		return nil, b.err
	}
	s := b.schema
	s.fields = slices.Clone(s.fields)
	s.byName = nil // seal makes its own
	return s.seal(), nil
}
