package data

import (
	"encoding/base64"
	"strconv"
	"time"

	"github.com/streamgen/streamgen/connect/data/datepattern"
)

// AppendText appends a value as Java's toString does. Bytes, of which Java prints an address, are printed in base64; times in
// UTC.
func AppendText(dst []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...)
	case string:
		return append(dst, v...)
	case int64:
		return strconv.AppendInt(dst, v, 10)
	case int32:
		return strconv.AppendInt(dst, int64(v), 10)
	case int16:
		return strconv.AppendInt(dst, int64(v), 10)
	case int8:
		return strconv.AppendInt(dst, int64(v), 10)
	case bool:
		return strconv.AppendBool(dst, v)
	case float32:
		return AppendFloat32(dst, v)
	case float64:
		return AppendFloat64(dst, v)
	case []byte:
		return base64.StdEncoding.AppendEncode(dst, v)
	case []any:
		dst = append(dst, '[')
		for i, e := range v {
			if i > 0 {
				dst = append(dst, ", "...)
			}
			dst = AppendText(dst, e)
		}
		return append(dst, ']')
	case *Map:
		dst = append(dst, '{')
		first := true
		for k, e := range v.All() {
			if !first {
				dst = append(dst, ", "...)
			}
			first = false
			dst = append(AppendText(dst, k), '=')
			dst = AppendText(dst, e)
		}
		return append(dst, '}')
	case *Struct:
		dst = append(dst, "Struct{"...)
		first := true
		for i, e := range v.values {
			if e == nil {
				continue
			}
			if !first {
				dst = append(dst, ',')
			}
			first = false
			dst = append(append(dst, v.schema.fields[i].Name...), '=')
			dst = AppendText(dst, e)
		}
		return append(dst, '}')
	case Decimal:
		return v.Append(dst)
	case time.Time:
		return appendDate(dst, v)
	}
	return append(dst, "?"...)
}

// Text returns AppendText as a string.
func Text(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return string(AppendText(nil, v))
}

// javaDate is the pattern of java.util.Date.toString, in UTC. It is constant and compiles.
var javaDate, _ = datepattern.New("EEE MMM dd HH:mm:ss 'UTC' y")

func appendDate(dst []byte, t time.Time) []byte { return javaDate.Append(dst, t.UnixMilli()) }
