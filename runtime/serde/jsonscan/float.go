package jsonscan

import (
	"math"
	"strconv"
)

// number is a scanned JSON number: its text and, when at most 19 digits are significant, its value as
// mantissa * 10^exponent.
type number struct {
	start, end int
	mantissa   uint64
	exponent   int
	negative   bool
	exact      bool
}

// number scans the number that begins at i, which is no white space. ok is false when there is none, and end is then the
// offending byte.
func (s *Scanner) number(i int) (n number, ok bool) {
	src := s.Src
	n.start = i
	if i < len(src) && src[i] == '-' {
		n.negative = true
		i++
	}
	first := i
	for i < len(src) && src[i]-'0' <= 9 {
		n.mantissa = n.mantissa*10 + uint64(src[i]-'0')
		i++
	}
	width := i - first
	if width == 0 || width > 1 && src[first] == '0' {
		n.end = first + min(width, 1) // the digit behind a leading zero offends
		return n, false
	}
	if i < len(src) && src[i] == '.' {
		i++
		point := i
		for i < len(src) && src[i]-'0' <= 9 {
			n.mantissa = n.mantissa*10 + uint64(src[i]-'0')
			i++
		}
		n.exponent = point - i
		width += i - point
		if i == point {
			n.end = i
			return n, false
		}
	}
	if i < len(src) && src[i]|0x20 == 'e' {
		i++
		down := false
		if i < len(src) && (src[i] == '-' || src[i] == '+') {
			down = src[i] == '-'
			i++
		}
		begin, e := i, 0
		for i < len(src) && src[i]-'0' <= 9 {
			e = min(e*10+int(src[i]-'0'), 100_000)
			i++
		}
		if i == begin {
			n.end = i
			return n, false
		}
		if down {
			e = -e
		}
		n.exponent += e
	}
	n.end = i
	n.exact = width <= 19
	return n, true
}

// Float64 reads a number that fits float64; null is 0.
func (s *Scanner) Float64(i int, p *float64) (int, error) {
	if i < len(s.Src) && s.Src[i] <= ' ' {
		i = space(s.Src, i)
	}
	n, ok := s.number(i)
	if !ok {
		*p = 0
		return s.noNumber(n)
	}
	if n.exact && n.mantissa < 1<<53 && -22 <= n.exponent && n.exponent <= 22 {
		// Both operands are exact, so the one operation rounds correctly.
		f := float64(n.mantissa)
		if n.negative {
			f = -f
		}
		if n.exponent < 0 {
			*p = f / pow10[-n.exponent]
		} else {
			*p = f * pow10[n.exponent]
		}
		return n.end, nil
	}
	f, err := strconv.ParseFloat(string(s.Src[n.start:n.end]), 64)
	if err != nil {
		return i, s.fail(i, "the number is out of range")
	}
	*p = f
	return n.end, nil
}

// Float32 reads a number that fits float32; null is 0.
func (s *Scanner) Float32(i int, p *float32) (int, error) {
	if i < len(s.Src) && s.Src[i] <= ' ' {
		i = space(s.Src, i)
	}
	n, ok := s.number(i)
	if !ok {
		*p = 0
		return s.noNumber(n)
	}
	if n.exact && n.mantissa < 1<<24 && -10 <= n.exponent && n.exponent <= 10 {
		f := float32(n.mantissa)
		if n.negative {
			f = -f
		}
		if n.exponent < 0 {
			*p = f / float32(pow10[-n.exponent])
		} else {
			*p = f * float32(pow10[n.exponent])
		}
		return n.end, nil
	}
	f, err := strconv.ParseFloat(string(s.Src[n.start:n.end]), 32)
	if err != nil {
		return i, s.fail(i, "the number is out of range")
	}
	*p = float32(f)
	return n.end, nil
}

//go:noinline
func (s *Scanner) noNumber(n number) (int, error) {
	if s.At(n.start, "null") {
		return n.start + len("null"), nil
	}
	return n.end, s.unexpected(n.end, "a number")
}

// pow10 holds the powers of ten that float64 represents exactly; up to 10^10 float32 does too.
var pow10 = [...]float64{
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
}

// AppendFloat64 appends f as encoding/json/v2 does: the shortest text that reads back as f, with an exponent below 1e-6
// and from 1e21 on. NaN and the infinities are an error.
func AppendFloat64(dst []byte, f float64) ([]byte, error) {
	return appendFloat(dst, f, 64)
}

// AppendFloat32 is AppendFloat64 for float32.
func AppendFloat32(dst []byte, f float32) ([]byte, error) {
	return appendFloat(dst, float64(f), 32)
}

func appendFloat(dst []byte, f float64, bits int) ([]byte, error) {
	size := math.Abs(f)
	if math.IsNaN(f) || size > math.MaxFloat64 {
		return dst, unwritable("NaN and infinities have no JSON form")
	}
	small, large, dense := size < 1e-6, size >= 1e21, size < 1<<53
	if bits == 32 {
		small, large, dense = float32(size) < 1e-6, float32(size) >= 1e21, size < 1<<24
	}
	if size == 0 || !small && !large {
		// Where every integer has its own float, a whole number's shortest text is the integer's.
		if whole := int64(size); dense && float64(whole) == size {
			if math.Signbit(f) {
				dst = append(dst, '-')
			}
			return strconv.AppendInt(dst, whole, 10), nil
		}
		return strconv.AppendFloat(dst, f, 'f', -1, bits), nil
	}
	dst = strconv.AppendFloat(dst, f, 'e', -1, bits)
	// The exponent has two digits at least: e-09 becomes e-9.
	if n := len(dst); dst[n-4] == 'e' && dst[n-2] == '0' && dst[n-3] == '-' {
		dst[n-2] = dst[n-1]
		dst = dst[:n-1]
	}
	return dst, nil
}
