package serde

import (
	"reflect"
	"sync"

	"github.com/streamgen/streamgen/runtime/serde/avro"
	"github.com/streamgen/streamgen/runtime/serde/wire"
)

// Bound is a codec that reads and writes through a Schema Registry: it must know its topic. Codecs that
// hold another one bind it. Implementations are values safe for concurrent use.
type Bound[T any] interface {
	// Bind returns the codec for keys or values of a topic.
	Bind(use wire.Use, schemas wire.Schemas) Codec[T]
}

// Bind binds a codec to a topic if it needs that, else returns it as it is.
func Bind[T any](c Codec[T], use wire.Use, schemas wire.Schemas) Codec[T] {
	if b, ok := c.(Bound[T]); ok {
		return b.Bind(use, schemas)
	}
	return c
}

// AvroCodec encodes T as Avro with Confluent's header. The schema is what T's method AvroSchema returns, or one made
// of its fields. It is what the interpreter uses, by reflection; generated code has a codec of its own for T that
// reads and writes the same bytes. Until it is bound to a topic it can neither read nor write. Safe for concurrent use.
type AvroCodec[T any] struct{ wire *avro.Wire }

// reflected are the codecs of types by reflection.
var reflected sync.Map

type result struct {
	codec *avro.Reflected
	err   error
}

func reflectedOf[T any]() (*avro.Reflected, error) {
	t := reflect.TypeFor[T]()
	known, ok := reflected.Load(t)
	if !ok {
		c, err := avro.Reflect(t, "")
		known, _ = reflected.LoadOrStore(t, result{c, err})
	}
	r := known.(result)
	return r.codec, r.err
}

// Bind implements Bound.
func (AvroCodec[T]) Bind(use wire.Use, schemas wire.Schemas) Codec[T] {
	c, err := reflectedOf[T]()
	if err != nil { // every use of the codec says so
		return AvroCodec[T]{}
	}
	return AvroCodec[T]{avro.NewWire(c.Text(), schemas, use)}
}

// Append implements Codec.
func (a AvroCodec[T]) Append(dst []byte, v T) ([]byte, error) {
	c, err := reflectedOf[T]()
	if err != nil {
		return dst, err
	}
	if a.wire == nil {
		return dst, avro.ErrUnbound
	}
	start := len(dst)
	if dst, err = a.wire.Begin(dst); err != nil {
		return dst, err
	}
	if dst, err = c.Append(dst, reflect.ValueOf(&v).Elem()); err != nil {
		return dst[:start], err
	}
	return a.wire.End(dst, start)
}

// Decode implements Codec.
func (a AvroCodec[T]) Decode(src []byte) (T, error) {
	var v T
	c, err := reflectedOf[T]()
	if err != nil {
		return v, err
	}
	if a.wire == nil {
		return v, avro.ErrUnbound
	}
	body, err := a.wire.Body(src)
	if err != nil {
		return v, err
	}
	err = c.Decode(body, reflect.ValueOf(&v).Elem())
	return v, err
}

// AvroRecordCodec encodes generic Avro records, each with its own schema, with Confluent's header. Until it is
// bound to a topic it can neither read nor write. Safe for concurrent use.
type AvroRecordCodec struct{ generic *avro.Generic }

// At binds the codec to a topic.
func (AvroRecordCodec) At(use wire.Use, schemas wire.Schemas) AvroRecordCodec {
	return AvroRecordCodec{avro.NewGeneric(schemas, use)}
}

// Bind implements Bound.
func (c AvroRecordCodec) Bind(use wire.Use, schemas wire.Schemas) Codec[*avro.Record] {
	return c.At(use, schemas)
}

// Append implements Codec.
func (c AvroRecordCodec) Append(dst []byte, v *avro.Record) ([]byte, error) {
	if c.generic == nil {
		return dst, avro.ErrUnbound
	}
	return c.generic.Append(dst, v)
}

// Decode implements Codec.
func (c AvroRecordCodec) Decode(src []byte) (*avro.Record, error) {
	if c.generic == nil {
		return nil, avro.ErrUnbound
	}
	return c.generic.Decode(src)
}

// To is the codec for another topic, which a record chose.
func (c AvroRecordCodec) To(topic string) AvroRecordCodec {
	return AvroRecordCodec{c.generic.To(topic)}
}
