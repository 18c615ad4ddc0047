package protobuf

import (
	"encoding/binary"
	"math"
	"unicode/utf8"
	"unsafe"

	"google.golang.org/protobuf/encoding/protowire"
)

// MaxDepth is how deep messages may nest in a message: what Java and C++ read unless told otherwise.
const MaxDepth = 100

// Varint reads a number at index i. Like all functions that read it returns an index behind the end where there is none,
// so that who calls them asks once, at the end of a message.
func Varint(src []byte, i int) (uint64, int) {
	if uint(i) < uint(len(src)) && src[i] < 0x80 {
		return uint64(src[i]), i + 1
	}
	return varint(src, i)
}

// varint reads a number of any length: ten bytes at most.
func varint(src []byte, i int) (uint64, int) {
	if uint(i) >= uint(len(src)) {
		return 0, len(src) + 1
	}
	u, n := binary.Uvarint(src[i:])
	if n <= 0 {
		return 0, len(src) + 1
	}
	return u, i + n
}

// Zigzag32 is the number that a varint stands for in a field of sint32.
func Zigzag32(u uint64) int32 { return int32(protowire.DecodeZigZag(u & math.MaxUint32)) }

// Zigzag64 is the number that a varint stands for in a field of sint64.
func Zigzag64(u uint64) int64 { return int64(u>>1) ^ -int64(u&1) }

// Fixed32 reads four bytes.
func Fixed32(src []byte, i int) (uint32, int) {
	if i+4 > len(src) {
		return 0, len(src) + 1
	}
	return binary.LittleEndian.Uint32(src[i:]), i + 4
}

// Fixed64 reads eight bytes.
func Fixed64(src []byte, i int) (uint64, int) {
	if i+8 > len(src) {
		return 0, len(src) + 1
	}
	return binary.LittleEndian.Uint64(src[i:]), i + 8
}

// Float reads a float.
func Float(src []byte, i int) (float32, int) {
	u, i := Fixed32(src, i)
	return math.Float32frombits(u), i
}

// Double reads a double.
func Double(src []byte, i int) (float64, int) {
	u, i := Fixed64(src, i)
	return math.Float64frombits(u), i
}

// Text returns the bytes of a string, of bytes, of a message or of packed numbers, where they lie in src.
func Text(src []byte, i int) ([]byte, int) {
	n, i := Varint(src, i)
	if i > len(src) || n > uint64(len(src)-i) {
		return nil, len(src) + 1
	}
	return src[i : i+int(n)], i + int(n)
}

// String reads a string and copies it; one that is not UTF-8 is none.
func String(src []byte, i int) (string, int) {
	b, next := Text(src, i)
	if !utf8.Valid(b) {
		return "", len(src) + 1
	}
	return string(b), next
}

// Bytes reads bytes and copies them; no bytes are an empty slice.
func Bytes(src []byte, i int) ([]byte, int) {
	b, next := Text(src, i)
	return append([]byte{}, b...), next
}

// Some reads bytes of a field that is absent when there are none: then they are nil.
func Some(src []byte, i int) ([]byte, int) {
	b, next := Text(src, i)
	return append([]byte(nil), b...), next
}

// Count is how many varints packed numbers are.
func Count(packed []byte) (n int) {
	for _, b := range packed {
		if b < 0x80 {
			n++
		}
	}
	return n
}

// Skip passes over the value of a field that nobody knows and returns the index behind it.
//
//go:noinline
func Skip(src []byte, tag uint64, i int) int {
	num := tag >> 3
	if i > len(src) || num < uint64(protowire.MinValidNumber) || num > uint64(protowire.MaxValidNumber) {
		return len(src) + 1
	}
	n := protowire.ConsumeFieldValue(protowire.Number(num), protowire.Type(tag&7), src[i:])
	if n < 0 {
		return len(src) + 1
	}
	return i + n
}

// Keep is Skip, and adds the field to those that the message keeps without knowing them.
//
//go:noinline
func Keep(unknown *[]byte, src []byte, tag uint64, i int) int {
	next := Skip(src, tag, i)
	if next <= len(src) {
		*unknown = append(protowire.AppendVarint(*unknown, tag), src[i:next]...)
	}
	return next
}

// Unknown are the unknown fields of a message of the type that at was made for by UnknownAt.
func Unknown[M any](m *M, at uintptr) *[]byte {
	return (*[]byte)(unsafe.Add(unsafe.Pointer(m), at))
}
