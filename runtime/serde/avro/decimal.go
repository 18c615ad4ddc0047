package avro

import (
	"fmt"
	"math/big"
)

// MaxDecimal is the largest decimal that is read, in bytes: big numbers cost time beyond their size.
const MaxDecimal = 4096

// Decimal makes a number of a decimal's bytes, two's complement, big-endian.
func Decimal(b []byte, scale int) *big.Rat {
	v := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0] >= 0x80 {
		v.Sub(v, new(big.Int).Lsh(big.NewInt(1), uint(len(b))*8))
	}
	return new(big.Rat).SetFrac(v, power(scale))
}

// ReadDecimal reads a decimal of bytes, or with size >= 0 of a fixed.
func ReadDecimal(src []byte, i, size, scale int) (*big.Rat, int) {
	var b []byte
	if size >= 0 {
		b, i = Fixed(src, i, size)
	} else {
		b, i = Text(src, i)
	}
	if i > len(src) || len(b) > MaxDecimal {
		return nil, len(src) + 1
	}
	return Decimal(b, scale), i
}

func power(scale int) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)
}

// AppendDecimal appends a decimal as bytes, or with size >= 0 as a fixed of so many. A number with more
// decimals than the scale, or more digits than the precision, is an error: nothing is rounded.
func AppendDecimal(dst []byte, v *big.Rat, size, precision, scale int) ([]byte, error) {
	if v == nil {
		return dst, fmt.Errorf("a decimal is nil")
	}
	scaled := new(big.Rat).Mul(v, new(big.Rat).SetInt(power(scale)))
	if !scaled.IsInt() {
		return dst, fmt.Errorf("%s has more than the %d decimals of its schema; round it", v.RatString(), scale)
	}
	n := scaled.Num()
	if new(big.Int).Abs(n).Cmp(power(precision)) >= 0 {
		return dst, fmt.Errorf("%s has more than the %d digits of its schema", v.RatString(), precision)
	}
	bits := n.BitLen()
	if n.Sign() < 0 {
		bits = new(big.Int).Add(n, big.NewInt(1)).BitLen()
	}
	length := bits/8 + 1
	if size >= 0 {
		if length > size {
			return dst, fmt.Errorf("%s does not fit a fixed of %d bytes", v.RatString(), size)
		}
		length = size
	} else {
		dst = AppendLong(dst, int64(length))
	}
	if n.Sign() < 0 {
		n = new(big.Int).Add(n, new(big.Int).Lsh(big.NewInt(1), uint(length)*8))
	}
	start := len(dst)
	dst = append(dst, make([]byte, length)...)
	n.FillBytes(dst[start:])
	return dst, nil
}
