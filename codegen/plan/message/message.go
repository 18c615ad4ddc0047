// Package message is the form of a protoc-gen-go message as generated code reads and writes it.
package message

import (
	"fmt"
	"strings"
)

// Kind is a type of the .proto language, by its name there; Message and Enum are those of named types.
type Kind string

// The kinds.
const (
	Bool     Kind = "bool"
	Int32    Kind = "int32"
	Int64    Kind = "int64"
	Uint32   Kind = "uint32"
	Uint64   Kind = "uint64"
	Sint32   Kind = "sint32"
	Sint64   Kind = "sint64"
	Fixed32  Kind = "fixed32"
	Fixed64  Kind = "fixed64"
	Sfixed32 Kind = "sfixed32"
	Sfixed64 Kind = "sfixed64"
	Float    Kind = "float"
	Double   Kind = "double"
	String   Kind = "string"
	Bytes    Kind = "bytes"
	Enum     Kind = "enum"
	Nested   Kind = "message"
)

// Wire is how a value is framed.
type Wire int

// The framings, as the low bits of a tag have them.
const (
	Varint Wire = 0
	Eight  Wire = 1
	Length Wire = 2
	Four   Wire = 5
)

// Wire is how values of a kind are framed when they are not packed.
func (k Kind) Wire() Wire {
	switch k {
	case String, Bytes, Nested:
		return Length
	case Fixed32, Sfixed32, Float:
		return Four
	case Fixed64, Sfixed64, Double:
		return Eight
	}
	return Varint
}

// Label is how a field holds its values.
type Label string

// The labels.
const (
	Plain    Label = ""         // a value that is absent when it is zero; a message that is absent when it is nil
	Optional Label = "optional" // a pointer, or bytes that are absent when they are nil
	Repeated Label = "repeated"
	Map      Label = "map"
	Member   Label = "oneof" // of Oneof
)

// Field is a field of a message, or of a map's entry.
type Field struct {
	Number int
	Name   string // in the .proto file
	Go     string // name of the field in Go; of a member, of the field in its wrapper
	Kind   Kind
	Type   string // of one value in Go, as marked text; of a message without the pointer
	Label  Label
	Packed bool
	Nested *Message
	Key    *Field // of a map; the field itself describes the map's values
	Oneof  *Oneof
	// Wrapper is the type of a member's wrapper.
	Wrapper string
}

// Oneof is a field that holds one of several members.
type Oneof struct {
	Name string
	Go   string
}

// Message is the form of one message type.
type Message struct {
	Type   string // in Go, as marked text
	Name   string // of the type, for identifiers
	Fields []*Field
	// Library is why google.golang.org/protobuf reads and writes the message, "" when generated code does.
	Library string
	// Deep is set where the message, or one below it, can contain itself.
	Deep bool
}

// Form describes a message and those below it in lines, as runtime/serde/protobuf compares them with descriptors.
func (m *Message) Form() string {
	queue, index := []*Message{m}, map[string]int{m.Type: 0}
	refer := func(f *Field) string {
		if f.Kind != Nested {
			return string(f.Kind)
		}
		n, ok := index[f.Nested.Type]
		if !ok {
			n = len(queue)
			index[f.Nested.Type] = n
			queue = append(queue, f.Nested)
		}
		return fmt.Sprint("message ", n)
	}
	var lines []string
	for i := 0; i < len(queue); i++ {
		if queue[i].Library != "" {
			lines = append(lines, "library")
			continue
		}
		var fields []string
		for _, f := range queue[i].Fields {
			text := fmt.Sprintf("%d %s ", f.Number, f.Name)
			switch {
			case f.Label == Map:
				text += "map " + refer(f.Key) + " "
			case f.Packed:
				text += "packed "
			case f.Label == Member:
				text += "oneof " + f.Oneof.Name + " "
			case f.Label != Plain:
				text += string(f.Label) + " "
			}
			fields = append(fields, text+refer(f))
		}
		lines = append(lines, strings.Join(fields, "; "))
	}
	return strings.Join(lines, "\n")
}
