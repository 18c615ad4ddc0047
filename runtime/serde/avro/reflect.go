package avro

import (
	"fmt"
	"math"
	"math/big"
	"reflect"
	"slices"
	"time"

	"github.com/streamgen/streamgen/internal/avroschema"
)

// Reflected is a codec of a Go type by reflection: what the interpreter and tests use, and the second
// opinion on generated ones. Safe for concurrent use.
type Reflected struct {
	Schema *Schema
	root   *coder
	text   string
}

// Reflect makes the codec of a type; schema is its schema's JSON, "" for that of its method AvroSchema or
// one made of its fields. The error says which part of the type has no Avro form.
func Reflect(t reflect.Type, schema string) (*Reflected, error) {
	g := &goTypes{known: map[reflect.Type]*avroschema.GoType{}, back: map[*avroschema.GoType]reflect.Type{}}
	described := g.of(t)
	var s *Schema
	var err error
	if schema != "" {
		s, err = Parse(schema)
	} else {
		s, err = avroschema.Derive(described)
	}
	if err != nil {
		return nil, err
	}
	shape, err := avroschema.Match(s, described)
	if err != nil {
		return nil, err
	}
	text := schema
	if text == "" {
		if text = described.Schema; text == "" {
			text = s.String()
		}
	}
	r := &reflector{back: g.back, coders: map[*avroschema.Shape]*coder{}}
	return &Reflected{Schema: s, root: r.coder(shape), text: text}, nil
}

// Text is the JSON of the schema.
func (r *Reflected) Text() string { return r.text }

// Append appends the encoding of a value, without a header.
func (r *Reflected) Append(dst []byte, v reflect.Value) ([]byte, error) {
	return r.root.write(dst, v, 0)
}

// Decode reads a value, without a header, into v, which must be settable.
func (r *Reflected) Decode(src []byte, v reflect.Value) error {
	if r.root.read(src, 0, v, 0) == len(src) {
		return nil
	}
	if err := Explain(r.Schema, src); err != nil {
		return err
	}
	return fmt.Errorf("a number in the value does not fit the Go type of its field (schema %s)", r.Schema.Label())
}

// coder writes and reads one shape. The index that read returns lies behind the end when there is no
// value.
type coder struct {
	write func(dst []byte, v reflect.Value, depth int) ([]byte, error)
	read  func(src []byte, i int, v reflect.Value, depth int) int
}

type reflector struct {
	back   map[*avroschema.GoType]reflect.Type
	coders map[*avroschema.Shape]*coder
}

func (r *reflector) coder(sh *avroschema.Shape) *coder {
	if c := r.coders[sh]; c != nil {
		return c
	}
	c := &coder{}
	r.coders[sh] = c
	t, s := r.back[sh.Type], sh.Schema
	switch sh.Form {
	case avroschema.FormBool:
		c.write = func(dst []byte, v reflect.Value, _ int) ([]byte, error) { return AppendBool(dst, v.Bool()), nil }
		c.read = func(src []byte, i int, v reflect.Value, _ int) int {
			b, i := Bool(src, i)
			v.SetBool(b)
			return i
		}
	case avroschema.FormInt, avroschema.FormIndex:
		r.whole(c, sh, t)
	case avroschema.FormFloat:
		c.write = func(dst []byte, v reflect.Value, _ int) ([]byte, error) {
			return AppendFloat(dst, exact(v)), nil
		}
		c.read = func(src []byte, i int, v reflect.Value, _ int) int {
			f, i := Float(src, i)
			if f != f { // keeps a NaN's bits
				*(v.Addr().Convert(reflect.TypeFor[*float32]()).Interface().(*float32)) = f
				return i
			}
			v.SetFloat(float64(f))
			return i
		}
	case avroschema.FormDouble:
		c.write = func(dst []byte, v reflect.Value, _ int) ([]byte, error) { return AppendDouble(dst, v.Float()), nil }
		c.read = func(src []byte, i int, v reflect.Value, _ int) int {
			f, i := Double(src, i)
			v.SetFloat(f)
			return i
		}
	case avroschema.FormString:
		c.write = func(dst []byte, v reflect.Value, _ int) ([]byte, error) { return AppendString(dst, v.String()), nil }
		c.read = func(src []byte, i int, v reflect.Value, _ int) int {
			text, i := String(src, i)
			v.SetString(text)
			return i
		}
	case avroschema.FormBytes:
		c.write = func(dst []byte, v reflect.Value, _ int) ([]byte, error) { return AppendBytes(dst, v.Bytes()), nil }
		c.read = func(src []byte, i int, v reflect.Value, _ int) int {
			b, i := Bytes(src, i)
			v.SetBytes(b)
			return i
		}
	case avroschema.FormFixed:
		c.write = func(dst []byte, v reflect.Value, _ int) ([]byte, error) {
			for k := range v.Len() {
				dst = append(dst, byte(v.Index(k).Uint()))
			}
			return dst, nil
		}
		c.read = func(src []byte, i int, v reflect.Value, _ int) int {
			b, i := Fixed(src, i, s.Size)
			if i <= len(src) {
				reflect.Copy(v, reflect.ValueOf(b))
			}
			return i
		}
	case avroschema.FormSymbol:
		c.write = func(dst []byte, v reflect.Value, _ int) ([]byte, error) {
			at := slices.Index(s.Symbols, v.String())
			if at < 0 {
				return dst, NoSymbol(v.String(), s.Name)
			}
			return AppendLong(dst, int64(at)), nil
		}
		c.read = func(src []byte, i int, v reflect.Value, _ int) int {
			at, i := Branch(src, i, len(s.Symbols))
			if i <= len(src) {
				v.SetString(s.Symbols[at])
			}
			return i
		}
	case avroschema.FormList:
		r.list(c, sh, t)
	case avroschema.FormMap:
		r.mapping(c, sh, t)
	case avroschema.FormPointer, avroschema.FormOpt, avroschema.FormNil:
		r.nullable(c, sh, t)
	case avroschema.FormRequired:
		elem := r.coder(sh.Elem)
		c.write = func(dst []byte, v reflect.Value, depth int) ([]byte, error) {
			if v.IsNil() {
				return dst, NoValue(t.String())
			}
			return elem.write(dst, v.Elem(), depth+1)
		}
		c.read = func(src []byte, i int, v reflect.Value, depth int) int {
			p := reflect.New(t.Elem())
			v.Set(p)
			return elem.read(src, i, p.Elem(), depth+1)
		}
	case avroschema.FormUnion:
		r.union(c, sh, t)
	case avroschema.FormRecord:
		r.record(c, sh, t)
	default:
		r.logical(c, sh)
	}
	return c
}

// exact is a float32 with its bits: by way of a float64 a signalling NaN would become a quiet one.
func exact(v reflect.Value) float32 {
	p := reflect.New(v.Type())
	p.Elem().Set(v)
	return *p.Convert(reflect.TypeFor[*float32]()).Interface().(*float32)
}

// whole is the coder of integers: ints, longs and indices of symbols.
func (r *reflector) whole(c *coder, sh *avroschema.Shape, t reflect.Type) {
	s := sh.Schema
	unsigned := sh.Type.Kind == avroschema.GoUint
	c.write = func(dst []byte, v reflect.Value, _ int) ([]byte, error) {
		var n int64
		if unsigned {
			if v.Uint() > math.MaxInt64 {
				return AppendUnsigned(dst, v.Uint(), t.String())
			}
			n = int64(v.Uint())
		} else {
			n = v.Int()
		}
		switch {
		case s.Kind == KindEnum && (n < 0 || n >= int64(len(s.Symbols))):
			return dst, NoSymbol(n, s.Name)
		case s.Kind == KindInt:
			return AppendWithin(dst, n, t.String())
		}
		return AppendLong(dst, n), nil
	}
	c.read = func(src []byte, i int, v reflect.Value, _ int) int {
		n, i := Long(src, i)
		switch {
		case s.Kind == KindInt && n != int64(int32(n)), s.Kind == KindEnum && (n < 0 || n >= int64(len(s.Symbols))),
			unsigned && (n < 0 || v.OverflowUint(uint64(n))), !unsigned && v.OverflowInt(n):
			return len(src) + 1
		case unsigned:
			v.SetUint(uint64(n))
		default:
			v.SetInt(n)
		}
		return i
	}
}

func (r *reflector) list(c *coder, sh *avroschema.Shape, t reflect.Type) {
	elem, least := r.coder(sh.Elem), Least(sh.Schema.Items)
	c.write = func(dst []byte, v reflect.Value, depth int) ([]byte, error) {
		if depth > MaxDepth {
			return dst, TooDeep()
		}
		if v.Len() > 0 {
			dst = AppendLong(dst, int64(v.Len()))
		}
		for k := range v.Len() {
			var err error
			if dst, err = elem.write(dst, v.Index(k), depth+1); err != nil {
				return dst, err
			}
		}
		return append(dst, 0), nil
	}
	c.read = func(src []byte, i int, v reflect.Value, depth int) int {
		if depth > MaxDepth {
			return len(src) + 1
		}
		out := reflect.MakeSlice(t, 0, 0)
		for {
			var n int
			if n, i = Block(src, i, least, out.Len()); n == 0 {
				v.Set(out)
				return i
			}
			for range n {
				e := reflect.New(t.Elem()).Elem()
				if i = elem.read(src, i, e, depth+1); i > len(src) {
					return i
				}
				out = reflect.Append(out, e)
			}
		}
	}
}

func (r *reflector) mapping(c *coder, sh *avroschema.Shape, t reflect.Type) {
	elem, least := r.coder(sh.Elem), Least(sh.Schema.Items)+1
	c.write = func(dst []byte, v reflect.Value, depth int) ([]byte, error) {
		if depth > MaxDepth {
			return dst, TooDeep()
		}
		if v.Len() > 0 {
			dst = AppendLong(dst, int64(v.Len()))
		}
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int {
			switch {
			case a.String() < b.String():
				return -1
			case a.String() > b.String():
				return 1
			}
			return 0
		})
		for _, k := range keys {
			var err error
			if dst, err = elem.write(AppendString(dst, k.String()), v.MapIndex(k), depth+1); err != nil {
				return dst, err
			}
		}
		return append(dst, 0), nil
	}
	c.read = func(src []byte, i int, v reflect.Value, depth int) int {
		if depth > MaxDepth {
			return len(src) + 1
		}
		out := reflect.MakeMap(t)
		for total := 0; ; {
			var n int
			if n, i = Block(src, i, least, total); n == 0 {
				v.Set(out)
				return i
			}
			total += n
			for range n {
				var key string
				key, i = String(src, i)
				e := reflect.New(t.Elem()).Elem()
				if i = elem.read(src, i, e, depth+1); i > len(src) {
					return i
				}
				out.SetMapIndex(reflect.ValueOf(key).Convert(t.Key()), e)
			}
		}
	}
}

func (r *reflector) nullable(c *coder, sh *avroschema.Shape, t reflect.Type) {
	elem, null := r.coder(sh.Elem), sh.Null
	c.write = func(dst []byte, v reflect.Value, depth int) ([]byte, error) {
		if depth > MaxDepth {
			return dst, TooDeep()
		}
		var inner reflect.Value
		absent := false
		switch sh.Form {
		case avroschema.FormOpt:
			inner, absent = v.Field(0), !v.Field(1).Bool()
		case avroschema.FormPointer:
			if absent = v.IsNil(); !absent {
				inner = v.Elem()
			}
		default:
			inner, absent = v, v.IsNil()
		}
		if absent {
			return AppendLong(dst, int64(null)), nil
		}
		return elem.write(AppendLong(dst, int64(1-null)), inner, depth+1)
	}
	c.read = func(src []byte, i int, v reflect.Value, depth int) int {
		b, i := Branch(src, i, 2)
		if i > len(src) || depth > MaxDepth {
			return len(src) + 1
		}
		v.SetZero()
		if b == null {
			return i
		}
		switch sh.Form {
		case avroschema.FormOpt:
			v.Field(1).SetBool(true)
			return elem.read(src, i, v.Field(0), depth+1)
		case avroschema.FormPointer:
			p := reflect.New(t.Elem())
			v.Set(p)
			return elem.read(src, i, p.Elem(), depth+1)
		}
		return elem.read(src, i, v, depth+1)
	}
}

func (r *reflector) union(c *coder, sh *avroschema.Shape, t reflect.Type) {
	type branch struct {
		index []int
		coder *coder
	}
	branches := make([]branch, len(sh.Fields))
	for i, f := range sh.Fields {
		if f.Name != "" {
			field, _ := t.FieldByName(f.Name)
			branches[i] = branch{field.Index, r.coder(f.Shape)}
		}
	}
	c.write = func(dst []byte, v reflect.Value, depth int) ([]byte, error) {
		if depth > MaxDepth {
			return dst, TooDeep()
		}
		for i, b := range branches {
			if b.coder != nil && !v.FieldByIndex(b.index).IsNil() {
				return b.coder.write(AppendLong(dst, int64(i)), v.FieldByIndex(b.index).Elem(), depth+1)
			}
		}
		if sh.Null < 0 {
			return dst, NoValue(t.String())
		}
		return AppendLong(dst, int64(sh.Null)), nil
	}
	c.read = func(src []byte, i int, v reflect.Value, depth int) int {
		at, i := Branch(src, i, len(branches))
		if i > len(src) || depth > MaxDepth {
			return len(src) + 1
		}
		v.SetZero()
		b := branches[at]
		if b.coder == nil {
			return i
		}
		f := v.FieldByIndex(b.index)
		p := reflect.New(f.Type().Elem())
		f.Set(p)
		return b.coder.read(src, i, p.Elem(), depth+1)
	}
}

func (r *reflector) record(c *coder, sh *avroschema.Shape, t reflect.Type) {
	type field struct {
		index []int
		coder *coder
	}
	fields := make([]field, len(sh.Fields))
	for i, f := range sh.Fields {
		if f.Name != "" {
			own, _ := t.FieldByName(f.Name)
			fields[i] = field{own.Index, r.coder(f.Shape)}
		}
	}
	c.write = func(dst []byte, v reflect.Value, depth int) ([]byte, error) {
		if depth > MaxDepth {
			return dst, TooDeep()
		}
		for i, f := range fields {
			if f.coder == nil {
				dst = append(dst, sh.Fields[i].Field.Bytes...)
				continue
			}
			var err error
			if dst, err = f.coder.write(dst, v.FieldByIndex(f.index), depth+1); err != nil {
				return dst, fmt.Errorf("%s: %w", sh.Fields[i].Field.Name, err)
			}
		}
		return dst, nil
	}
	c.read = func(src []byte, i int, v reflect.Value, depth int) int {
		if depth > MaxDepth {
			return len(src) + 1
		}
		for k, f := range fields {
			if f.coder == nil {
				i = Skip(sh.Fields[k].Type, src, i)
			} else {
				i = f.coder.read(src, i, v.FieldByIndex(f.index), depth+1)
			}
			if i > len(src) {
				return i
			}
		}
		return i
	}
}

// logical is the coder of logical types that have a Go type of their own.
func (r *reflector) logical(c *coder, sh *avroschema.Shape) {
	s := sh.Schema
	unit := PerSecond(s.Logical)
	size := -1
	if s.Kind == KindFixed {
		size = s.Size
	}
	switch sh.Form {
	case avroschema.FormDecimal:
		c.write = func(dst []byte, v reflect.Value, _ int) ([]byte, error) {
			return AppendDecimal(dst, v.Interface().(*big.Rat), size, s.Precision, s.Scale)
		}
		c.read = func(src []byte, i int, v reflect.Value, _ int) int {
			d, i := ReadDecimal(src, i, size, s.Scale)
			v.Set(reflect.ValueOf(d))
			return i
		}
	case avroschema.FormDuration:
		c.write = func(dst []byte, v reflect.Value, _ int) ([]byte, error) {
			return AppendDuration(dst, v.Interface().(Duration)), nil
		}
		c.read = func(src []byte, i int, v reflect.Value, _ int) int {
			d, i := ReadDuration(src, i)
			v.Set(reflect.ValueOf(d))
			return i
		}
	case avroschema.FormClock:
		c.write = func(dst []byte, v reflect.Value, _ int) ([]byte, error) {
			n := v.Int() / (int64(time.Second) / unit)
			if s.Kind == KindInt {
				return AppendWithin(dst, n, s.Logical)
			}
			return AppendLong(dst, n), nil
		}
		c.read = func(src []byte, i int, v reflect.Value, _ int) int {
			d, i := Clock(src, i, unit)
			v.SetInt(int64(d))
			return i
		}
	case avroschema.FormTime:
		c.write = func(dst []byte, v reflect.Value, _ int) ([]byte, error) {
			return AppendTime(dst, v.Interface().(time.Time), s.Logical)
		}
		c.read = func(src []byte, i int, v reflect.Value, _ int) int {
			at, i := ReadTime(src, i, s.Logical)
			v.Set(reflect.ValueOf(at))
			return i
		}
	}
}
