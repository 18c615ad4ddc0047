package jsonscan

import (
	"encoding/binary"
	"math"
)

// Int reads an integer that fits int; null is 0.
func (s *Scanner) Int(i int, p *int) (int, error) {
	n, i, err := s.signed(i, math.MaxInt)
	*p = int(n)
	return i, err
}

// Int8 reads an integer that fits int8; null is 0.
func (s *Scanner) Int8(i int, p *int8) (int, error) {
	n, i, err := s.signed(i, math.MaxInt8)
	*p = int8(n)
	return i, err
}

// Int16 reads an integer that fits int16; null is 0.
func (s *Scanner) Int16(i int, p *int16) (int, error) {
	n, i, err := s.signed(i, math.MaxInt16)
	*p = int16(n)
	return i, err
}

// Int32 reads an integer that fits int32; null is 0.
func (s *Scanner) Int32(i int, p *int32) (int, error) {
	n, i, err := s.signed(i, math.MaxInt32)
	*p = int32(n)
	return i, err
}

// Int64 reads an integer that fits int64; null is 0.
func (s *Scanner) Int64(i int, p *int64) (int, error) {
	n, i, err := s.signed(i, math.MaxInt64)
	*p = n
	return i, err
}

// Uint reads an integer that fits uint; null is 0.
func (s *Scanner) Uint(i int, p *uint) (int, error) {
	n, i, err := s.unsigned(i, math.MaxUint)
	*p = uint(n)
	return i, err
}

// Uint8 reads an integer that fits uint8; null is 0.
func (s *Scanner) Uint8(i int, p *uint8) (int, error) {
	n, i, err := s.unsigned(i, math.MaxUint8)
	*p = uint8(n)
	return i, err
}

// Uint16 reads an integer that fits uint16; null is 0.
func (s *Scanner) Uint16(i int, p *uint16) (int, error) {
	n, i, err := s.unsigned(i, math.MaxUint16)
	*p = uint16(n)
	return i, err
}

// Uint32 reads an integer that fits uint32; null is 0.
func (s *Scanner) Uint32(i int, p *uint32) (int, error) {
	n, i, err := s.unsigned(i, math.MaxUint32)
	*p = uint32(n)
	return i, err
}

// Uint64 reads an integer that fits uint64; null is 0.
func (s *Scanner) Uint64(i int, p *uint64) (int, error) {
	n, i, err := s.unsigned(i, math.MaxUint64)
	*p = n
	return i, err
}

// Uintptr reads an integer that fits uintptr; null is 0.
func (s *Scanner) Uintptr(i int, p *uintptr) (int, error) {
	n, i, err := s.unsigned(i, math.MaxUint)
	*p = uintptr(n)
	return i, err
}

// Bool reads true or false; null is false.
func (s *Scanner) Bool(i int, p *bool) (int, error) {
	if i < len(s.Src) && s.Src[i] <= ' ' {
		i = space(s.Src, i)
	}
	switch {
	case s.At(i, "true"):
		*p = true
		return i + len("true"), nil
	case s.At(i, "false"):
		*p = false
		return i + len("false"), nil
	case s.At(i, "null"):
		*p = false
		return i + len("null"), nil
	}
	return i, s.unexpected(i, "true or false")
}

// signed reads an integer from -limit-1 to limit.
func (s *Scanner) signed(i int, limit uint64) (int64, int, error) {
	src := s.Src
	if i < len(src) && src[i] <= ' ' {
		i = space(src, i)
	}
	start := i
	negative := i < len(src) && src[i] == '-'
	if negative {
		i++
		limit++
	}
	n, i, ok := digits(src, i)
	if !ok || n > limit {
		return s.noInteger(start, i)
	}
	if negative {
		return -int64(n), i, nil
	}
	return int64(n), i, nil
}

// unsigned reads an integer from 0 to limit.
func (s *Scanner) unsigned(i int, limit uint64) (uint64, int, error) {
	src := s.Src
	if i < len(src) && src[i] <= ' ' {
		i = space(src, i)
	}
	n, next, ok := digits(src, i)
	if !ok || n > limit {
		_, next, err := s.noInteger(i, next)
		return 0, next, err
	}
	return n, next, nil
}

// digits reads a run of decimal digits that is a whole JSON number without sign: not empty, no leading zero, neither
// fraction nor exponent behind it, and at most 2^64-1.
func digits(src []byte, i int) (n uint64, next int, ok bool) {
	start := i
	for len(src)-i >= 8 && i-start < 16 {
		w := binary.LittleEndian.Uint64(src[i:])
		if (w&(w+6*ones))&(0xf0*ones) != 0x30*ones {
			break
		}
		n, i = n*100_000_000+eightDigits(w), i+8
	}
	// Nineteen digits always fit.
	for end := min(len(src), start+19); i < end; i++ {
		c := src[i] - '0'
		if c > 9 {
			break
		}
		n = n*10 + uint64(c)
	}
	for i-start >= 19 && i < len(src) && src[i]-'0' <= 9 {
		c := uint64(src[i] - '0')
		if i-start > 19 || n > (math.MaxUint64-c)/10 {
			return 0, i, false
		}
		n, i = n*10+c, i+1
	}
	if i == start || src[start] == '0' && i-start > 1 {
		return 0, i, false
	}
	if i < len(src) && (src[i] == '.' || src[i]|0x20 == 'e') {
		return 0, i, false
	}
	return n, i, true
}

// eightDigits is the number that eight digits stand for, the first of them in the lowest byte: neighbours are joined to
// numbers of two digits, those to numbers of four, and those to one of eight.
func eightDigits(w uint64) uint64 {
	w -= '0' * ones
	w = w*10 + w>>8
	return ((w&0x000000ff000000ff)*(100+1_000_000<<32) + (w>>16&0x000000ff000000ff)*(1+10_000<<32)) >> 32
}

// noInteger is the other half of signed and unsigned: what begins at start and failed at i is null or a fault.
//
//go:noinline
func (s *Scanner) noInteger(start, i int) (int64, int, error) {
	if s.At(start, "null") {
		return 0, start + len("null"), nil
	}
	n, ok := s.number(start)
	if !ok {
		return 0, n.end, s.unexpected(n.end, "an integer")
	}
	for _, c := range s.Src[start:n.end] {
		if c == '.' || c|0x20 == 'e' {
			return 0, start, s.fail(start, "the number is not an integer")
		}
	}
	return 0, start, s.fail(start, "the number is out of range")
}
