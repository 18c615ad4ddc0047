package avro

import (
	"encoding/json/jsontext"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
)

// Value is a value with its schema: a field, an item. The zero Value is none. It is not changed once
// made, so any goroutine may read it.
type Value struct {
	schema *Schema
	bytes  []byte
	path   string // for errors
}

// Schema returns the value's schema, that of a union for one.
func (v Value) Schema() *Schema { return v.schema }

// Make makes a value of a schema from JSON, as defaults are written.
func Make(s *Schema, json string) (Value, error) {
	f, err := RecordOf("made", FieldOf("value", s, json))
	if err != nil {
		return Value{}, err
	}
	return Value{schema: s, bytes: f.Fields[0].Bytes}, nil
}

// inner is the value in a union's branch.
func (v Value) inner() Value {
	for v.schema != nil && v.schema.Kind == KindUnion {
		b, i := Branch(v.bytes, 0, len(v.schema.Branches))
		if i > len(v.bytes) {
			return Value{path: v.path}
		}
		v = Value{v.schema.Branches[b], v.bytes[i:], v.path}
	}
	return v
}

func (v Value) is(kind string) error {
	found := "nothing"
	if v.schema != nil {
		found = v.schema.Label()
	}
	return fmt.Errorf("%s is %s, not %s", strings.TrimPrefix(v.path+" ", " ")+"value", found, kind)
}

// Null says whether the value is null.
func (v Value) Null() bool {
	v = v.inner()
	return v.schema != nil && v.schema.Kind == KindNull
}

// Bool returns a boolean.
func (v Value) Bool() (bool, error) {
	v = v.inner()
	if v.schema == nil || v.schema.Kind != KindBoolean {
		return false, v.is("a boolean")
	}
	b, _ := Bool(v.bytes, 0)
	return b, nil
}

// Long returns an int or long, whatever its logical type.
func (v Value) Long() (int64, error) {
	v = v.inner()
	if v.schema == nil || v.schema.Kind != KindInt && v.schema.Kind != KindLong {
		return 0, v.is("an int or long")
	}
	n, _ := Long(v.bytes, 0)
	return n, nil
}

// Double returns a number: double, float, int or long.
func (v Value) Double() (float64, error) {
	v = v.inner()
	if v.schema == nil {
		return 0, v.is("a number")
	}
	switch v.schema.Kind {
	case KindDouble:
		f, _ := Double(v.bytes, 0)
		return f, nil
	case KindFloat:
		f, _ := Float(v.bytes, 0)
		return float64(f), nil
	case KindInt, KindLong:
		n, _ := Long(v.bytes, 0)
		return float64(n), nil
	}
	return 0, v.is("a number")
}

// Text returns a string, or the symbol of an enum.
func (v Value) Text() (string, error) {
	v = v.inner()
	if v.schema == nil {
		return "", v.is("a string")
	}
	switch v.schema.Kind {
	case KindString:
		s, _ := String(v.bytes, 0)
		return s, nil
	case KindEnum:
		i, _ := Branch(v.bytes, 0, len(v.schema.Symbols))
		return v.schema.Symbols[i], nil
	}
	return "", v.is("a string or an enum")
}

// Bytes returns a copy of bytes or of a fixed.
func (v Value) Bytes() ([]byte, error) {
	v = v.inner()
	if v.schema == nil {
		return nil, v.is("bytes")
	}
	switch v.schema.Kind {
	case KindBytes:
		b, _ := Bytes(v.bytes, 0)
		return b, nil
	case KindFixed:
		return append([]byte{}, v.bytes...), nil
	}
	return nil, v.is("bytes or a fixed")
}

// Time returns a date or timestamp, in UTC.
func (v Value) Time() (time.Time, error) {
	v = v.inner()
	if v.schema == nil {
		return time.Time{}, v.is("a date or timestamp")
	}
	if v.schema.Logical == "date" {
		n, _ := Int(v.bytes, 0)
		return Date(n), nil
	}
	unit := PerSecond(v.schema.Logical)
	if unit == 0 || strings.HasPrefix(v.schema.Logical, "time-") {
		return time.Time{}, v.is("a date or timestamp")
	}
	n, _ := Long(v.bytes, 0)
	return Time(n, unit), nil
}

// PerSecond is how many units of a logical type a second has, 0 for those that count none.
func PerSecond(logical string) Unit {
	switch logical[strings.LastIndexByte(logical, '-')+1:] {
	case "millis":
		return 1000
	case "micros":
		return 1_000_000
	case "nanos":
		return 1_000_000_000
	}
	return 0
}

// Decimal returns a decimal.
func (v Value) Decimal() (*big.Rat, error) {
	v = v.inner()
	if v.schema == nil || v.schema.Logical != "decimal" {
		return nil, v.is("a decimal")
	}
	size := -1
	if v.schema.Kind == KindFixed {
		size = v.schema.Size
	}
	d, i := ReadDecimal(v.bytes, 0, size, v.schema.Scale)
	if i > len(v.bytes) {
		return nil, fmt.Errorf("%s: a decimal of more than %d bytes", v.path, MaxDecimal)
	}
	return d, nil
}

// Record returns a record.
func (v Value) Record() (*Record, error) {
	v = v.inner()
	if v.schema == nil || v.schema.Kind != KindRecord {
		return nil, v.is("a record")
	}
	r, i := splitRecord(v.schema, v.bytes, 0, 0)
	if i > len(v.bytes) {
		return nil, Explain(v.schema, v.bytes)
	}
	return r, nil
}

// Entry is a value of a map with its key. A plain value, safe for concurrent use.
type Entry struct {
	Key   string
	Value Value
}

// List returns the items of an array in order.
func (v Value) List() ([]Value, error) {
	v = v.inner()
	if v.schema == nil || v.schema.Kind != KindArray {
		return nil, v.is("an array")
	}
	var out []Value
	for _, e := range v.entries() {
		out = append(out, e.Value)
	}
	return out, nil
}

// Entries returns the entries of a map in the order of the bytes.
func (v Value) Entries() ([]Entry, error) {
	v = v.inner()
	if v.schema == nil || v.schema.Kind != KindMap {
		return nil, v.is("a map")
	}
	return v.entries(), nil
}

func (v Value) entries() (out []Entry) {
	s := v.schema
	least := Least(s.Items)
	if s.Kind == KindMap {
		least++
	}
	for i := 0; ; {
		var n int
		if n, i = Block(v.bytes, i, least, len(out)); n == 0 {
			return out
		}
		for range n {
			e := Entry{}
			if s.Kind == KindMap {
				e.Key, i = String(v.bytes, i)
			}
			end := Skip(s.Items, v.bytes, i)
			if end > len(v.bytes) {
				return out
			}
			e.Value = Value{s.Items, v.bytes[i:end:end], fmt.Sprintf("%s[%d]", v.path, len(out))}
			out, i = append(out, e), end
		}
	}
}

// String is the value as JSON, for logs and tests. Bytes are characters up to U+00FF; unions show
// their value alone.
func (v Value) String() string { return string(v.json(nil, 0)) }

func (v Value) json(dst []byte, depth int) []byte {
	v = v.inner()
	if v.schema == nil || depth > MaxDepth {
		return append(dst, "null"...)
	}
	quoted := func(s string) []byte {
		out, err := jsontext.AppendQuote(dst, strings.ToValidUTF8(s, "�"))
		if err != nil {
			return append(dst, `""`...)
		}
		return out
	}
	switch v.schema.Kind {
	case KindBoolean:
		b, _ := v.Bool()
		return strconv.AppendBool(dst, b)
	case KindInt, KindLong:
		n, _ := v.Long()
		return strconv.AppendInt(dst, n, 10)
	case KindFloat, KindDouble:
		f, _ := v.Double()
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return quoted(strings.TrimPrefix(strings.Replace(strconv.FormatFloat(f, 'g', -1, 64), "Inf", "Infinity", 1), "+"))
		}
		bits := 64
		if v.schema.Kind == KindFloat {
			bits = 32
		}
		return strconv.AppendFloat(dst, f, 'g', -1, bits)
	case KindString, KindEnum:
		s, _ := v.Text()
		return quoted(s)
	case KindBytes, KindFixed:
		b, _ := v.Bytes()
		var s strings.Builder
		for _, c := range b {
			s.WriteRune(rune(c))
		}
		return quoted(s.String())
	case KindArray, KindMap:
		open, end := byte('['), byte(']')
		if v.schema.Kind == KindMap {
			open, end = '{', '}'
		}
		dst = append(dst, open)
		for i, e := range v.entries() {
			if i > 0 {
				dst = append(dst, ',')
			}
			if open == '{' {
				dst = append(quoted(e.Key), ':')
			}
			dst = e.Value.json(dst, depth+1)
		}
		return append(dst, end)
	case KindRecord:
		r, err := v.Record()
		if err != nil {
			return append(dst, "null"...)
		}
		dst = append(dst, '{')
		for i, f := range v.schema.Fields {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(quoted(f.Name), ':')
			dst = Value{schema: f.Type, bytes: r.fields[i]}.json(dst, depth+1)
		}
		return append(dst, '}')
	}
	return append(dst, "null"...)
}
