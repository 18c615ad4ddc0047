package jsonscan

import (
	"strconv"
	"time"
	"unicode/utf8"
)

// What stands below says of a text whether an append function would write it: no white space, the shortest numbers, no
// escapes where none are needed. Each takes the index of a value and returns the one behind it, an index behind the end when
// the text is another one, or when that is not seen cheaply.

// Exactly is for text that must stand there as it is.
func Exactly(src []byte, i int, text string) int {
	if i > len(src) || len(src)-i < len(text) || string(src[i:i+len(text)]) != text {
		return len(src) + 1
	}
	return i + len(text)
}

// ExactMember is for the name of a member that may be missing: more when it stands there, behind what begins an object or
// parts members. name is quoted, with its colon.
func ExactMember(src []byte, i int, lead byte, name string) (next int, more bool) {
	if i >= len(src) || src[i] != lead {
		return i, false
	}
	if next = Exactly(src, i+1, name); next > len(src) {
		return i, false
	}
	return next, true
}

// ExactClose is for the end of an object none of whose members need be there; lead is '{' when none was.
func ExactClose(src []byte, i int, lead byte) int {
	if lead == '{' {
		return Exactly(src, i, "{}")
	}
	return Exactly(src, i, "}")
}

// ExactBool is for a boolean.
func ExactBool(src []byte, i int) int {
	if i < len(src) && src[i] == 't' {
		return Exactly(src, i, "true")
	}
	return Exactly(src, i, "false")
}

// ExactString is for a string without escapes.
func ExactString(src []byte, i int) int {
	_, next := ExactText(src, i)
	return next
}

// ExactText is ExactString for a text that is looked at.
func ExactText(src []byte, i int) (text []byte, next int) {
	if i >= len(src) || src[i] != '"' {
		return nil, len(src) + 1
	}
	start := i + 1
	for i = plain(src, start); i < len(src); i = plain(src, i) {
		if src[i] == '"' {
			return src[start:i], i + 1
		}
		if src[i] < utf8.RuneSelf { // an escape, or a control character
			break
		}
		_, n := utf8.DecodeRune(src[i:])
		if n == 1 {
			break
		}
		i += n
	}
	return nil, len(src) + 1
}

// ExactInt is for an integer of so many bits.
func ExactInt(src []byte, i, bits int) int {
	limit := uint64(1)<<(bits-1) - 1
	negative := i < len(src) && src[i] == '-'
	if negative {
		i++
		limit++
	}
	if i >= len(src) {
		return len(src) + 1
	}
	n, next, ok := digits(src, i)
	if !ok || n > limit || negative && n == 0 {
		return len(src) + 1
	}
	return next
}

// ExactUint is for an integer of so many bits without a sign.
func ExactUint(src []byte, i, bits int) int {
	if i >= len(src) {
		return len(src) + 1
	}
	n, next, ok := digits(src, i)
	if !ok || bits < 64 && n>>bits != 0 {
		return len(src) + 1
	}
	return next
}

// ExactFloat is for a number of so many bits. Two decimals of up to 15 digits (6 for 32 bits) that differ are different
// floats, so one of them is the shortest text of its float when it has no zeros to spare.
func ExactFloat(src []byte, i, bits int) int {
	most := 15
	if bits == 32 {
		most = 6
	}
	s := Scanner{Src: src}
	n, ok := s.number(i)
	if !ok {
		return len(src) + 1
	}
	width := n.end - i
	for _, c := range src[i:n.end] {
		switch c {
		case '-', '.':
			width--
		case 'e', 'E':
			return exactFloat(src, i, n.end, bits)
		}
	}
	decimals := -n.exponent
	switch {
	case width > most:
		return exactFloat(src, i, n.end, bits)
	case n.mantissa == 0 && n.end != i+1,
		n.mantissa != 0 && decimals > 0 && (src[n.end-1] == '0' || decimals > 6 && n.mantissa < uint64(pow10[decimals-6])):
		return len(src) + 1
	}
	return n.end
}

// exactFloat is ExactFloat for a number that is written again to see.
func exactFloat(src []byte, i, end, bits int) int {
	var again [40]byte
	if end-i > len(again) {
		return len(src) + 1
	}
	f, err := strconv.ParseFloat(string(src[i:end]), bits)
	if err != nil {
		return len(src) + 1
	}
	if text, err := appendFloat(again[:0], f, bits); err != nil || string(text) != string(src[i:end]) {
		return len(src) + 1
	}
	return end
}

// ExactTime is for a time of RFC 3339.
func ExactTime(src []byte, i int) int {
	text, next := ExactText(src, i)
	if next > len(src) {
		return next
	}
	var t time.Time
	var again [64]byte
	if t.UnmarshalText(text) != nil {
		return len(src) + 1
	}
	if b, err := t.AppendText(again[:0]); err != nil || string(b) != string(text) {
		return len(src) + 1
	}
	return next
}

// ExactBytes is for base64 of n bytes, of any number of them when n is negative.
func ExactBytes(src []byte, i, n int) int {
	text, next := ExactText(src, i)
	if next > len(src) || len(text)%4 != 0 {
		return len(src) + 1
	}
	size, spare := len(text)/4*3, byte(0)
	if size > 0 && text[len(text)-1] == '=' {
		text, size, spare = text[:len(text)-1], size-1, 0x3
		if text[len(text)-1] == '=' {
			text, size, spare = text[:len(text)-1], size-1, 0xf
		}
	}
	last := byte(0)
	for _, c := range text {
		switch {
		case 'A' <= c && c <= 'Z':
			last = c - 'A'
		case 'a' <= c && c <= 'z':
			last = c - 'a' + 26
		case c-'0' <= 9:
			last = c - '0' + 52
		case c == '+':
			last = 62
		case c == '/':
			last = 63
		default:
			return len(src) + 1
		}
	}
	if last&spare != 0 || n >= 0 && size != n {
		return len(src) + 1
	}
	return next
}

// ExactNumberName is for a member's name that is an integer, without the colon: the key of a map.
func ExactNumberName(name []byte, bits int, signed bool) bool {
	var end int
	if signed {
		end = ExactInt(name, 0, bits)
	} else {
		end = ExactUint(name, 0, bits)
	}
	return end == len(name)
}
