package judge

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"time"

	"github.com/streamgen/streamgen/connect/data"
)

// Case is one call of a class. It belongs to one goroutine.
type Case struct {
	Op     string            `json:"op"` // transform, predicate, from, to, fromHeader, toHeader
	Class  string            `json:"class"`
	Config map[string]string `json:"config"`
	Record *Record           `json:"record,omitempty"`
	Schema any               `json:"s,omitempty"`
	Value  any               `json:"v,omitempty"`
}

// Record is a record in the form of cases. It belongs to one goroutine.
type Record struct {
	Topic       string   `json:"topic"`
	Partition   *int32   `json:"partition"`
	KeySchema   any      `json:"ks"`
	Key         any      `json:"k"`
	ValueSchema any      `json:"vs"`
	Value       any      `json:"v"`
	Timestamp   *string  `json:"ts"`
	Offset      *string  `json:"offset"` // nil for a record of a source
	Headers     [][3]any `json:"headers"`
}

// ShowSchema returns a schema's form: an object with the members that Java's side writes too.
func ShowSchema(s *data.Schema) any {
	if s == nil {
		return nil
	}
	o := map[string]any{"t": s.Type().String()}
	if s.Optional() {
		o["o"] = true
	}
	if s.HasName() {
		o["n"] = s.Name()
	}
	if v, ok := s.Version(); ok {
		o["v"] = strconv.Itoa(int(v))
	}
	if s.HasDoc() {
		o["doc"] = s.Doc()
	}
	if params := s.Parameters(); params != nil {
		list := []any{}
		for _, p := range params {
			list = append(list, []any{p.Name, p.Value})
		}
		o["p"] = list
	}
	if s.Default() != nil {
		o["d"] = ShowValue(s.Default())
	}
	switch s.Type() {
	case data.TypeStruct:
		list := []any{}
		for _, f := range s.Fields() {
			list = append(list, []any{f.Name, ShowSchema(f.Schema)})
		}
		o["f"] = list
	case data.TypeMap:
		o["k"], o["e"] = ShowSchema(s.Key()), ShowSchema(s.Value())
	case data.TypeArray:
		o["e"] = ShowSchema(s.Value())
	}
	return o
}

// ReadSchema is the inverse of ShowSchema.
func ReadSchema(form any) (*data.Schema, error) {
	if form == nil {
		return nil, nil
	}
	o, ok := form.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("no schema: %v", form)
	}
	var t data.Type
	for t = data.TypeInt8; t < data.TypeStruct && t.String() != o["t"]; t++ {
	}
	b := data.NewBuilder(t)
	element, err := ReadSchema(o["e"])
	if err != nil {
		return nil, err
	}
	switch t {
	case data.TypeArray:
		b = data.ArrayOf(element)
	case data.TypeMap:
		k, err := ReadSchema(o["k"])
		if err != nil {
			return nil, err
		}
		b = data.MapOf(k, element)
	}
	fields, _ := o["f"].([]any)
	for _, f := range fields {
		pair := f.([]any)
		s, err := ReadSchema(pair[1])
		if err != nil {
			return nil, err
		}
		b.Field(pair[0].(string), s)
	}
	if o["o"] != nil {
		b.Optional()
	}
	if n, ok := o["n"].(string); ok {
		b.Name(n)
	}
	if v, ok := o["v"].(string); ok {
		n, err := strconv.Atoi(v)
		if err != nil {
			return nil, err
		}
		b.Version(int32(n))
	}
	if doc, ok := o["doc"].(string); ok {
		b.Doc(doc)
	}
	params, _ := o["p"].([]any)
	for _, p := range params {
		pair := p.([]any)
		b.Parameter(pair[0].(string), pair[1].(string))
	}
	if o["d"] != nil {
		def, err := ReadValue(o["d"])
		if err != nil {
			return nil, err
		}
		b.Default(def)
	}
	return b.Build()
}

// ShowValue returns a value's form: null, or an array of the type and what it holds, numbers as text, floats by their bits.
func ShowValue(v any) any {
	switch v := v.(type) {
	case int8:
		return []any{"i8", strconv.Itoa(int(v))}
	case int16:
		return []any{"i16", strconv.Itoa(int(v))}
	case int32:
		return []any{"i32", strconv.Itoa(int(v))}
	case int64:
		return []any{"i64", strconv.FormatInt(v, 10)}
	case float32:
		bits := math.Float32bits(v)
		if v != v {
			bits = 0x7fc00000
		}
		return []any{"f32", strconv.FormatUint(uint64(bits), 16)}
	case float64:
		bits := math.Float64bits(v)
		if v != v {
			bits = 0x7ff8000000000000
		}
		return []any{"f64", strconv.FormatUint(bits, 16)}
	case bool:
		return []any{"b", strconv.FormatBool(v)}
	case string:
		return []any{"s", v}
	case []byte:
		return []any{"y", hex.EncodeToString(v)}
	case data.Decimal:
		return []any{"d", v.Int().String(), strconv.Itoa(int(v.Scale))}
	case time.Time:
		return []any{"t", strconv.FormatInt(v.UnixMilli(), 10)}
	case []any:
		form := []any{"l"}
		for _, e := range v {
			form = append(form, ShowValue(e))
		}
		return form
	case *data.Map:
		form := []any{"m", "hash"}
		if v.Linked() {
			form[1] = "linked"
		}
		for k, e := range v.All() {
			form = append(form, []any{ShowValue(k), ShowValue(e)})
		}
		return form
	case *data.Struct:
		form := []any{"st", ShowSchema(v.Schema())}
		for i := range v.Len() {
			form = append(form, ShowValue(v.Raw(i)))
		}
		return form
	}
	return nil
}

// ReadValue is the inverse of ShowValue.
func ReadValue(form any) (any, error) {
	if form == nil {
		return nil, nil
	}
	a, ok := form.([]any)
	if !ok || len(a) == 0 {
		return nil, fmt.Errorf("no value: %v", form)
	}
	text := ""
	if len(a) > 1 {
		text, _ = a[1].(string)
	}
	var bad error
	integer := func(bits int) int64 {
		n, err := strconv.ParseInt(text, 10, bits)
		if err != nil {
			bad = err
		}
		return n
	}
	switch a[0] {
	case "i8":
		return int8(integer(8)), bad
	case "i16":
		return int16(integer(16)), bad
	case "i32":
		return int32(integer(32)), bad
	case "i64":
		return integer(64), bad
	case "f32":
		bits, err := strconv.ParseUint(text, 16, 32)
		return math.Float32frombits(uint32(bits)), err
	case "f64":
		bits, err := strconv.ParseUint(text, 16, 64)
		return math.Float64frombits(bits), err
	case "b":
		return text == "true", nil
	case "s":
		return text, nil
	case "y":
		return hex.DecodeString(text)
	case "d":
		n, _ := new(big.Int).SetString(text, 10)
		scale, err := strconv.Atoi(a[2].(string))
		return data.Decimal{Unscaled: n, Scale: int32(scale)}, err
	case "t":
		return data.Millis(integer(64)), bad
	case "l":
		list := []any{}
		for _, e := range a[1:] {
			v, err := ReadValue(e)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, nil
	case "m":
		m := data.NewMap()
		if text == "linked" {
			m = data.NewLinkedMap()
		}
		for _, e := range a[2:] {
			pair := e.([]any)
			k, err := ReadValue(pair[0])
			if err != nil {
				return nil, err
			}
			v, err := ReadValue(pair[1])
			if err != nil {
				return nil, err
			}
			m.Put(k, v)
		}
		return m, nil
	case "st":
		s, err := ReadSchema(a[1])
		if err != nil {
			return nil, err
		}
		st, err := data.NewStruct(s)
		if err != nil {
			return nil, err
		}
		for i, e := range a[2:] {
			v, err := ReadValue(e)
			if err != nil {
				return nil, err
			}
			st.Set(i, v)
		}
		return st, nil
	}
	return nil, fmt.Errorf("no value: %v", form)
}

// Parse reads any JSON as cases and answers have it.
func Parse(text string) (v any, err error) {
	err = json.Unmarshal([]byte(text), &v)
	return v, err
}
