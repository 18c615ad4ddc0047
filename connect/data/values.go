package data

import (
	"encoding/base64"
	"time"

	"github.com/streamgen/streamgen/connect/data/datepattern"
)

// AppendValue appends the text form that headers have: numbers and text as they are, lists and maps like JSON, structs by their
// fields, times in ISO form. Text within lists, maps and structs is quoted.
func AppendValue(dst []byte, v any) ([]byte, error) { return appendValue(dst, v, false, 0) }

const maxTextDepth = 1000

func appendValue(dst []byte, v any, embedded bool, depth int) (_ []byte, err error) {
	if depth > maxTextDepth {
		return dst, Errorf("values are nested deeper than %d", maxTextDepth)
	}
	switch v := v.(type) {
	case string:
		if !embedded {
			return append(dst, v...), nil
		}
		dst = append(dst, '"')
		for i := range len(v) {
			if v[i] == '\\' || v[i] == '"' {
				dst = append(dst, '\\')
			}
			dst = append(dst, v[i])
		}
		return append(dst, '"'), nil
	case []byte:
		if !embedded {
			return base64.StdEncoding.AppendEncode(dst, v), nil
		}
		dst = base64.StdEncoding.AppendEncode(append(dst, '"'), v)
		return append(dst, '"'), nil
	case []any:
		dst = append(dst, '[')
		for i, e := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			if dst, err = appendValue(dst, e, true, depth+1); err != nil {
				return dst, err
			}
		}
		return append(dst, ']'), nil
	case *Map:
		dst = append(dst, '{')
		first := true
		for k, e := range v.All() {
			if !first {
				dst = append(dst, ',')
			}
			first = false
			if dst, err = appendValue(dst, k, true, depth+1); err != nil {
				return dst, err
			}
			if dst, err = appendValue(append(dst, ':'), e, true, depth+1); err != nil {
				return dst, err
			}
		}
		return append(dst, '}'), nil
	case *Struct:
		dst = append(dst, '{')
		for i, f := range v.schema.fields {
			if i > 0 {
				dst = append(dst, ',')
			}
			if dst, err = appendValue(dst, f.Name, true, depth+1); err != nil {
				return dst, err
			}
			if dst, err = appendValue(append(dst, ':'), v.At(i), true, depth+1); err != nil {
				return dst, err
			}
		}
		return append(dst, '}'), nil
	case time.Time:
		return appendTime(dst, v.UnixMilli()), nil
	}
	return AppendText(dst, v), nil
}

// The patterns are constant and compile.
var (
	isoDate, _      = datepattern.New("yyyy-MM-dd")
	isoTime, _      = datepattern.New("HH:mm:ss.SSS'Z'")
	isoTimestamp, _ = datepattern.New("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'")
)

// appendTime takes what lies before the second day of 1970 for a time, midnights for dates and the rest for timestamps.
func appendTime(dst []byte, ms int64) []byte {
	switch {
	case ms < dayMillis:
		return isoTime.Append(dst, ms)
	case ms%dayMillis == 0:
		return isoDate.Append(dst, ms)
	}
	return isoTimestamp.Append(dst, ms)
}
