package judge

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"strings"

	"github.com/streamgen/streamgen/connect/data"
)

// drawing draws schemas, values and cases. It belongs to one goroutine.
type drawing struct {
	*rand.Rand
}

func pick[T any](d *drawing, from ...T) T { return from[d.IntN(len(from))] }

// chance is true once in n.
func (d *drawing) chance(n int) bool { return d.IntN(n) == 0 }

var fieldNames = []string{"a", "b", "c", "id", "name", "x.y", "ts", "über", "a.b", "value", "f1", "f2", "AaAa", "BBBB", "k`", "order_total"}

var plainTypes = []data.Type{data.TypeInt8, data.TypeInt16, data.TypeInt32, data.TypeInt64, data.TypeFloat32, data.TypeFloat64, data.TypeBoolean, data.TypeString, data.TypeBytes}

// schema draws a schema; depth bounds what it nests.
func (d *drawing) schema(depth int) *data.Schema {
	var b *data.Builder
	switch n := d.IntN(20); {
	case n < 10 || depth == 0 && n < 15:
		b = data.NewBuilder(pick(d, plainTypes...))
	case n < 15:
		switch d.IntN(4) {
		case 0:
			b = data.ArrayOf(d.schema(depth - 1))
		case 1:
			b = data.MapOf(d.schema(min(depth-1, 0)), d.schema(depth-1))
		case 2:
			b = data.MapOf(data.StringSchema, d.schema(depth-1))
		default:
			b = d.structBuilder(depth - 1)
		}
	case n == 15:
		b = data.DecimalSchema(pick[int32](d, 0, 2, 5, -1))
	case n == 16:
		b = data.DateOf()
	case n == 17:
		b = data.TimeOf()
	default:
		b = data.TimestampOf()
	}
	if d.chance(3) {
		b.Optional()
	}
	if d.chance(12) {
		b.Doc("some doc")
	}
	s, err := b.Build()
	if err != nil {
		return data.StringSchema
	}
	if s.Name() == "" && d.chance(12) {
		b.Name(pick(d, "N", "com.acme.Thing", "")).Version(int32(d.IntN(5)))
	}
	if d.chance(15) {
		b.Parameter("p", "1").Parameter("q\"", "ü")
	}
	if d.chance(6) && s.Type() != data.TypeStruct {
		// Java compares lists of bytes by their addresses: schemas with such a default equal no other.
		if def := d.value(s, 2); s.Type().Primitive() || !printsAddress(def) {
			b.Default(def)
		}
	}
	if with, err := b.Build(); err == nil {
		return with
	}
	return s
}

func (d *drawing) structBuilder(depth int) *data.Builder {
	b := data.StructOf()
	for _, i := range d.Perm(len(fieldNames))[:d.IntN(6)+1] {
		b.Field(fieldNames[i], d.schema(max(depth, 0)))
	}
	return b
}

// structure draws a struct's schema.
func (d *drawing) structure(depth int) *data.Schema {
	b := d.structBuilder(depth)
	if d.chance(4) {
		b.Optional()
	}
	if d.chance(3) {
		b.Name("com.acme.Row").Version(2)
	}
	if d.chance(6) {
		b.Doc("row").Parameter("p", "x")
	}
	s, err := b.Build()
	if err != nil {
		return data.StringSchema
	}
	return s
}

var texts = []string{"", "a", "hello world", "true", "TRUE", "1", "-42", "128", "1.5", "1e3", "NaN", "Infinity", " 7 ", "0x1p3", "99999999999", "quote\" and \\ slash", "ünïcödé", "😀 emoji",
	"line\nbreak\ttab", "\u0001\u001f", "2020-01-02", "2020-01-02T03:04:05.678Z", "03:04:05.678Z", "null", "[1,2]", "{a:1}", "</script>", "\u2028", "AJw=", "1.5f", "+5", "2021-02-30 25:61:00", "31 Dec 1999"}

func (d *drawing) text() string {
	if d.chance(3) {
		var b strings.Builder
		for range d.IntN(12) {
			b.WriteRune(pick(d, 'a', 'Z', '0', '9', '.', '-', ':', '"', '\\', ' ', ',', '{', '}', '[', ']', 'é', '€', '😀', '\n'))
		}
		return b.String()
	}
	return pick(d, texts...)
}

func (d *drawing) integer(bits int) int64 {
	switch d.IntN(6) {
	case 0:
		return int64(1)<<(bits-1) - 1
	case 1:
		return -1 << (bits - 1)
	case 2:
		return int64(d.IntN(3) - 1)
	}
	return int64(d.Uint64()) >> (64 - bits) >> d.IntN(bits)
}

func (d *drawing) float() float64 {
	switch d.IntN(8) {
	case 0:
		return pick(d, 0, math.Copysign(0, -1), math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, math.SmallestNonzeroFloat64, 1e7, 1e-3, 9.999e6, 1e21, 123456789012)
	case 1:
		return math.Float64frombits(d.Uint64())
	case 2:
		return float64(d.integer(64))
	}
	return math.Round(d.NormFloat64()*1e6) / pick(d, 1.0, 10, 1000, 1e7)
}

func (d *drawing) millis() int64 {
	switch d.IntN(6) {
	case 0:
		return pick[int64](d, 0, -1, 86399999, 86400000, -62135596800000, -12219292800000, -12219292800001, 253402300799999)
	case 1:
		return d.Int64N(1<<47) - 1<<46
	case 2:
		return d.Int64N(40000)*86400000 - 1000*86400000
	}
	return 1600000000000 + d.Int64N(100000000000)
}

// value draws a value that fits the schema.
func (d *drawing) value(s *data.Schema, depth int) any {
	if s.Optional() && d.chance(4) || s.Default() != nil && d.chance(3) {
		return nil
	}
	switch s.Name() {
	case data.DecimalName:
		scale, err := data.DecimalScale(s)
		if err != nil {
			return nil
		}
		n := big.NewInt(d.integer(64))
		if d.chance(5) {
			n.Mul(n, n)
		}
		return data.Decimal{Unscaled: n, Scale: scale}
	case data.DateName:
		return data.Millis(d.millis() / 86400000 * 86400000)
	case data.TimeName:
		return data.Millis(d.Int64N(86400000))
	case data.TimestampName:
		return data.Millis(d.millis())
	}
	switch s.Type() {
	case data.TypeInt8:
		return int8(d.integer(8))
	case data.TypeInt16:
		return int16(d.integer(16))
	case data.TypeInt32:
		return int32(d.integer(32))
	case data.TypeInt64:
		if d.chance(3) {
			return d.millis()
		}
		return d.integer(64)
	case data.TypeFloat32:
		return float32(d.float())
	case data.TypeFloat64:
		return d.float()
	case data.TypeBoolean:
		return d.chance(2)
	case data.TypeString:
		return d.text()
	case data.TypeBytes:
		return []byte(d.text())
	case data.TypeArray:
		list := []any{}
		for range d.IntN(4) {
			list = append(list, d.element(s.Value(), depth-1))
		}
		return list
	case data.TypeMap:
		m := data.NewMap()
		for range d.IntN(5) {
			if k := d.value(s.Key(), depth-1); k != nil && !unstable(k) {
				m.Put(k, d.element(s.Value(), depth-1))
			}
		}
		return m
	}
	st := data.MakeStruct(s)
	for i, f := range s.Fields() {
		st.Set(i, d.value(f.Schema, depth-1))
	}
	return st
}

// element draws a value that fits even where a default does not stand for null.
func (d *drawing) element(s *data.Schema, depth int) any {
	if v := d.value(s, depth); v != nil || s.Optional() {
		return v
	}
	return s.Default()
}

// unstable says that Java's hash of a value differs between runs.
func unstable(v any) bool {
	switch v.(type) {
	case []byte, *data.Struct, []any, *data.Map:
		return true
	}
	return false
}

// free draws a value without a schema.
func (d *drawing) free(depth int) any {
	switch n := d.IntN(16); {
	case n < 3 && depth > 0:
		return d.mapping(depth - 1)
	case n < 5 && depth > 0:
		list := []any{}
		for range d.IntN(4) {
			list = append(list, d.free(depth-1))
		}
		return list
	case n == 5:
		return nil
	case n == 6 && d.chance(3):
		return data.Millis(d.millis())
	case n == 7 && d.chance(3):
		return data.Decimal{Unscaled: big.NewInt(d.integer(64)), Scale: int32(d.IntN(5))}
	}
	s, err := data.NewBuilder(pick(d, plainTypes...)).Build()
	if err != nil {
		return nil
	}
	return d.value(s, 0)
}

func (d *drawing) mapping(depth int) *data.Map {
	m := data.NewMap()
	if d.chance(6) {
		m = data.NewLinkedMap()
	}
	n := d.IntN(7)
	if d.chance(8) {
		n = 11 + d.IntN(6)
	}
	for i := range n {
		k := pick(d, fieldNames...)
		if n > 10 {
			k = fmt.Sprint(k, i)
		}
		m.Put(k, d.free(depth))
	}
	return m
}
