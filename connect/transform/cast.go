package transform

import (
	"encoding/base64"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
)

// Cast turns fields, or the whole key or value, into another type.
type Cast struct {
	side
	whole       bool
	to          data.Type // of the whole
	fields      []string  // in the order of Java's HashMap
	types       map[string]data.Type
	replaceNull bool
	updated     schemas
}

// Info names the transform.
func (t *Cast) Info() plugin.Info {
	return t.info("Cast", "Turns fields, or the whole key or value, into another type.")
}

var castKeys = config.New(
	must(checked(option("spec", config.List, nil, config.High, "List of fields and the type to cast them to of the form field1:type,field2:type to cast fields of "+
		"Maps or Structs. A single type to cast the entire value. Valid types are int8, int16, int32, int64, float32, float64, boolean, and string. Note that binary fields can only be cast to string."),
		func(_ string, v any) error {
			list, _ := v.([]string)
			if len(list) == 0 {
				return config.Errorf("Must specify at least one field to cast.")
			}
			return (&Cast{}).parse(list)
		})),
	replaceNullKey(),
)

// Config lists the keys.
func (*Cast) Config() *config.Def { return castKeys }

// Configure takes the options.
func (t *Cast) Configure(props map[string]string) error {
	v, err := castKeys.Parse(props)
	if err != nil {
		return err
	}
	*t = Cast{side: t.side, replaceNull: v.Bool(replaceNull)}
	return t.parse(v.List("spec"))
}

func (t *Cast) parse(list []string) error {
	t.types = make(map[string]data.Type)
	m := data.NewMap()
	for _, spec := range list {
		parts := splitColon(spec)
		if len(parts) == 0 || len(parts) > 2 {
			return config.Invalid("spec", list, "Invalid rename mapping: "+spec)
		}
		name := strings.TrimSpace(parts[len(parts)-1])
		to, ok := typeNamed(name)
		if !ok {
			return config.Errorf("Invalid value java.lang.IllegalArgumentException: No enum constant org.apache.kafka.connect.data.Schema.Type.%s for configuration Invalid type found in casting spec: %s", strings.ToUpper(name), name)
		}
		if !to.Number() && to != data.TypeBoolean && to != data.TypeString {
			return config.Errorf("Cast transformation does not support casting to %s; supported types are [INT8, INT16, INT32, INT64, FLOAT32, FLOAT64, BOOLEAN, STRING]", to)
		}
		if len(parts) == 1 {
			t.whole, t.to = true, to
			continue
		}
		field := strings.TrimSpace(parts[0])
		m.Put(field, nil)
		t.types[field] = to
	}
	if t.whole && len(list) > 1 {
		return config.Errorf("Cast transformations that specify a type to cast the entire value to may only specify a single cast in their spec")
	}
	for k := range m.All() {
		t.fields = append(t.fields, k.(string))
	}
	return nil
}

func typeNamed(name string) (data.Type, bool) {
	for t := data.TypeInt8; t <= data.TypeStruct; t++ {
		if strings.EqualFold(t.String(), name) {
			return t, true
		}
	}
	return 0, false
}

// Apply casts.
func (t *Cast) Apply(r *plugin.Record) (bool, error) {
	schema, v := t.of(r)
	if v == nil {
		return true, nil
	}
	if schema == nil {
		if t.whole {
			v, err := cast(nil, v, t.to)
			t.set(r, nil, v)
			return true, err
		}
		m, err := mapOf(v, "cast types")
		if err != nil {
			return false, err
		}
		out := m.Copy()
		for _, f := range t.fields {
			v, _ := m.Get(f)
			if v, err = cast(nil, v, t.types[f]); err != nil {
				return false, err
			}
			out.Put(f, v)
		}
		t.set(r, nil, out)
		return true, nil
	}
	updated, err := t.updated.get(schema, func() (*data.Schema, error) { return t.schema(schema) })
	if err != nil {
		return false, err
	}
	if t.whole {
		v, err := cast(schema, v, t.to)
		t.set(r, updated, v)
		return true, err
	}
	st, err := structOf(v, "cast types")
	if err != nil {
		return false, err
	}
	if err := agrees(schema, st); err != nil {
		return false, err
	}
	out := data.MakeStruct(updated)
	for i, f := range st.Schema().Fields() {
		v := at(st, i, t.replaceNull)
		to, ok := t.types[f.Name]
		if !ok {
			err = copied(out, i, v)
		} else if v, err = cast(f.Schema, v, to); err == nil {
			err = out.PutAt(i, v)
		}
		if err != nil {
			return false, err
		}
	}
	t.set(r, updated, out)
	return true, nil
}

func (t *Cast) schema(s *data.Schema) (*data.Schema, error) {
	b := data.StructOf()
	to := data.TypeStruct
	if t.whole {
		b, to = data.NewBuilder(t.to), t.to
	}
	b.Basics(s)
	if !t.whole {
		if err := noFields(s); err != nil {
			return nil, err
		}
		for _, f := range s.Fields() {
			to, ok := t.types[f.Name]
			if !ok {
				b.Field(f.Name, f.Schema)
				continue
			}
			field := data.NewBuilder(to)
			if f.Schema.Optional() {
				field.Optional()
			}
			if def := f.Schema.Default(); def != nil {
				v, err := cast(f.Schema, def, to)
				if err != nil {
					return nil, err
				}
				field.Default(v)
			}
			schema, err := field.Build()
			if err != nil {
				return nil, err
			}
			b.Field(f.Name, schema)
		}
	}
	if s.Optional() {
		b.Optional()
	}
	if def := s.Default(); def != nil {
		v, err := cast(s, def, to)
		if err != nil {
			return nil, err
		}
		b.Default(v)
	}
	return b.Build()
}

func cast(s *data.Schema, v any, to data.Type) (any, error) {
	if v == nil {
		return nil, nil
	}
	from, ok := data.TypeStruct, true
	if s != nil {
		from = s.Type()
	} else if from, ok = data.PlainType(v); !ok {
		return nil, data.Errorf("Cast transformation was passed a value of type class %s which is not supported by Connect's data API", data.JavaClass(v))
	}
	if !from.Primitive() {
		return nil, data.Errorf("Cast transformation does not support casting from %s; supported types are [INT8, INT16, INT32, INT64, FLOAT32, FLOAT64, BOOLEAN, STRING, BYTES]", from)
	}
	if to == data.TypeString {
		return castText(v), nil
	}
	if when, ok := v.(time.Time); ok && s != nil {
		var err error
		switch s.Name() {
		case data.DateName:
			v, err = data.DateDays(s, when)
		case data.TimeName:
			v, err = data.TimeMillis(s, when)
		case data.TimestampName:
			v, err = data.TimestampMillis(s, when)
		}
		if err != nil {
			return nil, err
		}
	}
	switch v := v.(type) {
	case string:
		return castString(v, to)
	case bool:
		if to == data.TypeBoolean {
			return v, nil
		}
		n := int64(0)
		if v {
			n = 1
		}
		return narrow(n, float64(n), to), nil
	case int8:
		return narrow(int64(v), float64(v), to), nil
	case int16:
		return narrow(int64(v), float64(v), to), nil
	case int32:
		return narrow(int64(v), float64(v), to), nil
	case int64:
		if to == data.TypeFloat32 {
			return float32(v), nil
		}
		return narrow(v, float64(v), to), nil
	case float32:
		return castFloat(float64(v), to), nil
	case float64:
		return castFloat(v, to), nil
	case data.Decimal:
		switch to {
		case data.TypeFloat32:
			return v.Float32(), nil
		case data.TypeFloat64:
			return v.Float64(), nil
		}
		return narrow(v.Truncated(), 0, to), nil
	}
	return nil, data.Errorf("Unexpected type in Cast transformation: class %s", data.JavaClass(v))
}

// narrow returns a whole number as the type: its low bits, or the float.
func narrow(n int64, f float64, to data.Type) any {
	switch to {
	case data.TypeInt8:
		return int8(n)
	case data.TypeInt16:
		return int16(n)
	case data.TypeInt32:
		return int32(n)
	case data.TypeInt64:
		return n
	case data.TypeFloat32:
		return float32(f)
	case data.TypeFloat64:
		return f
	}
	return n != 0
}

// castFloat follows Java's casts: to int and long they saturate, to the smaller ones by way of int.
func castFloat(f float64, to data.Type) any {
	switch to {
	case data.TypeInt64, data.TypeBoolean:
		return narrow(saturated(f, math.MinInt64, math.MaxInt64), f, to)
	}
	return narrow(saturated(f, math.MinInt32, math.MaxInt32), f, to)
}

func saturated(f float64, low, high int64) int64 {
	switch {
	case f != f:
		return 0
	case f <= float64(low):
		return low
	case f >= float64(high):
		return high
	}
	return int64(f)
}

var javaFloat = regexp.MustCompile(`^[+-]?(NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?|0[xX](?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)[pP][+-]?\d+[fFdD]?)$`)

func castString(s string, to data.Type) (any, error) {
	fail := data.Errorf("Value (%s) was out of range for requested data type", s)
	bits := 0
	switch to {
	case data.TypeBoolean:
		return strings.EqualFold(s, "true"), nil
	case data.TypeFloat32, data.TypeFloat64:
		text := strings.TrimFunc(s, func(r rune) bool { return r <= ' ' })
		if !javaFloat.MatchString(text) {
			return nil, fail
		}
		if !strings.HasSuffix(text, "NaN") && !strings.HasSuffix(text, "y") {
			hex := strings.ContainsAny(text, "xX")
			if c := text[len(text)-1] | 0x20; c == 'f' || c == 'd' {
				if !hex || strings.ContainsAny(text, "pP") {
					text = text[:len(text)-1]
				}
			}
		} else {
			text = strings.TrimPrefix(strings.TrimPrefix(text, "+"), "-") // NaN has no sign
			if strings.HasPrefix(text, "I") && strings.Contains(s, "-") {
				text = "-" + text
			}
		}
		if to == data.TypeFloat32 {
			f, _ := strconv.ParseFloat(text, 32) // beyond the range it is infinite, as in Java
			return float32(f), nil
		}
		f, _ := strconv.ParseFloat(text, 64)
		return f, nil
	case data.TypeInt8:
		bits = 8
	case data.TypeInt16:
		bits = 16
	case data.TypeInt32:
		bits = 32
	default:
		bits = 64
	}
	n, err := strconv.ParseInt(s, 10, bits)
	if err != nil {
		return nil, fail.Because(err)
	}
	return narrow(n, 0, to), nil
}

func castText(v any) string {
	switch v := v.(type) {
	case []byte:
		return base64.StdEncoding.EncodeToString(v)
	case time.Time:
		b, err := data.AppendValue(nil, v)
		if err == nil {
			return string(b)
		}
	}
	return data.Text(v)
}
