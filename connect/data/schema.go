package data

import "slices"

// Schema describes a value. It is immutable, shared by pointer and safe for concurrent use; two schemas that say the same are equal by Equal, with
// equal hashes. A nil *Schema stands for data without a schema.
type Schema struct {
	typ        Type
	optional   bool
	named      bool
	documented bool
	versioned  bool
	logical    logical
	version    int32
	hash       uint64
	def        any
	name       string
	doc        string
	params     []Parameter // nil when there are none
	fields     []Field
	byName     map[string]int // nil for a few fields, which are compared
	key, value *Schema
}

// Parameter is one of a schema's free properties. Their order is kept when they are written, and does not count otherwise.
type Parameter struct {
	Name, Value string
}

// Field is a member of a struct's schema.
type Field struct {
	Name   string
	Index  int
	Schema *Schema
}

// Type returns the kind of value.
func (s *Schema) Type() Type { return s.typ }

// Optional reports whether null is a value.
func (s *Schema) Optional() bool { return s.optional }

// Default returns the default value, nil when there is none. The caller must not change what it holds.
func (s *Schema) Default() any { return s.def }

// Name returns the name, "" when there is none; HasName tells an empty name from none.
func (s *Schema) Name() string { return s.name }

// HasName reports whether the schema has a name.
func (s *Schema) HasName() bool { return s.named }

// Version returns the version and whether there is one.
func (s *Schema) Version() (int32, bool) { return s.version, s.versioned }

// Doc returns the documentation, "" when there is none; HasDoc tells an empty one from none.
func (s *Schema) Doc() string { return s.doc }

// HasDoc reports whether the schema has documentation.
func (s *Schema) HasDoc() bool { return s.documented }

// Parameters returns the free properties in the order in which they were set, nil when there are none. The caller must not
// change them.
func (s *Schema) Parameters() []Parameter { return s.params }

// Parameter returns one of the free properties.
func (s *Schema) Parameter(name string) (value string, ok bool) {
	for _, p := range s.params {
		if p.Name == name {
			return p.Value, true
		}
	}
	return "", false
}

// Fields returns the members of a struct's schema, nil for other types. The caller must not change them.
func (s *Schema) Fields() []Field { return s.fields }

// Field returns the member of a struct's schema with that name, nil when there is none or the type is another.
func (s *Schema) Field(name string) *Field {
	if i := s.index(name); i >= 0 {
		return &s.fields[i]
	}
	return nil
}

// fewFields is up to how many names a comparison is quicker than a hash.
const fewFields = 8

func (s *Schema) index(name string) int {
	if s.byName != nil {
		if i, ok := s.byName[name]; ok {
			return i
		}
		return -1
	}
	for i := range s.fields {
		if s.fields[i].Name == name {
			return i
		}
	}
	return -1
}

// Key returns the schema of a map's keys, nil for other types.
func (s *Schema) Key() *Schema { return s.key }

// Value returns the schema of a map's values or an array's elements, nil for other types.
func (s *Schema) Value() *Schema { return s.value }

// String returns Java's short text: Schema{name:STRUCT}. A nil schema is null.
func (s *Schema) String() string {
	switch {
	case s == nil:
		return "null"
	case s.named:
		return "Schema{" + s.name + ":" + s.typ.String() + "}"
	}
	return "Schema{" + s.typ.String() + "}"
}

// Hash returns a number that equal schemas share. It is not Java's and differs between versions of this package.
func (s *Schema) Hash() uint64 {
	if s == nil {
		return 0
	}
	return s.hash
}

// Equal reports whether two schemas say the same: type, optional, default, name, version, documentation, parameters and what
// they are made of. Either may be nil.
func (s *Schema) Equal(o *Schema) bool {
	if s == o {
		return true
	}
	if s == nil || o == nil || s.hash != o.hash || s.typ != o.typ || s.optional != o.optional ||
		s.named != o.named || s.name != o.name || s.versioned != o.versioned || s.version != o.version ||
		s.documented != o.documented || s.doc != o.doc ||
		len(s.fields) != len(o.fields) || !equalParameters(s.params, o.params) {
		return false
	}
	for i := range s.fields {
		if s.fields[i].Name != o.fields[i].Name || !s.fields[i].Schema.Equal(o.fields[i].Schema) {
			return false
		}
	}
	return s.key.Equal(o.key) && s.value.Equal(o.value) && Equal(s.def, o.def)
}

// equalParameters compares as maps. A name occurs once on each side.
func equalParameters(a, b []Parameter) bool {
	if len(a) != len(b) {
		return false
	}
	for _, p := range a {
		if !slices.Contains(b, p) {
			return false
		}
	}
	return true
}

// SameParameters reports whether two schemas have the same free properties, in whichever order.
func (s *Schema) SameParameters(o *Schema) bool { return equalParameters(s.params, o.params) }

// seal finishes a schema that is not changed any more.
func (s *Schema) seal() *Schema {
	s.logical = logicalOf(s.name)
	if s.typ == TypeStruct && len(s.fields) > fewFields {
		s.byName = make(map[string]int, len(s.fields))
		for i := range s.fields {
			s.byName[s.fields[i].Name] = i
		}
	}
	h := mix(uint64(s.typ)+1, s.name)
	h = mix(h, s.doc)
	h = h*prime + uint64(uint32(s.version))
	if s.optional {
		h++
	}
	for _, p := range s.params {
		h += mix(mix(offset, p.Name), p.Value) // the order does not count
	}
	for i := range s.fields {
		h = mix(h, s.fields[i].Name)
		h = h*prime ^ s.fields[i].Schema.hash
	}
	h = h*prime ^ s.key.Hash()
	h = h*prime ^ s.value.Hash()
	if s.def != nil {
		h = h*prime ^ uint64(uint32(HashCode(s.def)))
	}
	s.hash = h
	return s
}

const (
	offset = 14695981039346656037
	prime  = 1099511628211
)

func mix(h uint64, text string) uint64 {
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * prime
	}
	return (h ^ 0xff) * prime
}

// The plain schemas, as Schema.INT8_SCHEMA and its like in Java.
var (
	Int8Schema    = plain(TypeInt8, false)
	Int16Schema   = plain(TypeInt16, false)
	Int32Schema   = plain(TypeInt32, false)
	Int64Schema   = plain(TypeInt64, false)
	Float32Schema = plain(TypeFloat32, false)
	Float64Schema = plain(TypeFloat64, false)
	BooleanSchema = plain(TypeBoolean, false)
	StringSchema  = plain(TypeString, false)
	BytesSchema   = plain(TypeBytes, false)

	OptionalInt8Schema    = plain(TypeInt8, true)
	OptionalInt16Schema   = plain(TypeInt16, true)
	OptionalInt32Schema   = plain(TypeInt32, true)
	OptionalInt64Schema   = plain(TypeInt64, true)
	OptionalFloat32Schema = plain(TypeFloat32, true)
	OptionalFloat64Schema = plain(TypeFloat64, true)
	OptionalBooleanSchema = plain(TypeBoolean, true)
	OptionalStringSchema  = plain(TypeString, true)
	OptionalBytesSchema   = plain(TypeBytes, true)
)

func plain(t Type, optional bool) *Schema { return (&Schema{typ: t, optional: optional}).seal() }

// SchemaAndValue is a value with its schema, which is nil when it has none.
type SchemaAndValue struct {
	Schema *Schema
	Value  any
}
