package avro

import (
	"encoding/binary"
	"math"
	"unsafe"
)

// Limits on what one value may hold; there is no way past them.
const (
	// MaxDepth is how deep records may nest in themselves.
	MaxDepth = 512
	// MaxEmpty is how many items of no bytes (null, or records without fields) one array may have.
	MaxEmpty = 1 << 16
)

// Long reads a long, or an int that is widened.
func Long(src []byte, i int) (int64, int) {
	if uint(i) < uint(len(src)) && src[i] < 0x80 {
		return int64(src[i]>>1) ^ -int64(src[i]&1), i + 1
	}
	return long(src, i)
}

// long reads a long of any length: ten bytes at most.
func long(src []byte, i int) (int64, int) {
	if uint(i) >= uint(len(src)) {
		return 0, len(src) + 1
	}
	u, n := binary.Uvarint(src[i:])
	if n <= 0 {
		return 0, len(src) + 1
	}
	return int64(u>>1) ^ -int64(u&1), i + n
}

// Int reads an int; one beyond 32 bits is none.
func Int(src []byte, i int) (int32, int) {
	v, next := Long(src, i)
	if v != int64(int32(v)) {
		return 0, len(src) + 1
	}
	return int32(v), next
}

// Within reads an int or long that must lie within bounds: those of a narrower Go type.
func Within(src []byte, i int, low, high int64) (int64, int) {
	v, next := Long(src, i)
	if v < low || v > high {
		return 0, len(src) + 1
	}
	return v, next
}

// Bool reads a boolean.
func Bool(src []byte, i int) (bool, int) {
	if uint(i) >= uint(len(src)) || src[i] > 1 {
		return false, len(src) + 1
	}
	return src[i] == 1, i + 1
}

// Float reads a float.
func Float(src []byte, i int) (float32, int) {
	if i+4 > len(src) {
		return 0, len(src) + 1
	}
	return math.Float32frombits(binary.LittleEndian.Uint32(src[i:])), i + 4
}

// Double reads a double.
func Double(src []byte, i int) (float64, int) {
	if i+8 > len(src) {
		return 0, len(src) + 1
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(src[i:])), i + 8
}

// Text returns the bytes of a string or of bytes, where they lie in src.
func Text(src []byte, i int) ([]byte, int) {
	n, i := Long(src, i)
	if n < 0 || n > int64(len(src)-i) {
		return nil, len(src) + 1
	}
	return src[i : i+int(n)], i + int(n)
}

// String reads a string and copies it.
func String(src []byte, i int) (string, int) {
	b, next := Text(src, i)
	return string(b), next
}

// View reads a string that lies in src: it is valid as long as nobody changes src, and keeps it in memory.
func View(src []byte, i int) (string, int) {
	b, next := Text(src, i)
	return unsafe.String(unsafe.SliceData(b), len(b)), next
}

// Bytes reads bytes and copies them; no bytes are an empty slice.
func Bytes(src []byte, i int) ([]byte, int) {
	b, next := Text(src, i)
	return append([]byte{}, b...), next
}

// Lent reads bytes that lie in src; an append to them goes elsewhere.
func Lent(src []byte, i int) ([]byte, int) {
	b, next := Text(src, i)
	return b[:len(b):len(b)], next
}

// Fixed returns n bytes, where they lie in src; nil when there are fewer.
func Fixed(src []byte, i, n int) ([]byte, int) {
	if n > len(src)-i {
		return nil, len(src) + 1
	}
	return src[i : i+n], i + n
}

// Branch reads which of n branches a union has, or which of n symbols an enum; 0 with an index behind the end where it is none.
func Branch(src []byte, i, n int) (int, int) {
	v, next := Long(src, i)
	if uint64(v) >= uint64(n) {
		return 0, len(src) + 1
	}
	return int(v), next
}

// Block reads how many items follow in the next block of an array or map, 0 at its end. least is the
// least size of an item: a count that the rest of src cannot hold is refused. total is how many came
// before.
func Block(src []byte, i, least, total int) (int, int) {
	n, i := Long(src, i)
	if n < 0 {
		if n == math.MinInt64 {
			return 0, len(src) + 1
		}
		var size int64
		size, i = Long(src, i)
		if n = -n; size < 0 || size > int64(len(src)-i) {
			return 0, len(src) + 1
		}
	}
	if least == 0 && n > int64(MaxEmpty-total) || least > 0 && n > int64((len(src)-i)/least) {
		return 0, len(src) + 1
	}
	return int(n), i
}

// Bad is the index behind the end: what a read function returns that could not.
func Bad(src []byte) int { return len(src) + 1 }
