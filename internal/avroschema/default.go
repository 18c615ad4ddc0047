package avroschema

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// encodeDefault is the Avro encoding of a field's default.
func (f *Field) encodeDefault() ([]byte, error) {
	n, err := document(f.Default)
	if err != nil {
		return nil, err
	}
	return appendJSON([]byte{}, f.Type, &n, 0)
}

// AppendJSON appends the encoding of a JSON value with the schema, as defaults are written: a value of
// a union is one of its first fitting branch, bytes are characters up to U+00FF.
func AppendJSON(dst []byte, s *Schema, text string) ([]byte, error) {
	n, err := document(text)
	if err != nil {
		return dst, err
	}
	return appendJSON(dst, s, &n, 0)
}

// maxDefault bounds the encoding of a default.
const maxDefault = 1 << 20

func appendJSON(dst []byte, s *Schema, n *node, depth int) ([]byte, error) {
	if depth > maxDepth || len(dst) > maxDefault {
		return dst, fmt.Errorf("it nests deeper than %d levels, or has more than %d bytes", maxDepth, maxDefault)
	}
	bad := func() ([]byte, error) { return dst, fmt.Errorf("%s is no %s", short(n.text), s.Label()) }
	switch s.Kind {
	case Null:
		if n.kind != 'n' {
			return bad()
		}
		return dst, nil
	case Boolean:
		switch n.kind {
		case 't':
			return append(dst, 1), nil
		case 'f':
			return append(dst, 0), nil
		}
		return bad()
	case Int, Long:
		bits := 64
		if s.Kind == Int {
			bits = 32
		}
		v, err := strconv.ParseInt(n.text, 10, bits)
		if err != nil {
			f, ferr := strconv.ParseFloat(n.text, 64) // 1e3, 2.0
			if n.kind != '0' || ferr != nil || f != math.Trunc(f) || math.Abs(f) >= 1<<53 || bits == 32 && f != float64(int32(f)) {
				return bad()
			}
			v = int64(f)
		}
		return binary.AppendVarint(dst, v), nil
	case Float, Double:
		v, err := number(n)
		if err != nil {
			return bad()
		}
		if s.Kind == Float {
			return binary.LittleEndian.AppendUint32(dst, math.Float32bits(float32(v))), nil
		}
		return binary.LittleEndian.AppendUint64(dst, math.Float64bits(v)), nil
	case String:
		if n.kind != '"' {
			return bad()
		}
		return append(binary.AppendVarint(dst, int64(len(n.str))), n.str...), nil
	case Bytes, Fixed:
		b, err := latin(n)
		if err != nil {
			return dst, err
		}
		if s.Kind == Fixed {
			if len(b) != s.Size {
				return dst, fmt.Errorf("%s has %d bytes, %s has %d", short(n.text), len(b), s.Name, s.Size)
			}
			return append(dst, b...), nil
		}
		return append(binary.AppendVarint(dst, int64(len(b))), b...), nil
	case Enum:
		i := slices.Index(s.Symbols, n.str)
		if n.kind != '"' || i < 0 {
			return bad()
		}
		return binary.AppendVarint(dst, int64(i)), nil
	case Array, Map:
		return appendItems(dst, s, n, depth)
	case Union:
		for i, b := range s.Branches {
			if out, err := appendJSON(binary.AppendVarint(dst, int64(i)), b, n, depth+1); err == nil {
				return out, nil
			}
		}
		return bad()
	}
	if n.kind != '{' {
		return bad()
	}
	for _, f := range s.Fields {
		m := n.get(f.Name)
		var err error
		switch {
		case m != nil:
			dst, err = appendJSON(dst, f.Type, m, depth+1)
		case f.Bytes != nil:
			dst = append(dst, f.Bytes...)
		case f.Default != "": // of a type that is still being read: a default within itself
			var d node
			if d, err = document(f.Default); err == nil {
				dst, err = appendJSON(dst, f.Type, &d, depth+1)
			}
		default:
			err = errors.New("it is missing and has no default")
		}
		if err != nil {
			return dst, fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return dst, nil
}

// number reads a number; NaN and infinities stand in strings, as Java writes them.
func number(n *node) (float64, error) {
	switch {
	case n.kind == '0':
		return strconv.ParseFloat(n.text, 64)
	case n.kind == '"' && slices.Contains([]string{"NaN", "Infinity", "-Infinity"}, n.str):
		return strconv.ParseFloat(n.str, 64)
	}
	return 0, errors.New("no number")
}

func appendItems(dst []byte, s *Schema, n *node, depth int) ([]byte, error) {
	want := byte('[')
	if s.Kind == Map {
		want = '{'
	}
	if byte(n.kind) != want {
		return dst, fmt.Errorf("%s is no %s", short(n.text), s.Kind)
	}
	if len(n.list) > 0 {
		dst = binary.AppendVarint(dst, int64(len(n.list)))
	}
	for i := range n.list {
		if s.Kind == Map {
			dst = append(binary.AppendVarint(dst, int64(len(n.names[i]))), n.names[i]...)
		}
		var err error
		if dst, err = appendJSON(dst, s.Items, &n.list[i], depth+1); err != nil {
			return dst, err
		}
	}
	return append(dst, 0), nil
}

// latin reads bytes written as characters.
func latin(n *node) ([]byte, error) {
	if n.kind != '"' {
		return nil, fmt.Errorf("%s is no string of bytes", short(n.text))
	}
	var b []byte
	for _, c := range n.str {
		if c > 0xff {
			return nil, fmt.Errorf("%s has a character beyond U+00FF, which is no byte", short(n.text))
		}
		b = append(b, byte(c))
	}
	return b, nil
}
