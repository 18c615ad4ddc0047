// Package wire is what codecs that write through a Schema Registry have in common: Confluent's
// framing of values, and what they ask of a registry's client.
package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Use says where a codec stands: its topic's full name, and whether it writes keys. The subject
// follows from it. A plain value, safe for concurrent use.
type Use struct {
	Topic string
	Key   bool
}

// String names the place for errors.
func (u Use) String() string {
	if u.Key {
		return "keys of " + u.Topic
	}
	return "values of " + u.Topic
}

// Schema is a schema as a registry has it. A plain value, safe for concurrent use.
type Schema struct {
	Type string // AVRO, PROTOBUF or JSON
	Text string
	// References are the texts of schemas that Text refers to, those that others refer to first.
	References []string
	// Imports are the schemas that a Protobuf schema imports, each to be registered before it.
	Imports []Import
}

// Import is a schema under the name by which another imports it, which is its subject too. A plain value,
// safe for concurrent use.
type Import struct {
	Name string
	Schema
}

// Schemas is a client of a registry. Implementations are safe for concurrent use and remember
// what they were told: codecs call them for the first record with a schema only.
type Schemas interface {
	// Register returns the id under which values of a schema go to a topic. name is the full name of a
	// record, for subjects that are named after it. With use.latest.version it returns the schema
	// that values are to be written with, else the given one.
	Register(use Use, name string, s Schema) (id int32, as Schema, err error)
	// Schema returns the schema with an id; use is for contexts and errors.
	Schema(use Use, id int32) (Schema, error)
}

// Header is the length of the magic byte and the id.
const Header = 5

// Outage is an error that says nothing of the record: the registry could not be asked. Error
// policies of operators do not apply to it. A plain value, safe for concurrent use.
type Outage struct {
	Err error
	// Lasting is set where asking again does not help: no registry is configured, or the program does not fit it.
	Lasting bool
}

// Error implements error.
func (e *Outage) Error() string { return e.Err.Error() }

// Unwrap implements errors.Unwrap.
func (e *Outage) Unwrap() error { return e.Err }

// ErrNoRegistry is the outage of an application that has none.
var ErrNoRegistry = &Outage{Lasting: true, Err: errors.New("no Schema Registry is configured; set schema.registry.url (mock://name has one in memory, for tests)")}

// ID returns the id before a value.
func ID(src []byte) (int32, error) {
	switch {
	case len(src) < Header:
		return 0, fmt.Errorf("%d bytes are too few for a value written through a Schema Registry: a zero byte and an id of 4 bytes come first", len(src))
	case src[0] != 0:
		return 0, fmt.Errorf("unknown magic byte 0x%02x: the value was not written through a Schema Registry (as JSON or text, perhaps; then its codec is another one)", src[0])
	}
	return int32(binary.BigEndian.Uint32(src[1:])), nil
}

// AppendID appends the magic byte and an id.
func AppendID(dst []byte, id int32) []byte {
	return binary.BigEndian.AppendUint32(append(dst, 0), uint32(id))
}
