// Package storage holds what a Connect worker keeps: the records of the config, offset and status topics in Kafka
// Connect's own formats, the state that they add up to, and the logs that hold them (a compacted topic, or memory and a
// file for the standalone worker). A worker of ours can take over the topics of a Java cluster, and give them back.
package storage

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf16"
)

// JavaOrder sorts keys as a java.util.HashMap iterates over them when they were put in the given order. The bytes of
// offset keys depend on it: the same partition with its fields in another order is another key.
func JavaOrder(keys []string) []string {
	capacity := uint32(16)
	for uint32(len(keys))*4 > capacity*3 {
		capacity *= 2
	}
	return javaOrder(keys, capacity)
}

// JavaCopyOrder sorts keys as a copy of a map iterates, new HashMap(map), whose table is made for the size.
func JavaCopyOrder(keys []string) []string {
	capacity := uint32(1)
	for float64(capacity) < float64(len(keys))/0.75+1 {
		capacity *= 2
	}
	return javaOrder(keys, capacity)
}

func javaOrder(keys []string, capacity uint32) []string {
	bucket := func(key string) uint32 {
		var h int32
		for _, unit := range utf16.Encode([]rune(key)) {
			h = 31*h + int32(unit)
		}
		u := uint32(h)
		return (u ^ u>>16) & (capacity - 1)
	}
	ordered := slices.Clone(keys)
	slices.SortStableFunc(ordered, func(a, b string) int { return int(bucket(a)) - int(bucket(b)) })
	return ordered
}

// sortedKeys returns a map's keys in Java's order; keys that share a bucket come in the order of their text, since the
// order in which they were put is not known.
func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return JavaOrder(keys)
}

// AppendJSON appends a schemaless value as JsonConverter writes it: maps in Java's order, text other than control
// characters raw.
func AppendJSON(dst []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...)
	case string:
		return appendString(dst, v)
	case bool:
		return strconv.AppendBool(dst, v)
	case int:
		return strconv.AppendInt(dst, int64(v), 10)
	case int32:
		return strconv.AppendInt(dst, int64(v), 10)
	case int64:
		return strconv.AppendInt(dst, v, 10)
	case float64:
		text := strconv.FormatFloat(v, 'f', -1, 64)
		if !bytes.ContainsAny([]byte(text), ".IN") {
			text += ".0"
		}
		return append(dst, text...)
	case []any:
		dst = append(dst, '[')
		for i, e := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = AppendJSON(dst, e)
		}
		return append(dst, ']')
	case map[string]any:
		dst = append(dst, '{')
		for i, k := range sortedKeys(v) {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(appendString(dst, k), ':')
			dst = AppendJSON(dst, v[k])
		}
		return append(dst, '}')
	case map[string]string:
		whole := make(map[string]any, len(v))
		for k, s := range v {
			whole[k] = s
		}
		return AppendJSON(dst, whole)
	}
	return appendString(dst, fmt.Sprint(v))
}

// member is one member of an object whose order is fixed.
type member struct {
	name  string
	value any
}

// appendStruct appends an object with its members as given, as a Connect struct is written.
func appendStruct(dst []byte, members ...member) []byte {
	dst = append(dst, '{')
	for i, m := range members {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendString(dst, m.name), ':')
		if raw, ok := m.value.(json.RawMessage); ok {
			dst = append(dst, raw...)
		} else {
			dst = AppendJSON(dst, m.value)
		}
	}
	return append(dst, '}')
}

const hexDigits = "0123456789ABCDEF"

func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		case '\b':
			dst = append(dst, '\\', 'b')
		case '\f':
			dst = append(dst, '\\', 'f')
		default:
			if c < 0x20 {
				dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
			} else {
				dst = append(dst, c)
			}
		}
	}
	return append(dst, '"')
}

// ParseJSON reads a value as JsonConverter does without schemas: whole numbers as int64, others as float64.
func ParseJSON(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	return plain(v), nil
}

// plain replaces the decoder's numbers.
func plain(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, err := v.Float64()
		if err != nil {
			return v.String()
		}
		return f
	case []any:
		for i := range v {
			v[i] = plain(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = plain(v[k])
		}
	}
	return v
}
