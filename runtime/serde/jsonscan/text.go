package jsonscan

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

// String reads a string; null is empty. The text is copied once.
func (s *Scanner) String(i int, p *string) (int, error) {
	src := s.Src
	if i < len(src) && src[i] <= ' ' {
		i = space(src, i)
	}
	if i >= len(src) || src[i] != '"' {
		*p = ""
		return s.noString(i)
	}
	i++
	end := plain(src, i)
	if end < len(src) && src[end] == '"' {
		*p = string(src[i:end])
		return end + 1, nil
	}
	text, end, err := s.quoted(i, end)
	if err != nil {
		return end, err
	}
	*p = string(text)
	return end, nil
}

// SkipString is String for a string that nobody reads: it is checked and not copied.
func (s *Scanner) SkipString(i int) (int, error) {
	src := s.Src
	if i < len(src) && src[i] <= ' ' {
		i = space(src, i)
	}
	if i >= len(src) || src[i] != '"' {
		return s.noString(i)
	}
	i++
	end := plain(src, i)
	if end < len(src) && src[end] == '"' {
		return end + 1, nil
	}
	_, end, err := s.quoted(i, end)
	return end, err
}

// Text returns the unescaped bytes of the string at i, which lie in the document unless there was an escape in them.
// null reports that null stood there.
func (s *Scanner) Text(i int) (text []byte, null bool, next int, err error) {
	src := s.Src
	i = space(src, i)
	if i >= len(src) || src[i] != '"' {
		i, err = s.noString(i)
		return nil, err == nil, i, err
	}
	i++
	text, next, err = s.quoted(i, plain(src, i))
	return text, false, next, err
}

//go:noinline
func (s *Scanner) noString(i int) (int, error) {
	if s.At(i, "null") {
		return i + len("null"), nil
	}
	return i, s.unexpected(i, "a string")
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// plain returns the index of the first byte at or behind i that is not plain inside a string: a quote, a backslash, a
// control character or a byte of a character beyond ASCII.
func plain(src []byte, i int) int {
	for i+8 <= len(src) {
		w := binary.LittleEndian.Uint64(src[i:])
		quote := w ^ '"'*ones
		slash := w ^ '\\'*ones
		// A byte's high bit is set where the byte is below a space, is a quote or a backslash (a zero after the exclusive or)
		// or has its high bit set; bits above the first set one may be wrong, the first one never is.
		special := ((w - ' '*ones) | (quote - ones) | (slash - ones) | w) & highs
		if special == 0 {
			i += 8
			continue
		}
		return i + bits.TrailingZeros64(special)/8
	}
	for i < len(src) && src[i] >= ' ' && src[i] != '"' && src[i] != '\\' && src[i] < utf8.RuneSelf {
		i++
	}
	return i
}

// quoted goes on with the string that begins behind its quote at start and is plain up to i. It returns the unescaped
// text and the index behind the closing quote.
func (s *Scanner) quoted(start, i int) (text []byte, next int, err error) {
	src := s.Src
	for {
		if i >= len(src) {
			return nil, i, s.unexpected(i, `a closing '"'`)
		}
		switch c := src[i]; {
		case c == '"':
			return src[start:i], i + 1, nil
		case c == '\\':
			return s.unescape(start, i)
		case c < ' ':
			return nil, i, s.unexpected(i, "it escaped, as a string must have it")
		case c < utf8.RuneSelf:
			i = plain(src, i)
		default:
			_, n := utf8.DecodeRune(src[i:])
			if n == 1 {
				return nil, i, s.fail(i, "the string is not valid UTF-8")
			}
			i += n
		}
	}
}

// unescape is quoted for a string whose first backslash is at i.
func (s *Scanner) unescape(start, i int) (text []byte, next int, err error) {
	src := s.Src
	text = append(make([]byte, 0, i-start+32), src[start:i]...)
	for {
		if i >= len(src) {
			return nil, i, s.unexpected(i, `a closing '"'`)
		}
		c := src[i]
		switch {
		case c == '"':
			return text, i + 1, nil
		case c < ' ':
			return nil, i, s.unexpected(i, "it escaped, as a string must have it")
		case c != '\\' && c < utf8.RuneSelf:
			end := plain(src, i)
			text = append(text, src[i:end]...)
			i = end
			continue
		case c != '\\':
			_, n := utf8.DecodeRune(src[i:])
			if n == 1 {
				return nil, i, s.fail(i, "the string is not valid UTF-8")
			}
			text = append(text, src[i:i+n]...)
			i += n
			continue
		}
		if i+1 >= len(src) {
			return nil, i, s.unexpected(i+1, "an escape sequence")
		}
		switch src[i+1] {
		case '"', '\\', '/':
			text = append(text, src[i+1])
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
			r, ok := hex4(src, i+2)
			if ok && utf16.IsSurrogate(r) {
				low, paired := rune(0), false
				if s.At(i+6, `\u`) {
					low, paired = hex4(src, i+8)
				}
				r = utf16.DecodeRune(r, low)
				ok = paired && r != utf8.RuneError
				i += 6
			}
			if !ok {
				return nil, i, s.fail(i, `\u needs four hexadecimal digits, and surrogates come in pairs`)
			}
			text = utf8.AppendRune(text, r)
			i += 4
		default:
			return nil, i, s.unexpected(i+1, "an escape sequence")
		}
		i += 2
	}
}

// hex4 reads the four hexadecimal digits at i.
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

// AppendString appends text quoted, with the fewest escapes. Invalid UTF-8 is an error.
func AppendString(dst []byte, text string) ([]byte, error) {
	dst = append(dst, '"')
	from := 0
	for i := 0; i < len(text); {
		c := text[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			_, n := utf8.DecodeRuneInString(text[i:])
			if n == 1 {
				return dst, unwritable("the string is not valid UTF-8")
			}
			i += n
			continue
		}
		dst = append(dst, text[from:i]...)
		dst = appendEscaped(dst, c)
		i++
		from = i
	}
	dst = append(dst, text[from:]...)
	return append(dst, '"'), nil
}

func appendEscaped(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\b':
		return append(dst, `\b`...)
	case '\f':
		return append(dst, `\f`...)
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	}
	const hex = "0123456789abcdef"
	return append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
}
