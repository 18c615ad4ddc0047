// Package shape describes the JSON form of Go types as plain data: what codegen/jsonshape reads out of go/types and what
// codegen/emit/jsoncodec prints codecs from.
//
// Go type expressions are text in which every name of a package is marked with the import path, and names of the target
// package itself with an empty one: ⟦import/path⟧.Name and ⟦⟧.Name.
package shape

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind is the JSON form of a type, decided by its underlying Go type and its methods.
type Kind string

// The kinds. List, Array, Map and Struct have a Def; Pointer has an Elem; all others stand for themselves.
const (
	Bool      Kind = "bool"
	Int       Kind = "int"
	Uint      Kind = "uint"
	Float     Kind = "float"
	String    Kind = "string"
	Bytes     Kind = "bytes"     // []byte, base64
	ByteArray Kind = "bytearray" // [n]byte, base64
	Time      Kind = "time"      // time.Time, RFC 3339
	Pointer   Kind = "pointer"
	List      Kind = "list"
	Array     Kind = "array"
	Map       Kind = "map"
	Struct    Kind = "struct"
	Fallback  Kind = "fallback" // any, or a type with JSON or text methods of its own: left to encoding/json/v2
)

// Shape is the JSON form of one type and of everything below it. It is immutable once built, so any goroutine may read it.
type Shape struct {
	Root Type
	// Defs holds each composite or fallback type once, in the order of its first use.
	Defs []Def
}

// Def returns the definition of a type by its Go text, nil when there is none.
func (s *Shape) Def(goType string) *Def {
	for i := range s.Defs {
		if s.Defs[i].Go == goType {
			return &s.Defs[i]
		}
	}
	return nil
}

// Type is the use of a type: by a field, an element, a key or as the root. Immutable, so any goroutine may read it.
type Type struct {
	Kind Kind
	// Go is the type expression, and the key of its Def.
	Go string
	// Basic is the predeclared type (or []byte) below a scalar; a conversion is needed where it differs from Go.
	Basic string
	// Bits is the width of Int, Uint and Float on every platform; 0 is the width of the platform's int and uint.
	Bits int
	// Len is the length of a ByteArray.
	Len int64
	// Elem is what a Pointer points at.
	Elem *Type
}

// Hint derives an identifier from a type that has no Def: Int64 from int64, StringPointer from *string.
func (t *Type) Hint() string {
	if t.Elem != nil {
		return t.Elem.Hint() + "Pointer"
	}
	text := t.Go
	if t.Kind == Bytes && t.Go == t.Basic {
		text = "bytes"
	}
	if i := strings.LastIndexAny(text, ".]"); i >= 0 {
		text = text[i+1:]
	}
	if t.Kind == ByteArray && !strings.Contains(t.Go, ".") {
		text = "bytes" + strings.Trim(t.Go[:strings.IndexByte(t.Go, ']')], "[")
	}
	first, n := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[n:]
}

// Def is the definition of a composite or fallback type. Immutable, so any goroutine may read it.
type Def struct {
	Kind Kind
	Go   string
	// Hint is an identifier to derive helper names from, for example Flight or FlightList.
	Hint string
	// Reason says why a Fallback is one.
	Reason string
	Elem   *Type // List, Array, Map
	Key    *Type // Map: String, Int, Uint, or a Fallback that writes itself as a string
	Len    int64 // Array
	Fields []Field
	// Rest is the field of a struct that keeps the members which no other field has, nil without one.
	Rest *Rest
	// Deep says that a value of the type can be nested without bound (or contain itself), so that writing it must count.
	Deep bool
}

// Rest is a field with the tag option embed that holds any members: a jsontext.Value, or a map by name. Immutable, so any
// goroutine may read it.
type Rest struct {
	Name string // of the field
	Type Type
	Key  string // of a map: the Go type of its keys; "" of a jsontext.Value
	Elem *Type  // of a map: its values
}

// Zero is the test of the tag option omitzero.
type Zero string

// The tests; the comment is the Go condition for a field f.
const (
	Keep        Zero = ""              // no omitzero
	ZeroFalse   Zero = "false"         // !f
	ZeroNumber  Zero = "number"        // f == 0
	ZeroString  Zero = "string"        // f == ""
	ZeroNil     Zero = "nil"           // f == nil
	ZeroMethod  Zero = "method"        // f.IsZero()
	ZeroNilOr   Zero = "nil or method" // f == nil || f.IsZero()
	ZeroLiteral Zero = "literal"       // f == (T{})
)

// Step is one selector on the way from a struct to a field. Immutable, so any goroutine may read it.
type Step struct {
	Name string
	// Alloc is set when the step is an embedded pointer: the type to allocate when decoding finds it nil.
	Alloc string
}

// Field is a member of a JSON object: a field of the struct or one promoted from an embedded struct. Immutable, so any
// goroutine may read it.
type Field struct {
	Name string // the member's name, unquoted
	Path []Step
	Type Type
	// Tag options.
	OmitZero   Zero
	OmitEmpty  bool
	Quoted     bool // string: the number stands in a string
	IgnoreCase bool // case:ignore
	// Aliases are further names that the member is read under: those of the tag alias.
	Aliases []string
}
