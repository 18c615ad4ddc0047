package data

import (
	"bytes"
	"math"
	"math/big"
	"time"
	"unicode/utf8"
)

// Equal reports whether two values are equal as Java's equals has it: types must be the same, NaN equals NaN, 0.0 differs
// from -0.0, 1.0 from 1.00. Bytes are compared by what they hold.
func Equal(a, b any) bool {
	switch x := a.(type) {
	case nil:
		return b == nil
	case string:
		y, ok := b.(string)
		return ok && x == y
	case int64:
		y, ok := b.(int64)
		return ok && x == y
	case int32:
		y, ok := b.(int32)
		return ok && x == y
	case int16:
		y, ok := b.(int16)
		return ok && x == y
	case int8:
		y, ok := b.(int8)
		return ok && x == y
	case bool:
		y, ok := b.(bool)
		return ok && x == y
	case float32:
		y, ok := b.(float32)
		return ok && floatBits32(x) == floatBits32(y)
	case float64:
		y, ok := b.(float64)
		return ok && floatBits64(x) == floatBits64(y)
	case []byte:
		y, ok := b.([]byte)
		return ok && bytes.Equal(x, y)
	case []any:
		y, ok := b.([]any)
		if !ok || len(x) != len(y) {
			return false
		}
		for i := range x {
			if !Equal(x[i], y[i]) {
				return false
			}
		}
		return true
	case *Map:
		y, ok := b.(*Map)
		return ok && x.Equal(y)
	case *Struct:
		y, ok := b.(*Struct)
		return ok && x.Equal(y)
	case Decimal:
		y, ok := b.(Decimal)
		return ok && x.Scale == y.Scale && x.Int().Cmp(y.Int()) == 0
	case time.Time:
		y, ok := b.(time.Time)
		return ok && x.UnixMilli() == y.UnixMilli()
	}
	return false
}

func floatBits32(f float32) uint32 {
	if f != f {
		return 0x7fc00000 // all NaN are one in Java
	}
	return math.Float32bits(f)
}

func floatBits64(f float64) uint64 {
	if f != f {
		return 0x7ff8000000000000
	}
	return math.Float64bits(f)
}

// HashCode returns what Java's hashCode returns, which decides the order of a HashMap. Structs and bytes, whose hash in Java is
// another in each process, have one that depends on what they hold.
func HashCode(v any) int32 {
	switch v := v.(type) {
	case string:
		return hashString(v)
	case int64:
		return fold(uint64(v))
	case int32:
		return v
	case int16:
		return int32(v)
	case int8:
		return int32(v)
	case bool:
		if v {
			return 1231
		}
		return 1237
	case float32:
		return int32(floatBits32(v))
	case float64:
		return fold(floatBits64(v))
	case []byte:
		h := int32(1)
		for _, b := range v {
			h = 31*h + int32(int8(b))
		}
		return h
	case []any:
		h := int32(1)
		for _, e := range v {
			h = 31*h + HashCode(e)
		}
		return h
	case *Map:
		h := int32(0)
		for k, e := range v.All() {
			h += HashCode(k) ^ HashCode(e)
		}
		return h
	case *Struct:
		h := int32(v.schema.hash)
		for _, e := range v.values {
			h = 31*h + HashCode(e)
		}
		return h
	case Decimal:
		return 31*hashInt(v.Int()) + v.Scale
	case time.Time:
		return fold(uint64(v.UnixMilli()))
	}
	return 0
}

func fold(v uint64) int32 { return int32(v ^ v>>32) }

// hashString is String.hashCode, which runs over UTF-16.
func hashString(s string) int32 {
	h := int32(0)
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			h = 31*h + int32(c)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		if r >= 0x10000 {
			r -= 0x10000
			h = 31*h + 0xd800 + r>>10
			r = 0xdc00 + r&0x3ff
		}
		h = 31*h + r
	}
	return h
}

// hashInt is BigInteger.hashCode.
func hashInt(n *big.Int) int32 {
	b := n.Bytes()
	h := uint32(0)
	for len(b) > 0 {
		head := len(b) % 4
		if head == 0 {
			head = 4
		}
		word := uint32(0)
		for _, c := range b[:head] {
			word = word<<8 | uint32(c)
		}
		h = 31*h + word
		b = b[head:]
	}
	if n.Sign() < 0 {
		return -int32(h)
	}
	return int32(h)
}
