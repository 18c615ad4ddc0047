package avro

import (
	"encoding/binary"
	"fmt"
	"math"
	"time"
)

// AppendLong appends a long, or an int.
func AppendLong(dst []byte, v int64) []byte {
	u := uint64(v)<<1 ^ uint64(v>>63)
	if u < 0x80 {
		return append(dst, byte(u))
	}
	return binary.AppendUvarint(dst, u)
}

// AppendBool appends a boolean.
func AppendBool(dst []byte, v bool) []byte {
	if v {
		return append(dst, 1)
	}
	return append(dst, 0)
}

// AppendFloat appends a float.
func AppendFloat(dst []byte, v float32) []byte {
	return binary.LittleEndian.AppendUint32(dst, math.Float32bits(v))
}

// AppendDouble appends a double.
func AppendDouble(dst []byte, v float64) []byte {
	return binary.LittleEndian.AppendUint64(dst, math.Float64bits(v))
}

// AppendString appends a string.
func AppendString(dst []byte, v string) []byte {
	return append(AppendLong(dst, int64(len(v))), v...)
}

// AppendBytes appends bytes.
func AppendBytes(dst []byte, v []byte) []byte {
	return append(AppendLong(dst, int64(len(v))), v...)
}

// AppendWithin appends a number as an int, with an error when it is none.
func AppendWithin(dst []byte, v int64, field string) ([]byte, error) {
	if v != int64(int32(v)) {
		return dst, fmt.Errorf("%s: %d does not fit Avro's int, which has 32 bits", field, v)
	}
	return AppendLong(dst, v), nil
}

// AppendUnsigned appends an unsigned number as a long, with an error when it is none.
func AppendUnsigned(dst []byte, v uint64, field string) ([]byte, error) {
	if v > math.MaxInt64 {
		return dst, fmt.Errorf("%s: %d does not fit Avro's long", field, v)
	}
	return AppendLong(dst, int64(v)), nil
}

// NoSymbol is the error of a value that is none of an enum's symbols.
func NoSymbol(v any, enum string) error {
	return fmt.Errorf("%v is no symbol of the enum %s", v, enum)
}

// NoValue is the error of a nil pointer, or of a union without a branch, that the schema has no null for.
func NoValue(field string) error {
	return fmt.Errorf("%s is nil, and its schema has no null", field)
}

// TooDeep is the error of a value that is nested too deep, or that contains itself.
func TooDeep() error { return fmt.Errorf("the value is nested deeper than %d levels", MaxDepth) }

// Unit is how many of a logical type's units a second has: 1000 of timestamp-millis.
type Unit = int64

// Time makes a time of a timestamp, in UTC.
func Time(v int64, perSecond Unit) time.Time {
	s, rest := v/perSecond, v%perSecond
	if rest < 0 {
		s, rest = s-1, rest+perSecond
	}
	return time.Unix(s, rest*(1_000_000_000/perSecond)).UTC()
}

// Timestamp is the number of units since the epoch, rounded down; an error when there are too many.
func Timestamp(t time.Time, perSecond Unit) (int64, error) {
	s, n := t.Unix(), int64(t.Nanosecond())/(1_000_000_000/perSecond)
	if s > math.MaxInt64/perSecond-1 || s < math.MinInt64/perSecond+1 {
		return 0, fmt.Errorf("%v is too far from 1970 for a timestamp with %d units to the second", t, perSecond)
	}
	return s*perSecond + n, nil
}

// LocalTimestamp is Timestamp of what the clock shows in the time's own zone.
func LocalTimestamp(t time.Time, perSecond Unit) (int64, error) {
	_, offset := t.Zone()
	return Timestamp(t.Add(time.Duration(offset)*time.Second), perSecond)
}

// Date makes a time of a date: midnight in UTC.
func Date(v int32) time.Time { return time.Unix(int64(v)*86_400, 0).UTC() }

// Days is the date that the time's own zone shows, as days since 1970.
func Days(t time.Time) (int32, error) {
	y, m, d := t.Date()
	days := time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86_400
	if days != int64(int32(days)) {
		return 0, fmt.Errorf("%v is too far from 1970 for a date", t)
	}
	return int32(days), nil
}

// Duration is the logical type duration: a fixed of 12 bytes. The three parts are not converted
// into each other. A plain value, safe for concurrent use.
type Duration struct{ Months, Days, Millis uint32 }

// AppendDuration appends a duration.
func AppendDuration(dst []byte, d Duration) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, d.Months)
	dst = binary.LittleEndian.AppendUint32(dst, d.Days)
	return binary.LittleEndian.AppendUint32(dst, d.Millis)
}

// ReadDuration reads a duration.
func ReadDuration(src []byte, i int) (Duration, int) {
	b, next := Fixed(src, i, 12)
	if b == nil {
		return Duration{}, next
	}
	return Duration{binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:]), binary.LittleEndian.Uint32(b[8:])}, next
}

// AppendTime appends a time as a logical type: date, timestamp-* or local-timestamp-*.
func AppendTime(dst []byte, t time.Time, logical string) ([]byte, error) {
	var n int64
	var err error
	switch {
	case logical == "date":
		var days int32
		days, err = Days(t)
		n = int64(days)
	case logical[0] == 'l':
		n, err = LocalTimestamp(t, PerSecond(logical))
	default:
		n, err = Timestamp(t, PerSecond(logical))
	}
	if err != nil {
		return dst, err
	}
	return AppendLong(dst, n), nil
}

// ReadTime reads a time of a logical type: date, timestamp-* or local-timestamp-*.
func ReadTime(src []byte, i int, logical string) (time.Time, int) {
	if logical == "date" {
		n, i := Int(src, i)
		return Date(n), i
	}
	n, i := Long(src, i)
	return Time(n, PerSecond(logical)), i
}

// AppendClock appends a time of the day as time-millis (perSecond 1000), which is an int, or time-micros.
func AppendClock(dst []byte, d time.Duration, perSecond Unit) ([]byte, error) {
	n := int64(d) / (int64(time.Second) / perSecond)
	if perSecond == 1000 {
		return AppendWithin(dst, n, "time-millis")
	}
	return AppendLong(dst, n), nil
}

// Clock reads a time of the day; one of more units than a time.Duration holds is none.
func Clock(src []byte, i int, perSecond Unit) (time.Duration, int) {
	n, i := Long(src, i)
	unit := int64(time.Second) / perSecond
	if n > math.MaxInt64/unit || n < math.MinInt64/unit || perSecond == 1000 && n != int64(int32(n)) {
		return 0, len(src) + 1
	}
	return time.Duration(n * unit), i
}
