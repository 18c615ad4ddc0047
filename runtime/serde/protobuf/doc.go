// Package protobuf is what codecs of protoc-gen-go messages are made of: the wire format that generated code reads and
// appends, Confluent's framing with message indexes, the .proto text that goes to a Schema Registry, and the codec that
// google.golang.org/protobuf's own tables give, which the interpreter uses.
package protobuf
