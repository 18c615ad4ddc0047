package serde

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/streamgen/streamgen/runtime/serde/wire"
)

// ProtobufCodec encodes T, a pointer to a message that protoc-gen-go made, as Protobuf with Confluent's header. It is
// what the interpreter uses, by google.golang.org/protobuf; generated code has a codec of its own for T that reads and
// writes the same bytes. Until it is bound to a topic it can neither read nor write. Safe for concurrent use.
type ProtobufCodec[T any] struct {
	messages Messages
	fault    error
}

// Messages is a codec of one message type that is bound to a topic. Implementations are safe for concurrent use.
type Messages interface {
	Append(dst []byte, m any) ([]byte, error)
	Decode(src []byte) (any, error)
}

// bindMessages makes codecs of message types, given as nil pointers. Package runtime/serde/protobuf sets it when it is
// linked: this one, and with it the vocabulary of topologies, takes the standard library alone.
var bindMessages func(m any, use wire.Use, schemas wire.Schemas) (Messages, error)

// LinkMessages is called by runtime/serde/protobuf when a program starts.
func LinkMessages(bind func(m any, use wire.Use, schemas wire.Schemas) (Messages, error)) {
	bindMessages = bind
}

var errUnboundMessages = &wire.Outage{Lasting: true, Err: errors.New("the codec reads and writes through a Schema Registry and is not bound to a topic; use serde.Bind, or leave it to the topology")}

// Bind implements Bound.
func (ProtobufCodec[T]) Bind(use wire.Use, schemas wire.Schemas) Codec[T] {
	var m T
	if bindMessages == nil {
		return ProtobufCodec[T]{fault: &wire.Outage{Lasting: true, Err: errors.New("the program lacks the package runtime/serde/protobuf; import it")}}
	}
	if t := reflect.TypeFor[T](); t.Kind() != reflect.Pointer {
		return ProtobufCodec[T]{fault: &wire.Outage{Lasting: true, Err: fmt.Errorf("%s is no pointer to a Protobuf message", t)}}
	}
	c, err := bindMessages(m, use, schemas)
	return ProtobufCodec[T]{c, err}
}

// Append implements Codec.
func (p ProtobufCodec[T]) Append(dst []byte, v T) ([]byte, error) {
	switch {
	case p.fault != nil:
		return dst, p.fault
	case p.messages == nil:
		return dst, errUnboundMessages
	}
	return p.messages.Append(dst, v)
}

// Decode implements Codec.
func (p ProtobufCodec[T]) Decode(src []byte) (T, error) {
	var none T
	switch {
	case p.fault != nil:
		return none, p.fault
	case p.messages == nil:
		return none, errUnboundMessages
	}
	v, err := p.messages.Decode(src)
	if err != nil {
		return none, err
	}
	return v.(T), nil
}
