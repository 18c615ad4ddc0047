package gentest

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
)

// notation is how scenarios write the bytes of one type. "null" is Kafka's null and !hex
// is raw bytes in every notation.
type notation struct {
	parse func(text string) ([]byte, error)
	show  func(b []byte) (text string, ok bool)
	// random draws a value that the codec reads.
	random func(r *rand.Rand) []byte
	width  int // fixed number of bytes, 0 without
}

var long = number(8, func(u uint64) string { return fmt.Sprint(int64(u)) }, parseInt)

var notations = map[string]notation{
	"string": {parseString, showString, func(r *rand.Rand) []byte { return []byte(pick(r, "a", "b", "c", "dd", "", "é", "7", "no")) }, 0},
	"json":   {func(s string) ([]byte, error) { return []byte(s), nil }, func(b []byte) (string, bool) { return string(b), true }, nil, 0},
	"bytes": {func(s string) ([]byte, error) { return hex.DecodeString(strings.TrimPrefix(s, "!")) },
		func(b []byte) (string, bool) { return "!" + hex.EncodeToString(b), true },
		func(r *rand.Rand) []byte { return []byte(pick(r, "", "\x00", "\xff\x00", "x")) }, 0},
	"int64":   long,
	"int32":   number(4, func(u uint64) string { return fmt.Sprint(int32(u)) }, parseInt),
	"int16":   number(2, func(u uint64) string { return fmt.Sprint(int16(u)) }, parseInt),
	"float64": number(8, func(u uint64) string { return fmt.Sprint(math.Float64frombits(u)) }, parseFloat64),
	"float32": number(4, func(u uint64) string { return fmt.Sprint(math.Float32frombits(uint32(u))) }, parseFloat32),
	"bool": {func(s string) ([]byte, error) { return []byte{map[string]byte{"true": 1}[s]}, nil },
		func(b []byte) (string, bool) { return fmt.Sprint(len(b) == 1 && b[0] == 1), len(b) == 1 && b[0] < 2 },
		func(r *rand.Rand) []byte { return []byte{byte(r.IntN(2))} }, 1},
	"point": {func(s string) ([]byte, error) {
		var x, y byte
		_, err := fmt.Sscanf(s, "%d/%d", &x, &y)
		return []byte{x, y}, err
	}, func(b []byte) (string, bool) {
		if len(b) != 2 {
			return "", false
		}
		return fmt.Sprintf("%d/%d", b[0], b[1]), true
	}, func(r *rand.Rand) []byte { return []byte{byte(r.IntN(3)), byte(r.IntN(2))} }, 2},
	"windowed-string": windowed(showString, 8), "windowed-int64": windowed(long.show, 8),
	"row-string": windowed(showString, 12), "row-int64": windowed(long.show, 12),
	"session-string": sessioned(showString),
}

func pick(r *rand.Rand, from ...string) string { return from[r.IntN(len(from))] }

func parseInt(s string) (uint64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	return uint64(n), err
}

func parseFloat64(s string) (uint64, error) {
	f, err := strconv.ParseFloat(s, 64)
	return math.Float64bits(f), err
}

func parseFloat32(s string) (uint64, error) {
	f, err := strconv.ParseFloat(s, 32)
	return uint64(math.Float32bits(float32(f))), err
}

func number(width int, show func(uint64) string, parse func(string) (uint64, error)) notation {
	put := func(u uint64) []byte { return binary.BigEndian.AppendUint64(nil, u)[8-width:] }
	return notation{
		parse: func(s string) ([]byte, error) {
			u, err := parse(s)
			return put(u), err
		},
		show: func(b []byte) (string, bool) {
			if len(b) != width {
				return "", false
			}
			return show(binary.BigEndian.Uint64(append(make([]byte, 8-width), b...))), true
		},
		random: func(r *rand.Rand) []byte {
			if r.IntN(20) == 0 {
				return put(r.Uint64())
			}
			return put(uint64(int64(r.IntN(12) - 2)))
		},
		width: width,
	}
}

// windowed shows keys that end in a window start: tail is 8 on topics, 12 in stores.
func windowed(inner func([]byte) (string, bool), tail int) notation {
	return notation{show: func(b []byte) (string, bool) {
		n := len(b) - tail
		if n < 0 {
			return "", false
		}
		s, ok := inner(b[:n])
		return fmt.Sprintf("%s[%d]", s, int64(binary.BigEndian.Uint64(b[n:]))), ok
	}}
}

// sessioned shows keys that end in a session's end and start, on topics and in stores.
func sessioned(inner func([]byte) (string, bool)) notation {
	return notation{show: func(b []byte) (string, bool) {
		n := len(b) - 16
		if n < 0 {
			return "", false
		}
		s, ok := inner(b[:n])
		return fmt.Sprintf("%s[%d,%d]", s, int64(binary.BigEndian.Uint64(b[n+8:])), int64(binary.BigEndian.Uint64(b[n:]))), ok
	}}
}

func parseString(s string) ([]byte, error) {
	if strings.HasPrefix(s, `"`) {
		u, err := strconv.Unquote(s)
		return []byte(u), err
	}
	return []byte(s), nil
}

func showString(b []byte) (string, bool) {
	s := string(b)
	q := strconv.Quote(s)
	if s == "" || s == "null" || s[0] == '!' || q != `"`+s+`"` || strings.ContainsAny(s, ";=") || strings.TrimSpace(s) != s {
		return q, true
	}
	return s, true
}

// parse reads bytes written in a notation.
func parse(name, text string) ([]byte, error) {
	if text == "null" {
		return nil, nil
	}
	if strings.HasPrefix(text, "!") {
		b, err := hex.DecodeString(text[1:])
		return append([]byte{}, b...), err
	}
	b, err := notations[name].parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s %q: %w", name, text, err)
	}
	return append([]byte{}, b...), nil
}

// show writes bytes in a notation.
func show(name string, b []byte) string {
	if b == nil {
		return "null"
	}
	if n, ok := notations[name]; ok {
		if s, ok := n.show(b); ok {
			return s
		}
	}
	return "!" + hex.EncodeToString(b)
}
