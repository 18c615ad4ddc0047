package avro

import "github.com/streamgen/streamgen/internal/avroschema"

// Schema is an Avro schema. It is not changed once made, so any goroutine may read it.
type Schema = avroschema.Schema

// Field is a field of a record's schema. Not changed once made, so any goroutine may read it.
type Field = avroschema.Field

// Prop is an attribute that the specification does not name. A plain value.
type Prop = avroschema.Prop

// The kinds of schemas.
const (
	KindNull    = avroschema.Null
	KindBoolean = avroschema.Boolean
	KindInt     = avroschema.Int
	KindLong    = avroschema.Long
	KindFloat   = avroschema.Float
	KindDouble  = avroschema.Double
	KindBytes   = avroschema.Bytes
	KindString  = avroschema.String
	KindArray   = avroschema.Array
	KindMap     = avroschema.Map
	KindUnion   = avroschema.Union
	KindFixed   = avroschema.Fixed
	KindEnum    = avroschema.Enum
	KindRecord  = avroschema.Record
)

// Parse reads the JSON of a schema. The error says which part is wrong and why.
func Parse(text string) (*Schema, error) { return avroschema.Parse(text) }

// Primitive is the schema of a type without parts: KindNull to KindString.
func Primitive(kind avroschema.Kind) *Schema { return &Schema{Kind: kind} }

// Optional is the union of null and another schema.
func Optional(s *Schema) *Schema {
	return &Schema{Kind: KindUnion, Branches: []*Schema{Primitive(KindNull), s}}
}

// FieldOf describes a field for RecordOf. The default is a JSON text, "" for none.
func FieldOf(name string, typ *Schema, fallback string) *Field {
	return &Field{Name: name, Type: typ, Default: fallback}
}

// RecordOf makes the schema of a record at run time, of fields that may come from other schemas. name
// is the full name. Its error is that of Parse: a name that is none, a default that does not fit.
func RecordOf(name string, fields ...*Field) (*Schema, error) {
	return avroschema.Parse((&Schema{Kind: KindRecord, Name: name, Fields: fields}).String())
}
