package convert

import (
	"encoding/base64"
	"math"
	"strconv"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/streamgen/streamgen/connect/data"
)

// jsonWriter appends Connect's values as JSON, as Jackson writes them.
type jsonWriter struct {
	numeric     bool // decimals as numbers
	replaceNull bool // a null becomes the default
	depth       int
}

var errTooDeep = data.Errorf("Converting Kafka Connect data to byte[] failed due to serialization error: ").Because(data.Errorf("values are nested deeper than 1000"))

// value appends a value under a schema, which may be nil.
func (w *jsonWriter) value(dst []byte, schema *data.Schema, v any) ([]byte, error) {
	if schema == nil {
		return w.free(dst, v)
	}
	if v == nil {
		switch def := schema.Default(); {
		case def != nil && w.replaceNull:
			return w.value(dst, schema, def)
		case schema.Optional():
			return append(dst, "null"...), nil
		}
		return dst, data.Errorf("Conversion error: null value for field that is required and has no default value")
	}
	switch schema.Name() {
	case "":
	case data.DecimalName, data.DateName, data.TimeName, data.TimestampName:
		return w.logical(dst, schema, v)
	}
	switch schema.Type() {
	case data.TypeInt8:
		if v, ok := v.(int8); ok {
			return strconv.AppendInt(dst, int64(v), 10), nil
		}
	case data.TypeInt16:
		if v, ok := v.(int16); ok {
			return strconv.AppendInt(dst, int64(v), 10), nil
		}
	case data.TypeInt32:
		if v, ok := v.(int32); ok {
			return strconv.AppendInt(dst, int64(v), 10), nil
		}
	case data.TypeInt64:
		if v, ok := v.(int64); ok {
			return strconv.AppendInt(dst, v, 10), nil
		}
	case data.TypeFloat32:
		if v, ok := v.(float32); ok {
			return appendJSONFloat32(dst, v), nil
		}
	case data.TypeFloat64:
		if v, ok := v.(float64); ok {
			return appendJSONFloat64(dst, v), nil
		}
	case data.TypeBoolean:
		if v, ok := v.(bool); ok {
			return strconv.AppendBool(dst, v), nil
		}
	case data.TypeString:
		if v, ok := v.(string); ok {
			return appendJSONString(dst, v), nil
		}
	case data.TypeBytes:
		b, ok := v.([]byte)
		if !ok {
			return dst, data.Errorf("Invalid type for bytes type: class %s", data.JavaClass(v))
		}
		return appendBase64(dst, b), nil
	case data.TypeArray:
		if v, ok := v.([]any); ok {
			return w.array(dst, schema.Value(), v)
		}
	case data.TypeMap:
		if v, ok := v.(*data.Map); ok {
			return w.mapping(dst, schema.Key(), schema.Value(), v, schema.Key().Type() == data.TypeString)
		}
	case data.TypeStruct:
		if v, ok := v.(*data.Struct); ok {
			return w.structure(dst, schema, v)
		}
	}
	return dst, data.Errorf("Invalid type for %s: class %s", schema.Type(), data.JavaClass(v))
}

// free appends a value without a schema.
func (w *jsonWriter) free(dst []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...), nil
	case string:
		return appendJSONString(dst, v), nil
	case int64:
		return strconv.AppendInt(dst, v, 10), nil
	case int32:
		return strconv.AppendInt(dst, int64(v), 10), nil
	case int16:
		return strconv.AppendInt(dst, int64(v), 10), nil
	case int8:
		return strconv.AppendInt(dst, int64(v), 10), nil
	case float64:
		return appendJSONFloat64(dst, v), nil
	case float32:
		return appendJSONFloat32(dst, v), nil
	case bool:
		return strconv.AppendBool(dst, v), nil
	case []byte:
		return appendBase64(dst, v), nil
	case []any:
		return w.array(dst, nil, v)
	case *data.Map:
		strings := true
		for k := range v.All() {
			if _, ok := k.(string); !ok {
				strings = false
				break
			}
		}
		return w.mapping(dst, nil, nil, v, strings)
	case *data.Struct:
		return dst, data.Errorf("Mismatching schema.")
	}
	return dst, data.Errorf("Java class class %s does not have corresponding schema type.", data.JavaClass(v))
}

func (w *jsonWriter) enter() error {
	if w.depth == maxDepth {
		return errTooDeep
	}
	w.depth++
	return nil
}

func (w *jsonWriter) array(dst []byte, schema *data.Schema, list []any) (_ []byte, err error) {
	if err := w.enter(); err != nil {
		return dst, err
	}
	dst = append(dst, '[')
	for i, e := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = w.value(dst, schema, e); err != nil {
			return dst, err
		}
	}
	w.depth--
	return append(dst, ']'), nil
}

func (w *jsonWriter) mapping(dst []byte, keys, values *data.Schema, m *data.Map, object bool) (_ []byte, err error) {
	if err := w.enter(); err != nil {
		return dst, err
	}
	open, end := byte('['), byte(']')
	if object {
		open, end = '{', '}'
	}
	dst = append(dst, open)
	first := true
	for k, v := range m.All() {
		if !first {
			dst = append(dst, ',')
		}
		first = false
		if object {
			if k == nil {
				if k, err = w.nullKey(keys); err != nil {
					return dst, err
				}
			}
			text, ok := k.(string)
			if !ok {
				return dst, data.Errorf("Invalid type for STRING: class %s", data.JavaClass(k))
			}
			dst = append(appendJSONString(dst, text), ':')
			if dst, err = w.value(dst, values, v); err != nil {
				return dst, err
			}
			continue
		}
		if err := w.enter(); err != nil {
			return dst, err
		}
		dst = append(dst, '[')
		if dst, err = w.value(dst, keys, k); err != nil {
			return dst, err
		}
		dst = append(dst, ',')
		if dst, err = w.value(dst, values, v); err != nil {
			return dst, err
		}
		dst = append(dst, ']')
		w.depth--
	}
	w.depth--
	return append(dst, end), nil
}

// nullKey is the name that a null key gets in an object.
func (w *jsonWriter) nullKey(schema *data.Schema) (any, error) {
	switch {
	case schema == nil:
	case schema.Default() != nil && w.replaceNull:
		return schema.Default(), nil
	case !schema.Optional():
		return nil, data.Errorf("Conversion error: null value for field that is required and has no default value")
	}
	return "null", nil
}

func (w *jsonWriter) structure(dst []byte, schema *data.Schema, st *data.Struct) (_ []byte, err error) {
	if !st.Schema().Equal(schema) {
		return dst, data.Errorf("Mismatching schema.")
	}
	if err := w.enter(); err != nil {
		return dst, err
	}
	dst = append(dst, '{')
	fields := schema.Fields()
	for i := range fields {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendJSONString(dst, fields[i].Name), ':')
		if dst, err = w.value(dst, fields[i].Schema, st.Raw(i)); err != nil {
			return dst, err
		}
	}
	w.depth--
	return append(dst, '}'), nil
}

func (w *jsonWriter) logical(dst []byte, schema *data.Schema, v any) ([]byte, error) {
	if schema.Name() == data.DecimalName {
		d, ok := v.(data.Decimal)
		if !ok {
			return dst, data.Errorf("Invalid type for Decimal, expected BigDecimal but was class %s", data.JavaClass(v))
		}
		if w.numeric {
			return d.Append(dst), nil
		}
		b, err := data.DecimalBytes(schema, d)
		if err != nil {
			return dst, err
		}
		return appendBase64(dst, b), nil
	}
	t, ok := v.(time.Time)
	if !ok {
		kind := schema.Name()[len("org.apache.kafka.connect.data."):]
		return dst, data.Errorf("Invalid type for %s, expected Date but was class %s", kind, data.JavaClass(v))
	}
	var n int64
	var err error
	switch schema.Name() {
	case data.DateName:
		var days int32
		days, err = data.DateDays(schema, t)
		n = int64(days)
	case data.TimeName:
		var ms int32
		ms, err = data.TimeMillis(schema, t)
		n = int64(ms)
	default:
		n, err = data.TimestampMillis(schema, t)
	}
	if err != nil {
		return dst, err
	}
	return strconv.AppendInt(dst, n, 10), nil
}

func appendBase64(dst, b []byte) []byte {
	dst = base64.StdEncoding.AppendEncode(append(dst, '"'), b)
	return append(dst, '"')
}

// appendJSONFloat64 quotes what JSON has no numbers for.
func appendJSONFloat64(dst []byte, f float64) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(data.AppendFloat64(append(dst, '"'), f), '"')
	}
	return data.AppendFloat64(dst, f)
}

func appendJSONFloat32(dst []byte, f float32) []byte {
	if math.IsNaN(float64(f)) || math.IsInf(float64(f), 0) {
		return append(data.AppendFloat32(append(dst, '"'), f), '"')
	}
	return data.AppendFloat32(dst, f)
}

// appendJSONString appends text as Jackson quotes it: the fewest escapes, hexadecimal digits in upper case, characters beyond
// the basic plane as two escapes. What is not UTF-8 becomes the replacement character.
func appendJSONString(dst []byte, text string) []byte {
	dst = append(dst, '"')
	from := 0
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf {
			if c >= ' ' && c != '"' && c != '\\' {
				i++
				continue
			}
			dst = append(dst, text[from:i]...)
			i++
			from = i
			switch c {
			case '"', '\\':
				dst = append(dst, '\\', c)
			case '\b':
				dst = append(dst, `\b`...)
			case '\f':
				dst = append(dst, `\f`...)
			case '\n':
				dst = append(dst, `\n`...)
			case '\r':
				dst = append(dst, `\r`...)
			case '\t':
				dst = append(dst, `\t`...)
			default:
				dst = appendEscape(dst, rune(c))
			}
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		if n > 1 && r < 0x10000 {
			i += n
			continue
		}
		dst = append(dst, text[from:i]...)
		i += n
		from = i
		if n == 1 {
			dst = utf8.AppendRune(dst, utf8.RuneError)
			continue
		}
		high, low := utf16.EncodeRune(r)
		dst = appendEscape(appendEscape(dst, high), low)
	}
	dst = append(dst, text[from:]...)
	return append(dst, '"')
}

func appendEscape(dst []byte, r rune) []byte {
	const hex = "0123456789ABCDEF"
	return append(dst, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
}
