package serde

import (
	"encoding/binary"
	"fmt"
	"math"
)

// StringCodec is Kafka's StringSerializer: the bytes of the string. Bytes that are not
// UTF-8 pass unchanged. Safe for concurrent use.
type StringCodec struct{}

// Append implements Codec.
func (StringCodec) Append(dst []byte, v string) ([]byte, error) { return append(dst, v...), nil }

// Decode implements Codec.
func (StringCodec) Decode(src []byte) (string, error) { return string(src), nil }

// BytesCodec passes bytes through, as Kafka's ByteArraySerializer does. Decode copies. Safe
// for concurrent use.
type BytesCodec struct{}

// Append implements Codec.
func (BytesCodec) Append(dst []byte, v []byte) ([]byte, error) { return append(dst, v...), nil }

// Decode implements Codec.
func (BytesCodec) Decode(src []byte) ([]byte, error) { return append([]byte{}, src...), nil }

// Int64Codec is Kafka's LongSerializer: 8 bytes, big-endian. Safe for concurrent use.
type Int64Codec struct{}

// Append implements Codec.
func (Int64Codec) Append(dst []byte, v int64) ([]byte, error) {
	return binary.BigEndian.AppendUint64(dst, uint64(v)), nil
}

// Decode implements Codec.
func (Int64Codec) Decode(src []byte) (int64, error) {
	if len(src) != 8 {
		return 0, sizeError("int64", 8, len(src))
	}
	return int64(binary.BigEndian.Uint64(src)), nil
}

// Int32Codec is Kafka's IntegerSerializer: 4 bytes, big-endian. Safe for concurrent use.
type Int32Codec struct{}

// Append implements Codec.
func (Int32Codec) Append(dst []byte, v int32) ([]byte, error) {
	return binary.BigEndian.AppendUint32(dst, uint32(v)), nil
}

// Decode implements Codec.
func (Int32Codec) Decode(src []byte) (int32, error) {
	if len(src) != 4 {
		return 0, sizeError("int32", 4, len(src))
	}
	return int32(binary.BigEndian.Uint32(src)), nil
}

// Int16Codec is Kafka's ShortSerializer: 2 bytes, big-endian. Safe for concurrent use.
type Int16Codec struct{}

// Append implements Codec.
func (Int16Codec) Append(dst []byte, v int16) ([]byte, error) {
	return binary.BigEndian.AppendUint16(dst, uint16(v)), nil
}

// Decode implements Codec.
func (Int16Codec) Decode(src []byte) (int16, error) {
	if len(src) != 2 {
		return 0, sizeError("int16", 2, len(src))
	}
	return int16(binary.BigEndian.Uint16(src)), nil
}

// Float64Codec is Kafka's DoubleSerializer: the IEEE 754 bits, 8 bytes, big-endian. NaN payloads
// and -0 keep their bits. Safe for concurrent use.
type Float64Codec struct{}

// Append implements Codec.
func (Float64Codec) Append(dst []byte, v float64) ([]byte, error) {
	return binary.BigEndian.AppendUint64(dst, math.Float64bits(v)), nil
}

// Decode implements Codec.
func (Float64Codec) Decode(src []byte) (float64, error) {
	if len(src) != 8 {
		return 0, sizeError("float64", 8, len(src))
	}
	return math.Float64frombits(binary.BigEndian.Uint64(src)), nil
}

// Float32Codec is Kafka's FloatSerializer: the IEEE 754 bits, 4 bytes, big-endian. Safe for
// concurrent use.
type Float32Codec struct{}

// Append implements Codec.
func (Float32Codec) Append(dst []byte, v float32) ([]byte, error) {
	return binary.BigEndian.AppendUint32(dst, math.Float32bits(v)), nil
}

// Decode implements Codec.
func (Float32Codec) Decode(src []byte) (float32, error) {
	if len(src) != 4 {
		return 0, sizeError("float32", 4, len(src))
	}
	return math.Float32frombits(binary.BigEndian.Uint32(src)), nil
}

// BoolCodec is Kafka's BooleanSerializer: one byte, 0 or 1. Safe for concurrent use.
type BoolCodec struct{}

// Append implements Codec.
func (BoolCodec) Append(dst []byte, v bool) ([]byte, error) {
	if v {
		return append(dst, 1), nil
	}
	return append(dst, 0), nil
}

// Decode implements Codec.
func (BoolCodec) Decode(src []byte) (bool, error) {
	if len(src) != 1 || src[0] > 1 {
		return false, boolError(src)
	}
	return src[0] == 1, nil
}

//go:noinline
func sizeError(kind string, want, got int) error {
	return fmt.Errorf("%s wants %d bytes, got %d", kind, want, got)
}

//go:noinline
func boolError(src []byte) error {
	if len(src) != 1 {
		return sizeError("bool", 1, len(src))
	}
	return fmt.Errorf("bool wants a byte 0 or 1, got %d", src[0])
}
