package protobuf

import (
	"encoding/binary"
	"math"
	"reflect"
	"unicode/utf8"
)

// AppendVarint appends a number.
func AppendVarint(dst []byte, u uint64) []byte {
	if u < 0x80 {
		return append(dst, byte(u))
	}
	return binary.AppendUvarint(dst, u)
}

// AppendBool appends a boolean.
func AppendBool(dst []byte, v bool) []byte {
	if v {
		return append(dst, 1)
	}
	return append(dst, 0)
}

// AppendZigzag appends a number as sint32 and sint64 have it.
func AppendZigzag(dst []byte, v int64) []byte {
	return AppendVarint(dst, uint64(v)<<1^uint64(v>>63))
}

// AppendFixed32 appends four bytes.
func AppendFixed32(dst []byte, v uint32) []byte { return binary.LittleEndian.AppendUint32(dst, v) }

// AppendFixed64 appends eight bytes.
func AppendFixed64(dst []byte, v uint64) []byte { return binary.LittleEndian.AppendUint64(dst, v) }

// AppendFloat appends a float.
func AppendFloat(dst []byte, v float32) []byte {
	return binary.LittleEndian.AppendUint32(dst, math.Float32bits(v))
}

// AppendDouble appends a double.
func AppendDouble(dst []byte, v float64) []byte {
	return binary.LittleEndian.AppendUint64(dst, math.Float64bits(v))
}

// AppendString appends the length of a string and the string; nil when it is not UTF-8, which other languages refuse
// to read.
func AppendString(dst []byte, v string) []byte {
	if !utf8.ValidString(v) {
		return nil
	}
	return append(AppendVarint(dst, uint64(len(v))), v...)
}

// AppendBytes appends the length of bytes and the bytes.
func AppendBytes(dst []byte, v []byte) []byte {
	return append(AppendVarint(dst, uint64(len(v))), v...)
}

// End puts the length of what begins at start into the byte before it, and makes room where it takes more than one.
func End(dst []byte, start int) []byte {
	n := len(dst) - start
	if n < 0x80 {
		dst[start-1] = byte(n)
		return dst
	}
	return long(dst, start, n)
}

func long(dst []byte, start, n int) []byte {
	var head [binary.MaxVarintLen64]byte
	size := binary.PutUvarint(head[:], uint64(n))
	dst = append(dst, head[:size-1]...)
	copy(dst[start+size-1:], dst[start:start+n])
	copy(dst[start-1:], head[:size])
	return dst
}

// UnknownAt is where messages of type M keep the fields that they do not know. It looks at the type once, when the
// program starts.
func UnknownAt[M any]() uintptr {
	f, _ := reflect.TypeFor[M]().FieldByName("unknownFields")
	return f.Offset
}
