package avrocorpus

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"reflect"
	"time"

	"github.com/streamgen/streamgen/runtime/serde/avro"
)

// fill draws a value of any type of the corpus.
func fill(r *rand.Rand, v reflect.Value, depth int) {
	switch v.Type() {
	case reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Unix(r.Int64N(1<<33)-1<<32, r.Int64N(1e9)).UTC()))
		return
	case reflect.TypeFor[time.Duration]():
		v.SetInt(r.Int64N(int64(24 * time.Hour)))
		return
	case reflect.TypeFor[*big.Rat]():
		v.Set(reflect.ValueOf(big.NewRat(r.Int64N(1<<40)-1<<39, 10_000)))
		return
	case reflect.TypeFor[Suit]():
		v.SetString([]string{"SPADES", "HEARTS", "CLUBS"}[r.IntN(3)])
		return
	case reflect.TypeFor[Level]():
		v.SetInt(int64(r.IntN(2)))
		return
	case reflect.TypeFor[Either]():
		if k := r.IntN(4); k < 3 {
			f := v.Field(k + 1)
			f.Set(reflect.New(f.Type().Elem()))
			fill(r, f.Elem(), depth+1)
		}
		return
	case reflect.TypeFor[avro.Duration]():
		v.Set(reflect.ValueOf(avro.Duration{Months: r.Uint32(), Days: r.Uint32(), Millis: r.Uint32()}))
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		bits := v.Type().Bits()
		v.SetInt(int64(r.Uint64()) >> (64 - bits) >> r.IntN(bits))
	case reflect.Uint8, reflect.Uint16, reflect.Uint32:
		bits := v.Type().Bits()
		v.SetUint(r.Uint64() >> (64 - bits) >> r.IntN(bits))
	case reflect.Float32, reflect.Float64:
		v.SetFloat([]float64{0, 1.5, -2e10, math.Inf(1), math.SmallestNonzeroFloat32, r.Float64()}[r.IntN(6)])
		if v.Kind() == reflect.Float32 {
			v.SetFloat(float64(float32(v.Float())))
		}
	case reflect.String:
		v.SetString([]string{"", "a", "håp", "a longer text of some sixty-five bytes, so that its length takes two"}[r.IntN(4)])
	case reflect.Pointer:
		if depth < 5 && r.IntN(2) == 0 {
			v.Set(reflect.New(v.Type().Elem()))
			fill(r, v.Elem(), depth+1)
		}
	case reflect.Slice:
		n := r.IntN(4)
		if depth > 4 {
			n = 0
		}
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			fill(r, v.Index(i), depth+1)
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(r, v.Index(i), depth+1)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range r.IntN(3) {
			k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			fill(r, k, depth+1)
			if depth < 4 {
				fill(r, e, depth+1)
			} else if e.Kind() == reflect.Struct {
				continue
			}
			v.SetMapIndex(k, e)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			switch v.Type().Field(i).Name {
			case "_":
			case "UUID": // libraries refuse texts that are none
				v.Field(i).SetString(fmt.Sprintf("%08x-0000-4000-8000-%012x", r.Uint32(), r.Uint32()))
			default:
				fill(r, v.Field(i), depth+1)
			}
		}
	}
}
