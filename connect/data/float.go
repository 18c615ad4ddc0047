package data

import (
	"math"
	"strconv"
)

// AppendFloat64 appends a double as Double.toString writes it since JDK 19: the shortest digits that read back as the same
// number, at least one behind the point, an exponent from 10^7 on and below 10^-3.
func AppendFloat64(dst []byte, f float64) []byte { return appendFloat(dst, f, 64) }

// AppendFloat32 appends a float as Float.toString writes it since JDK 19.
func AppendFloat32(dst []byte, f float32) []byte { return appendFloat(dst, float64(f), 32) }

func appendFloat(dst []byte, f float64, bits int) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, "NaN"...)
	case math.IsInf(f, 1):
		return append(dst, "Infinity"...)
	case math.IsInf(f, -1):
		return append(dst, "-Infinity"...)
	case f == 0:
		if math.Signbit(f) {
			dst = append(dst, '-')
		}
		return append(dst, "0.0"...)
	}
	if abs := math.Abs(f); abs >= 1e-3 && abs < 1e7 {
		n := len(dst)
		dst = strconv.AppendFloat(dst, f, 'f', -1, bits)
		for _, c := range dst[n:] {
			if c == '.' {
				return dst
			}
		}
		return append(dst, ".0"...)
	}
	n := len(dst)
	dst = strconv.AppendFloat(dst, f, 'e', -1, bits)
	head := n
	if dst[head] == '-' {
		head++
	}
	if dst[head+1] == 'e' { // one digit: Java takes the nearest of those with two
		var two [32]byte
		text := strconv.AppendFloat(two[:0], f, 'e', 1, bits)
		if back, err := strconv.ParseFloat(string(text), bits); err == nil && back == f {
			dst = append(dst[:n], text...)
		} else {
			digit := dst[head]
			exponent := append(two[:0], dst[head+1:]...)
			dst = append(append(dst[:head], digit, '.', '0'), exponent...)
		}
	}
	// Go writes e+09 and e-05 where Java writes E9 and E-5.
	e := len(dst) - 1
	for dst[e] != 'e' {
		e--
	}
	dst[e] = 'E'
	exponent, _ := strconv.Atoi(string(dst[e+1:]))
	return strconv.AppendInt(dst[:e+1], int64(exponent), 10)
}
