// Package avroschema is Avro's schemas (specification 1.12): reading and writing their JSON, the
// Go types they correspond to, and how values written with one schema are read with another. It
// imports the standard library alone, because the compiler and the runtime both stand on it.
package avroschema

import (
	"fmt"
	"slices"
	"strings"
)

// Kind is one of Avro's types.
type Kind uint8

// The kinds, primitive ones first.
const (
	Null Kind = iota
	Boolean
	Int
	Long
	Float
	Double
	Bytes
	String
	Array
	Map
	Union
	Fixed
	Enum
	Record
)

var kindNames = [...]string{"null", "boolean", "int", "long", "float", "double", "bytes", "string", "array", "map", "union", "fixed", "enum", "record"}

// String is the kind's name in a schema.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// Named says whether types of the kind have a name.
func (k Kind) Named() bool { return k >= Fixed }

// Schema is a type. Schemas are built by Parse, Derive or the New functions and are not changed
// afterwards, so any goroutine may read them. A recursive type contains itself by pointer.
type Schema struct {
	Kind Kind
	// Name is the full name of a record, enum or fixed: namespace and name with a dot between them.
	Name    string
	Aliases []string // full names
	Doc     string
	Fields  []*Field // of a record
	Symbols []string // of an enum
	// Default is the symbol that readers take for one they do not know; "" for none.
	Default  string
	Items    *Schema // of an array; values of a map
	Branches []*Schema
	Size     int // of a fixed, in bytes
	// Logical is the name of the logical type, "" for none; one that does not fit its type is none.
	Logical          string
	Precision, Scale int // of a decimal
	// Props are further attributes in the order of the document, as JSON texts: what Java's classes
	// keep, such as avro.java.string.
	Props []Prop
}

// Prop is an attribute of a schema or field that the specification does not name. A plain value.
type Prop struct{ Name, JSON string }

// Field is a field of a record. Not changed once built, so any goroutine may read it.
type Field struct {
	Name    string
	Aliases []string
	Doc     string
	Type    *Schema
	// Default is the JSON text of the default, "" for none, and Bytes its encoding with Type.
	Default string
	Bytes   []byte
	Order   string // "", "descending" or "ignore"
	Props   []Prop
}

// Namespace is the part of a full name before its last dot.
func (s *Schema) Namespace() string {
	if i := strings.LastIndexByte(s.Name, '.'); i >= 0 {
		return s.Name[:i]
	}
	return ""
}

// Short is the name without its namespace.
func (s *Schema) Short() string { return s.Name[strings.LastIndexByte(s.Name, '.')+1:] }

// Field returns the field of a record with that name, nil when there is none.
func (s *Schema) Field(name string) *Field {
	if i := s.Index(name); i >= 0 {
		return s.Fields[i]
	}
	return nil
}

// Index returns the place of the field with that name, -1 when there is none.
func (s *Schema) Index(name string) int {
	return slices.IndexFunc(s.Fields, func(f *Field) bool { return f.Name == name })
}

// Nullable returns the other branch of a union of null and one more type, and which of the two is
// null; nil when the schema is no such union.
func (s *Schema) Nullable() (other *Schema, null int) {
	if s.Kind != Union || len(s.Branches) != 2 {
		return nil, 0
	}
	for i, b := range s.Branches {
		if b.Kind == Null && s.Branches[1-i].Kind != Null {
			return s.Branches[1-i], i
		}
	}
	return nil, 0
}

// Label names the type for people: its full name, or its kind.
func (s *Schema) Label() string {
	if s.Kind.Named() {
		return s.Name
	}
	if s.Logical != "" {
		return s.Kind.String() + " (" + s.Logical + ")"
	}
	return s.Kind.String()
}

// Get returns the field of a record with that name, or an error that lists those there are.
func (s *Schema) Get(name string) (*Field, error) {
	if f := s.Field(name); f != nil {
		return f, nil
	}
	var names []string
	for _, f := range s.Fields {
		names = append(names, f.Name)
	}
	return nil, fmt.Errorf("%s has no field %s; it has %s", s.Label(), name, strings.Join(names, ", "))
}
