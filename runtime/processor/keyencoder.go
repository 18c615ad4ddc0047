package processor

import (
	"bytes"
	"encoding/binary"
	"unsafe"

	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/serde/wire"
)

type keyKind uint8

const (
	keyOther keyKind = iota
	keyString
	keyInt64
)

// keyEncoder encodes keys. The built-in codecs are recognised once, so that a store
// access makes no indirect call; other codecs go through encodeOther.
type keyEncoder[K any] struct {
	codec serde.Codec[K]
	kind  keyKind
	buf   []byte
}

func newKeyEncoder[K any](c serde.Codec[K]) keyEncoder[K] {
	e := keyEncoder[K]{codec: c}
	switch any(c).(type) {
	case serde.StringCodec:
		e.kind = keyString
	case serde.Int64Codec:
		e.kind = keyInt64
	}
	return e
}

// bind binds a codec that writes through a Schema Registry to the store's topic.
func (e *keyEncoder[K]) bind(topic string, env *Env) {
	e.codec = serde.Bind(e.codec, wire.Use{Topic: topic, Key: true}, env.Schemas)
}

// encode returns the bytes of k, valid until the next call. The conversions through
// unsafe are sound: kind is set only where the codec's type fixes K.
func (e *keyEncoder[K]) encode(k K) ([]byte, error) {
	switch e.kind {
	case keyString:
		e.buf = append(e.buf[:0], *(*string)(unsafe.Pointer(&k))...)
		return e.buf, nil
	case keyInt64:
		e.buf = binary.BigEndian.AppendUint64(e.buf[:0], uint64(*(*int64)(unsafe.Pointer(&k))))
		return e.buf, nil
	}
	return e.encodeOther(k)
}

// bounds returns the serialised keys from and, behind it, the first one above to. Both are
// copies; encode's next result does not change them.
func (e *keyEncoder[K]) bounds(from, to K) (lo, hi []byte, err error) {
	b, err := e.encode(from)
	if err != nil {
		return nil, nil, err
	}
	lo = bytes.Clone(b)
	if b, err = e.encode(to); err != nil {
		return nil, nil, err
	}
	return lo, append(bytes.Clone(b), 0), nil
}

//go:noinline
func (e *keyEncoder[K]) encodeOther(k K) ([]byte, error) {
	b, err := e.codec.Append(e.buf[:0], k)
	e.buf = b
	return b, err
}
