package corpus

import (
	"encoding/json"
	"math"
	"reflect"
	"time"
)

// entropy turns fuzzed bytes into choices; when they are used up every choice is the first one, so values end.
type entropy struct{ data []byte }

func (e *entropy) below(n int) int {
	if len(e.data) == 0 {
		return 0
	}
	b := int(e.data[0])
	e.data = e.data[1:]
	return b % n
}

func (e *entropy) bits() (x uint64) {
	for range e.below(9) {
		x = x<<8 | uint64(e.below(256))
	}
	return x
}

var texts = []string{"", "AA", "plain text of some length", "q\"b\\s/", "\b\f\n\r\t\x00\x1f\x7f", "ünï¢ødé 漢字", "😀\u2028\u2029<&>", "\xff", "a\xc3", "\xed\xa0\x80", "\ufffd", "0", "-1", "null", "id"}

func (e *entropy) text() string {
	text := texts[e.below(len(texts))]
	for range e.below(4) {
		text += string(rune(e.below(256)))
	}
	return text
}

var floats = []float64{0, math.Copysign(0, -1), 1, -1.5, 0.1, 1e-6, 9.99e-7, 1e-7, 1e20, 1e21, 1.5e300, 5e-324, math.MaxFloat64,
	math.MaxFloat32, 1 << 24, 1<<24 + 2, 1 << 53, 1<<53 + 2, 123456789.125, math.Inf(1), math.NaN()}

// fill sets v to some value.
func (e *entropy) fill(v reflect.Value, depth int) {
	switch p := v.Addr().Interface().(type) {
	case *time.Time:
		zones := []*time.Location{time.UTC, time.FixedZone("", 3600), time.FixedZone("", -5*3600-1800), time.FixedZone("", 90000)}
		*p = time.Unix(int64(int32(e.bits()))*int64(1+e.below(2)*200), int64(e.below(2)*e.below(256)*1000)).In(zones[e.below(len(zones))])
		if e.below(4) == 0 {
			*p = time.Time{}
		}
		return
	case *Verbatim:
		p.text = []string{"", `{"a" : [1, 2]}`, "12", `"x"`, "null", "[]", "{", `{"b":1,"b":2}`}[e.below(8)]
		return
	case *json.RawMessage:
		*p = [][]byte{nil, []byte(`{"a" : 1}`), []byte("x"), []byte(`"\u0041"`), []byte(`{"a":{"b" : [1.0, -0, 1e2]},"\u0063":"\u0064"}`), []byte(`{"id":1}`), []byte(`{}`), []byte(`{"a":1,"a":2}`), []byte(`{"note":1}`)}[e.below(9)]
		return
	}
	switch v.Kind() {
	case reflect.Interface:
		if depth >= 6 {
			return
		}
		kinds := []reflect.Type{nil, reflect.TypeFor[string](), reflect.TypeFor[float64](), reflect.TypeFor[bool](), reflect.TypeFor[[]any](), reflect.TypeFor[map[string]any](),
			reflect.TypeFor[Leg](), reflect.TypeFor[*Coded](), reflect.TypeFor[map[Coded]int](), reflect.TypeFor[Verbatim]()}
		if t := kinds[e.below(len(kinds))]; t != nil {
			held := reflect.New(t).Elem()
			e.fill(held, depth+1)
			v.Set(held)
		}
	case reflect.Bool:
		v.SetBool(e.below(2) == 1)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(int64(e.bits()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		v.SetUint(e.bits())
	case reflect.Float32, reflect.Float64:
		if e.below(2) == 0 {
			v.SetFloat(floats[e.below(len(floats))])
		} else {
			v.SetFloat(math.Float64frombits(e.bits()))
		}
	case reflect.String:
		v.SetString(e.text())
	case reflect.Pointer:
		if depth < 6 && e.below(3) > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			e.fill(v.Elem(), depth+1)
		}
	case reflect.Slice:
		if n := e.below(5); n > 0 && depth < 6 {
			v.Set(reflect.MakeSlice(v.Type(), n-1, n-1))
			for i := range v.Len() {
				e.fill(v.Index(i), depth+1)
			}
		}
	case reflect.Array:
		for i := range v.Len() {
			e.fill(v.Index(i), depth+1)
		}
	case reflect.Map:
		if n := e.below(5); n > 0 && depth < 6 {
			v.Set(reflect.MakeMap(v.Type()))
			for range n - 1 {
				key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
				e.fill(key, depth+1)
				e.fill(value, depth+1)
				v.SetMapIndex(key, value)
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				e.fill(v.Field(i), depth+1)
			}
		}
	}
}
