package protobuf

import (
	"fmt"
	"reflect"

	"google.golang.org/protobuf/proto"

	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/serde/wire"
)

func init() { serde.LinkMessages(bind) }

// bind makes the codec that interpreted topologies use.
func bind(m any, use wire.Use, schemas wire.Schemas) (serde.Messages, error) {
	message, ok := m.(proto.Message)
	if !ok {
		return nil, &wire.Outage{Lasting: true, Err: fmt.Errorf("%T is no Protobuf message; give dsl.Protobuf a pointer to a type that protoc-gen-go made", m)}
	}
	return messages{NewWire(message, "", schemas, use)}, nil
}

// messages is the codec of a message type by google.golang.org/protobuf and reflection. Safe for concurrent use.
type messages struct{ w *Wire }

// Append implements serde.Messages.
func (c messages) Append(dst []byte, v any) ([]byte, error) {
	m := v.(proto.Message)
	if reflect.ValueOf(v).IsNil() {
		return dst, ErrNil
	}
	out, err := c.w.Begin(dst)
	if err != nil {
		return dst, err
	}
	if out = AppendByLibrary(out, m, 0); out == nil {
		return dst, c.w.Refuse(m)
	}
	return out, nil
}

// Decode implements serde.Messages.
func (c messages) Decode(src []byte) (any, error) {
	body, err := c.w.Body(src)
	if err != nil {
		return nil, err
	}
	m := c.w.message.ProtoReflect().Type().New().Interface()
	if !MergeByLibrary(body, m, 0) || !Complete(m) {
		return nil, c.w.Explain(body)
	}
	return m, nil
}
