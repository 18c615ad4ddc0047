package form

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// ShowBytes writes bytes in the oracle's notation: null, or parts joined by "+": a quoted
// run of printable characters, an i with a big-endian 64-bit number whose first byte is 00
// or ff, or an x with hex. Each value has exactly one text; oracle/…/Bytes.java is its twin.
func ShowBytes(b []byte) string {
	if b == nil {
		return "null"
	}
	if len(b) == 0 {
		return `""`
	}
	var s strings.Builder
	for i := 0; i < len(b); {
		if i > 0 {
			s.WriteByte('+')
		}
		start := i
		switch {
		case number(b[i:]):
			s.WriteString("i" + strconv.FormatInt(int64(binary.BigEndian.Uint64(b[i:])), 10))
			i += 8
		case plain(b[i]):
			for i < len(b) && plain(b[i]) {
				i++
			}
			s.WriteString(`"` + string(b[start:i]) + `"`)
		default:
			for i++; i < len(b) && !plain(b[i]) && !number(b[i:]); i++ {
			}
			s.WriteString("x" + hex.EncodeToString(b[start:i]))
		}
	}
	return s.String()
}

func plain(b byte) bool { return b > ' ' && b < 127 && b != '"' && b != '\\' }

func number(b []byte) bool { return len(b) >= 8 && (b[0] == 0 || b[0] == 0xff) }

// ParseBytes reads what ShowBytes writes; nil is null.
func ParseBytes(text string) ([]byte, error) {
	if text == "null" {
		return nil, nil
	}
	out := []byte{}
	for rest := text; rest != ""; rest = strings.TrimPrefix(rest, "+") {
		lead, tail := rest[0], rest[1:]
		if lead == '"' {
			part, after, ok := strings.Cut(tail, `"`)
			if !ok {
				return nil, fmt.Errorf("bytes %s: a quote is open", text)
			}
			out, rest = append(out, part...), after
			continue
		}
		part, _, _ := strings.Cut(tail, "+")
		rest = tail[len(part):]
		switch lead {
		case 'i':
			n, err := strconv.ParseInt(part, 10, 64)
			if err != nil {
				return nil, fmt.Errorf("bytes %s: %w", text, err)
			}
			out = binary.BigEndian.AppendUint64(out, uint64(n))
		case 'x':
			b, err := hex.DecodeString(part)
			if err != nil {
				return nil, fmt.Errorf("bytes %s: %w", text, err)
			}
			out = append(out, b...)
		default:
			return nil, fmt.Errorf("bytes %s: a part begins with %q", text, lead)
		}
	}
	return out, nil
}

// Encode writes a value of type string or int64 as its bytes.
func Encode(v any) []byte {
	switch v := v.(type) {
	case string:
		return []byte(v)
	case int64:
		return binary.BigEndian.AppendUint64(nil, uint64(v))
	}
	return nil
}

// WindowStart is the big-endian window start that lies n bytes before the end of a key in the
// notation, -1 when the key is too short: 8 in rows of stores, 12 on changelogs, where a
// sequence follows.
func WindowStart(key string, n int) int64 {
	b, err := ParseBytes(key)
	if err != nil || len(b) < n {
		return -1
	}
	return int64(binary.BigEndian.Uint64(b[len(b)-n:]))
}
