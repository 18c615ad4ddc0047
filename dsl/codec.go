package dsl

import (
	"reflect"
	"time"

	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/serde/wire"
)

// String is the codec of Kafka's StringSerializer: the bytes of the string.
func String() serde.StringCodec { return serde.StringCodec{} }

// Bytes is the codec that passes bytes through.
func Bytes() serde.BytesCodec { return serde.BytesCodec{} }

// Int64 is the codec of Kafka's LongSerializer: 8 bytes, big-endian.
func Int64() serde.Int64Codec { return serde.Int64Codec{} }

// Int32 is the codec of Kafka's IntegerSerializer: 4 bytes, big-endian.
func Int32() serde.Int32Codec { return serde.Int32Codec{} }

// Int16 is the codec of Kafka's ShortSerializer: 2 bytes, big-endian.
func Int16() serde.Int16Codec { return serde.Int16Codec{} }

// Float64 is the codec of Kafka's DoubleSerializer.
func Float64() serde.Float64Codec { return serde.Float64Codec{} }

// Float32 is the codec of Kafka's FloatSerializer.
func Float32() serde.Float32Codec { return serde.Float32Codec{} }

// Bool is the codec of Kafka's BooleanSerializer: one byte, 0 or 1.
func Bool() serde.BoolCodec { return serde.BoolCodec{} }

// JSON encodes T as JSON, with the rules of encoding/json/v2. The compiler generates the
// code for T; no reflection remains at run time. A field with the tag alias:"old,older" is read under these
// names too, so that state outlives a renaming.
func JSON[T any]() serde.JSONCodec[T] { return serde.JSONCodec[T]{} }

// StrictJSON is JSON that refuses what T has no field for: a member that is not known, at any depth, is an error of the record,
// for which the operator's policy is. JSON leaves such members out. Both keep them where a field has the tag json:",embed".
func StrictJSON[T any]() serde.StrictJSONCodec[T] { return serde.StrictJSONCodec[T]{} }

// Avro encodes T as Avro, through the Schema Registry that schema.registry.url names, with Confluent's
// header. The schema is what T's method AvroSchema returns, a constant, as in what `streamgen avro` makes
// of a .avsc file; without that method one is made of T's fields and their tags `avro:"name"`. Values
// of other schemas are resolved to it. The compiler generates the code for T; no reflection remains
// at run time.
func Avro[T any]() serde.AvroCodec[T] { return serde.AvroCodec[T]{} }

// AvroRecord encodes Avro records whose schema is known at run time only: each is written with its own
// schema and read with the one it was written with.
func AvroRecord() serde.AvroRecordCodec { return serde.AvroRecordCodec{} }

// Protobuf encodes T, a pointer to a message that protoc-gen-go made, through the Schema Registry that
// schema.registry.url names, with Confluent's header and message indexes. The schema is the .proto file of the message.
// Fields that the message does not know are kept and written again. The compiler generates the code for T where T is
// of proto3 and the open API; other messages are read and written by google.golang.org/protobuf.
func Protobuf[T any]() serde.ProtobufCodec[T] { return serde.ProtobufCodec[T]{} }

// TimeWindowed is Kafka Streams' layout of time-windowed keys: inner key ++ window start.
// The size, which is not on the wire, gives readers the window's end.
func TimeWindowed[K any, C serde.Codec[K]](inner C, size time.Duration) serde.TimeWindowedCodec[K, C] {
	return serde.TimeWindowedCodec[K, C]{Inner: inner, Size: size.Milliseconds()}
}

// SessionWindowed is Kafka Streams' layout of session-windowed keys: inner key ++ session end
// ++ session start.
func SessionWindowed[K any, C serde.Codec[K]](inner C) serde.SessionWindowedCodec[K, C] {
	return serde.SessionWindowedCodec[K, C]{Inner: inner}
}

func boxCodec[T any](c serde.Codec[T]) graph.BoxedCodec {
	if c == nil {
		return graph.BoxedCodec{}
	}
	var at func(wire.Use, wire.Schemas) graph.BoxedCodec
	text := serde.TextOf(c)
	if b, ok := c.(serde.Bound[T]); ok {
		text = nil // it would not know its topic
		at = func(use wire.Use, schemas wire.Schemas) graph.BoxedCodec { return boxCodec(b.Bind(use, schemas)) }
	}
	return graph.BoxedCodec{
		Valid: true, At: at,
		Append: func(dst []byte, v any) ([]byte, error) { return c.Append(dst, as[T](v)) },
		Decode: func(src []byte) (any, error) { return c.Decode(src) },
		Text:   text,
	}
}

// as unboxes v; a nil interface gives the zero value, also when T is an interface.
func as[T any](v any) T {
	t, _ := v.(T)
	return t
}

func codecName[T any](c serde.Codec[T]) graph.Codec {
	if c == nil {
		return ""
	}
	return graph.Codec(graph.TypeName(reflect.TypeOf(c).String()))
}

// typeName is the type as the graph prints it.
func typeName[T any]() string { return graph.TypeName(reflect.TypeFor[T]().String()) }
