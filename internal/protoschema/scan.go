package protoschema

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

type kind int

const (
	end kind = iota
	word
	number
	literal // a string, unquoted
	symbol
)

type token struct {
	kind kind
	text string
	line int
}

// scan cuts .proto text into tokens.
func scan(src string) ([]token, error) {
	var out []token
	line := 1
	for i := 0; i < len(src); {
		c := src[i]
		switch {
		case c == '\n':
			line++
			i++
		case c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v':
			i++
		case strings.HasPrefix(src[i:], "//"):
			n := strings.IndexByte(src[i:], '\n')
			if n < 0 {
				n = len(src) - i
			}
			i += n
		case strings.HasPrefix(src[i:], "/*"):
			n := strings.Index(src[i+2:], "*/")
			if n < 0 {
				return nil, fmt.Errorf("line %d: a comment has no end", line)
			}
			line += strings.Count(src[i:i+2+n], "\n")
			i += n + 4
		case letter(c):
			j := i
			for j < len(src) && (letter(src[j]) || digit(src[j])) {
				j++
			}
			out = append(out, token{word, src[i:j], line})
			i = j
		case digit(c) || c == '.' && i+1 < len(src) && digit(src[i+1]):
			j := i
			for j < len(src) && (letter(src[j]) || digit(src[j]) || src[j] == '.' || (src[j] == '-' || src[j] == '+') && (src[j-1] == 'e' || src[j-1] == 'E')) {
				j++
			}
			out = append(out, token{number, src[i:j], line})
			i = j
		case c == '"' || c == '\'':
			text, n, err := unquote(src[i:])
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", line, err)
			}
			out = append(out, token{literal, text, line})
			i += n
		case c < utf8.RuneSelf:
			out = append(out, token{symbol, src[i : i+1], line})
			i++
		default:
			return nil, fmt.Errorf("line %d: %q has no place outside of strings and comments", line, src[i:min(len(src), i+4)])
		}
	}
	return append(out, token{end, "the end", line}), nil
}

func letter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' }
func digit(c byte) bool  { return '0' <= c && c <= '9' }

// unquote reads a string literal and returns how many bytes it takes.
func unquote(src string) (string, int, error) {
	var b strings.Builder
	for i := 1; i < len(src); {
		c := src[i]
		switch {
		case c == src[0]:
			return b.String(), i + 1, nil
		case c == '\n':
			return "", 0, fmt.Errorf("a string ends with its line")
		case c != '\\':
			b.WriteByte(c)
			i++
			continue
		case i+1 == len(src):
			return "", 0, fmt.Errorf("a string has no end")
		}
		i += 2
		switch c = src[i-1]; c {
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		case 'r':
			b.WriteByte('\r')
		case 'a', 'b', 'f', 'v':
			b.WriteByte(map[byte]byte{'a': 7, 'b': 8, 'f': 12, 'v': 11}[c])
		case 'x', 'X', 'u', 'U', '0', '1', '2', '3', '4', '5', '6', '7':
			base, most := 16, map[byte]int{'x': 2, 'X': 2, 'u': 4, 'U': 8}[c]
			if most == 0 {
				base, most, i = 8, 3, i-1
			}
			j := i
			for j < len(src) && j < i+most {
				if _, err := strconv.ParseUint(src[j:j+1], base, 8); err != nil {
					break
				}
				j++
			}
			v, err := strconv.ParseUint(src[i:j], base, 32)
			if err != nil {
				return "", 0, fmt.Errorf("an escape in a string has no digits")
			}
			if c == 'u' || c == 'U' {
				b.WriteRune(rune(v))
			} else {
				b.WriteByte(byte(v))
			}
			i = j
		default:
			b.WriteByte(c)
		}
	}
	return "", 0, fmt.Errorf("a string has no end")
}
