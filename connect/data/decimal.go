package data

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// DecimalName is the name of the logical type of decimal numbers: bytes that hold the unscaled value as two's complement, big
// endian, and the scale as a parameter of the schema.
const DecimalName = "org.apache.kafka.connect.data.Decimal"

// scaleParameter is the parameter that holds a decimal schema's scale.
const scaleParameter = "scale"

// Decimal is the number Unscaled * 10^-Scale, as Java's BigDecimal: 1.50 and 1.5 are different values. It is immutable: Unscaled is shared and must
// not be changed; nil counts as 0.
type Decimal struct {
	Unscaled *big.Int
	Scale    int32
}

var zero = new(big.Int)

// Int returns the unscaled value, never nil.
func (d Decimal) Int() *big.Int {
	if d.Unscaled == nil {
		return zero
	}
	return d.Unscaled
}

// DecimalSchema starts the schema of decimals of a scale.
func DecimalSchema(scale int32) *Builder {
	return NewBuilder(TypeBytes).Name(DecimalName).Parameter(scaleParameter, strconv.Itoa(int(scale))).Version(1)
}

// DecimalScale returns the scale of a decimal's schema.
func DecimalScale(s *Schema) (int32, error) {
	text, ok := s.Parameter(scaleParameter)
	if !ok {
		if s.params == nil {
			return 0, ErrorOf(NullPointerException, `Cannot invoke "java.util.Map.get(Object)" because the return value of "org.apache.kafka.connect.data.Schema.parameters()" is null`)
		}
		return 0, Errorf("Invalid Decimal schema: scale parameter not found.")
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		return 0, Errorf("Invalid scale parameter found in Decimal schema: ").Because(err)
	}
	return int32(n), nil
}

// DecimalBytes returns the bytes of a decimal, whose scale must be the schema's.
func DecimalBytes(s *Schema, d Decimal) ([]byte, error) {
	scale, err := DecimalScale(s)
	if err != nil {
		return nil, err
	}
	if scale != d.Scale {
		return nil, Errorf("Decimal value has mismatching scale for given Decimal schema. Schema has scale %d, value has scale %d.", scale, d.Scale)
	}
	return AppendTwosComplement(nil, d.Int()), nil
}

// DecimalOf returns the decimal that bytes hold under a schema.
func DecimalOf(s *Schema, b []byte) (Decimal, error) {
	if len(b) == 0 {
		return Decimal{}, ErrorOf(NumberFormatException, "Zero length BigInteger")
	}
	scale, err := DecimalScale(s)
	if err != nil {
		return Decimal{}, err
	}
	return Decimal{FromTwosComplement(b), scale}, nil
}

// AppendTwosComplement appends the shortest two's complement of n, big endian, at least one byte.
func AppendTwosComplement(dst []byte, n *big.Int) []byte {
	switch n.Sign() {
	case 0:
		return append(dst, 0)
	case 1:
		if n.BitLen()%8 == 0 {
			dst = append(dst, 0)
		}
		return append(dst, n.Bytes()...)
	}
	m := new(big.Int).Not(n) // -n-1, whose complement is n
	size := m.BitLen()/8 + 1
	at := len(dst)
	dst = append(dst, make([]byte, size)...)
	m.FillBytes(dst[at:])
	for i := at; i < len(dst); i++ {
		dst[i] = ^dst[i]
	}
	return dst
}

// FromTwosComplement reads a number in two's complement, big endian.
func FromTwosComplement(b []byte) *big.Int {
	n := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(len(b))*8))
	}
	return n
}

// String returns BigDecimal's text, which has an exponent where the scale is negative or the number very small: 1.50, 1E+3.
func (d Decimal) String() string { return string(d.Append(nil)) }

// Append appends String.
func (d Decimal) Append(dst []byte) []byte {
	digits := d.Int().Append(nil, 10)
	if d.Scale == 0 {
		return append(dst, digits...)
	}
	if digits[0] == '-' {
		dst, digits = append(dst, '-'), digits[1:]
	}
	adjusted := int64(len(digits)) - 1 - int64(d.Scale)
	if d.Scale > 0 && adjusted >= -6 {
		return appendPoint(dst, digits, int(d.Scale))
	}
	dst = append(dst, digits[0])
	if len(digits) > 1 {
		dst = append(append(dst, '.'), digits[1:]...)
	}
	if adjusted != 0 {
		dst = append(dst, 'E')
		if adjusted > 0 {
			dst = append(dst, '+')
		}
		dst = strconv.AppendInt(dst, adjusted, 10)
	}
	return dst
}

// appendPoint appends digits with scale of them behind the point.
func appendPoint(dst, digits []byte, scale int) []byte {
	if len(digits) > scale {
		dst = append(append(dst, digits[:len(digits)-scale]...), '.')
		return append(dst, digits[len(digits)-scale:]...)
	}
	dst = append(dst, "0."...)
	for range scale - len(digits) {
		dst = append(dst, '0')
	}
	return append(dst, digits...)
}

// ParseDecimal reads a number as BigDecimal does: digits with an optional sign, point and exponent.
func ParseDecimal(text string) (Decimal, error) {
	fail := func() (Decimal, error) {
		return Decimal{}, ErrorOf(NumberFormatException, "%q is no decimal number", text)
	}
	rest := text
	if rest != "" && (rest[0] == '-' || rest[0] == '+') {
		rest = rest[1:]
	}
	exponent := int64(0)
	if i := strings.IndexAny(rest, "eE"); i >= 0 {
		digits := rest[i+1:]
		if digits != "" && digits[0] == '+' {
			digits = digits[1:]
			if digits != "" && digits[0] == '-' {
				return fail()
			}
		}
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil || len(strings.TrimLeft(digits, "-0")) > 10 {
			return fail()
		}
		exponent, rest = n, rest[:i]
	}
	whole, fraction, _ := strings.Cut(rest, ".")
	if whole+fraction == "" {
		return fail()
	}
	for _, c := range []byte(whole + fraction) {
		if c < '0' || c > '9' {
			return fail()
		}
	}
	scale := int64(len(fraction)) - exponent
	if scale < math.MinInt32 || scale > math.MaxInt32 {
		return fail()
	}
	n, ok := new(big.Int).SetString(whole+fraction, 10)
	if !ok {
		return fail()
	}
	if text[0] == '-' {
		n.Neg(n)
	}
	return Decimal{n, int32(scale)}, nil
}

// Truncated returns the low 64 bits of the number without its fraction, as BigDecimal.longValue does.
func (d Decimal) Truncated() int64 {
	n := d.Int()
	switch {
	case n.Sign() == 0:
		return 0
	case d.Scale == 0:
	case d.Scale > 0:
		if int64(d.Scale) > int64(n.BitLen()) { // 10^scale > 2^scale > |n|
			return 0
		}
		n = new(big.Int).Quo(n, pow10(int64(d.Scale)))
	case d.Scale <= -64: // a multiple of 2^64
		return 0
	default:
		n = new(big.Int).Mul(n, pow10(-int64(d.Scale)))
	}
	low := new(big.Int).And(new(big.Int).Abs(n), maxUint64).Uint64()
	if n.Sign() < 0 {
		return -int64(low)
	}
	return int64(low)
}

var maxUint64 = new(big.Int).SetUint64(math.MaxUint64)

func pow10(n int64) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(n), nil) }

// Float64 returns the nearest double, infinite beyond its range.
func (d Decimal) Float64() float64 {
	f, _ := strconv.ParseFloat(string(d.Append(nil)), 64) // out of range is an infinity of the right sign
	return f
}

// Float32 returns the nearest float, infinite beyond its range.
func (d Decimal) Float32() float32 {
	f, _ := strconv.ParseFloat(string(d.Append(nil)), 32)
	return float32(f)
}

// DecimalOfFloat returns the decimal of a double's shortest text, as BigDecimal.valueOf does. It must be finite.
func DecimalOfFloat(f float64) (Decimal, error) { return ParseDecimal(string(AppendFloat64(nil, f))) }
