package convert

import (
	"bytes"
	"math/big"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/streamgen/streamgen/connect/data"
)

// The limits of Jackson, on which Connect's converter stands. They also bound what a document can cost here.
const (
	maxDepth  = 1000
	maxNumber = 1000
	maxName   = 50_000
)

// scanner reads JSON as Jackson does when it stands under Connect's converter: leading zeros are allowed, what follows the first value does not count. All
// methods take and return positions in src.
type scanner struct {
	src   []byte
	depth int
	text  []byte // of the last string that had escapes
}

// syntaxError is a document that is no JSON.
type syntaxError struct {
	at   int
	text string
}

func (e *syntaxError) Error() string { return "at byte " + strconv.Itoa(e.at) + ": " + e.text }

func (s *scanner) fail(at int, text string) error { return &syntaxError{at, text} }

func (s *scanner) space(i int) int {
	for i < len(s.src) && (s.src[i] == ' ' || s.src[i] == '\n' || s.src[i] == '\t' || s.src[i] == '\r') {
		i++
	}
	return i
}

// start returns where the document's value begins; none is true for one that has no value at all.
func (s *scanner) start() (i int, none bool) {
	if bytes.HasPrefix(s.src, []byte("\xef\xbb\xbf")) {
		i = 3
	}
	i = s.space(i)
	return i, i == len(s.src)
}

// end checks what follows the document's value: numbers must be followed by white space or nothing, anything may follow other
// values.
func (s *scanner) end(begin, i int) error {
	if c := s.src[begin]; (c == '-' || digit(c)) && i < len(s.src) && s.space(i) == i {
		return s.fail(i, "a number must be followed by white space")
	}
	return nil
}

func digit(c byte) bool { return c-'0' <= 9 }

func (s *scanner) enter(i int, end byte) (next int, more bool, err error) {
	if s.depth == maxDepth {
		return i, false, s.fail(i, "objects and arrays are nested deeper than 1000")
	}
	i = s.space(i + 1)
	if i < len(s.src) && s.src[i] == end {
		return i + 1, false, nil
	}
	s.depth++
	return i, true, nil
}

func (s *scanner) next(i int, end byte) (next int, more bool, err error) {
	i = s.space(i)
	if i < len(s.src) {
		switch s.src[i] {
		case ',':
			return s.space(i + 1), true, nil
		case end:
			s.depth--
			return i + 1, false, nil
		}
	}
	return i, false, s.fail(i, "',' or '"+string(end)+"' is missing")
}

// name reads a member's name and the colon behind it. The text is valid until the next string is read.
func (s *scanner) name(i int) (text []byte, next int, err error) {
	if i >= len(s.src) || s.src[i] != '"' {
		return nil, i, s.fail(i, "a member's name is missing")
	}
	text, i, err = s.str(i)
	if err != nil {
		return nil, i, err
	}
	if len(text) > maxName {
		return nil, i, s.fail(i, "a member's name is longer than 50000 bytes")
	}
	i = s.space(i)
	if i >= len(s.src) || s.src[i] != ':' {
		return nil, i, s.fail(i, "':' is missing")
	}
	return text, s.space(i + 1), nil
}

// str reads the string that begins with the quote at i. The text lies in the document, or in a buffer that the next string with
// an escape overwrites.
func (s *scanner) str(i int) (text []byte, next int, err error) {
	src := s.src
	i++
	start := i
	for i < len(src) {
		switch c := src[i]; {
		case c == '"':
			return src[start:i], i + 1, nil
		case c == '\\':
			return s.escaped(start, i)
		case c < ' ':
			return nil, i, s.fail(i, "a control character in a string")
		case c < utf8.RuneSelf:
			i++
		default:
			_, n := utf8.DecodeRune(src[i:])
			if n == 1 {
				return nil, i, s.fail(i, "a string is not UTF-8")
			}
			i += n
		}
	}
	return nil, i, s.fail(i, "a string does not end")
}

func (s *scanner) escaped(start, i int) (text []byte, next int, err error) {
	src := s.src
	text = append(s.text[:0], src[start:i]...)
	for i < len(src) {
		c := src[i]
		switch {
		case c == '"':
			s.text = text
			return text, i + 1, nil
		case c < ' ':
			return nil, i, s.fail(i, "a control character in a string")
		case c < utf8.RuneSelf && c != '\\':
			text = append(text, c)
			i++
			continue
		case c != '\\':
			_, n := utf8.DecodeRune(src[i:])
			if n == 1 {
				return nil, i, s.fail(i, "a string is not UTF-8")
			}
			text = append(text, src[i:i+n]...)
			i += n
			continue
		}
		if i+1 >= len(src) {
			break
		}
		i += 2
		switch src[i-1] {
		case '"', '\\', '/':
			text = append(text, src[i-1])
		case 'b':
			text = append(text, '\b')
		case 'f':
			text = append(text, '\f')
		case 'n':
			text = append(text, '\n')
		case 'r':
			text = append(text, '\r')
		case 't':
			text = append(text, '\t')
		case 'u':
			r, ok := hex4(src, i)
			if !ok {
				return nil, i, s.fail(i, `\u needs four hexadecimal digits`)
			}
			i += 4
			if utf16.IsSurrogate(r) {
				// Half a pair, which Java keeps and Go's strings cannot hold, becomes the replacement character.
				low := rune(0)
				if i+1 < len(src) && src[i] == '\\' && src[i+1] == 'u' {
					low, _ = hex4(src, i+2)
				}
				if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
					i += 6
				}
			}
			text = utf8.AppendRune(text, r)
		default:
			return nil, i, s.fail(i-1, "an escape that JSON does not have")
		}
	}
	return nil, i, s.fail(i, "a string does not end")
}

func hex4(src []byte, i int) (r rune, ok bool) {
	if len(src)-i < 4 {
		return 0, false
	}
	for _, c := range src[i : i+4] {
		switch {
		case c-'0' <= 9:
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// number is a number's text.
type number struct {
	text     []byte
	integral bool
}

func (s *scanner) number(i int) (n number, next int, err error) {
	src, start := s.src, i
	n.integral = true
	if i < len(src) && src[i] == '-' {
		i++
	}
	digits := i
	for i < len(src) && digit(src[i]) {
		i++
	}
	if i == digits {
		return n, i, s.fail(i, "a number needs digits")
	}
	if i < len(src) && src[i] == '.' {
		n.integral = false
		i++
		digits = i
		for i < len(src) && digit(src[i]) {
			i++
		}
		if i == digits {
			return n, i, s.fail(i, "a number needs digits behind its point")
		}
	}
	if i < len(src) && src[i]|0x20 == 'e' {
		n.integral = false
		i++
		if i < len(src) && (src[i] == '+' || src[i] == '-') {
			i++
		}
		digits = i
		for i < len(src) && digit(src[i]) {
			i++
		}
		if i == digits {
			return n, i, s.fail(i, "a number needs digits in its exponent")
		}
	}
	if n.text = src[start:i]; len(n.text) > maxNumber {
		return n, i, s.fail(i, "a number is longer than 1000 characters")
	}
	if !n.integral {
		// An exponent that Java's decimals cannot have is refused when it is read.
		if bytes.IndexAny(n.text, "eE") >= 0 {
			if _, err := data.ParseDecimal(string(n.text)); err != nil {
				return n, i, s.fail(i, "a number's exponent is out of range")
			}
		}
	}
	return n, i, nil
}

// low returns the low 64 bits of the number without its fraction; fits says that they are the number's whole part.
func (n number) low() (v int64, fits bool) {
	if !n.integral {
		return n.decimal().Truncated(), false
	}
	text, negative := n.text, false
	if text[0] == '-' {
		text, negative = text[1:], true
	}
	if len(text) <= 18 {
		for _, c := range text {
			v = v*10 + int64(c-'0')
		}
		if negative {
			v = -v
		}
		return v, true
	}
	v, err := strconv.ParseInt(string(n.text), 10, 64)
	if err == nil {
		return v, true
	}
	return n.decimal().Truncated(), false
}

// int32 returns the low 32 bits, as Java's intValue; fits says that they are the number.
func (n number) int32() (v int32, fits bool) {
	low, whole := n.low()
	return int32(low), whole && int64(int32(low)) == low
}

func (n number) float(bits int) float64 {
	f, _ := strconv.ParseFloat(string(n.text), bits) // beyond the range it is an infinity of the right sign
	if f == 0 && !nonZero(n.text) {
		return 0 // Java's decimals have no negative zero; what is too small for a double keeps its sign
	}
	return f
}

// nonZero reports whether a number has a digit other than 0 before its exponent.
func nonZero(text []byte) bool {
	for _, c := range text {
		switch {
		case c|0x20 == 'e':
			return false
		case c >= '1' && c <= '9':
			return true
		}
	}
	return false
}

func (n number) decimal() data.Decimal {
	if d, err := data.ParseDecimal(string(n.text)); err == nil {
		return d
	}
	return data.Decimal{Unscaled: new(big.Int)} // not reached: number has checked the text
}

// literal checks that one of JSON's three words stands at i.
func (s *scanner) literal(i int, word string) (next int, err error) {
	if len(s.src)-i < len(word) || string(s.src[i:i+len(word)]) != word {
		return i, s.fail(i, "a value is missing")
	}
	i += len(word)
	if i < len(s.src) {
		if c := s.src[i]; digit(c) || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c == '$' || c >= utf8.RuneSelf {
			return i, s.fail(i, "a value is missing")
		}
	}
	return i, nil
}

// skip goes behind a value and checks it.
func (s *scanner) skip(i int) (next int, err error) {
	if i >= len(s.src) {
		return i, s.fail(i, "a value is missing")
	}
	switch c := s.src[i]; c {
	case '"':
		_, i, err = s.str(i)
		return i, err
	case '{':
		i, more, err := s.enter(i, '}')
		for more && err == nil {
			if _, i, err = s.name(i); err != nil {
				break
			}
			if i, err = s.skip(i); err != nil {
				break
			}
			i, more, err = s.next(i, '}')
		}
		return i, err
	case '[':
		i, more, err := s.enter(i, ']')
		for more && err == nil {
			if i, err = s.skip(i); err != nil {
				break
			}
			i, more, err = s.next(i, ']')
		}
		return i, err
	case 't':
		return s.literal(i, "true")
	case 'f':
		return s.literal(i, "false")
	case 'n':
		return s.literal(i, "null")
	default:
		_, i, err = s.number(i)
		return i, err
	}
}

// kind returns Jackson's name of the kind of node at i, as Connect's texts print it.
func (s *scanner) kind(i int) string {
	switch s.src[i] {
	case '"':
		return "STRING"
	case '{':
		return "OBJECT"
	case '[':
		return "ARRAY"
	case 't', 'f':
		return "BOOLEAN"
	case 'n':
		return "NULL"
	}
	return "NUMBER"
}
