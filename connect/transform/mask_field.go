package transform

import (
	"math/big"
	"slices"
	"time"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
)

// MaskField replaces fields by the empty value of their type, or by a given one.
type MaskField struct {
	side
	fields      []string // in the order of Java's HashSet
	replacement string
	custom      bool
	replaceNull bool
}

// Info names the transform.
func (t *MaskField) Info() plugin.Info {
	return t.info("MaskField", "Replaces fields by empty or given values.")
}

var maskFieldKeys = config.New(
	must(checked(option("fields", config.List, nil, config.High, "Names of fields to mask."), filled(false))),
	checked(option("replacement", config.String, nil, config.Low, "Custom value replacement, that will be applied to all 'fields' values (numeric or non-empty string values only)."), config.NonEmpty),
	replaceNullKey(),
)

// Config lists the keys.
func (*MaskField) Config() *config.Def { return maskFieldKeys }

// Configure takes the options.
func (t *MaskField) Configure(props map[string]string) error {
	v, err := maskFieldKeys.Parse(props)
	if err != nil {
		return err
	}
	*t = MaskField{side: t.side, fields: hashed(listed(v, "fields")), replacement: v.Text("replacement"), custom: v.Has("replacement"), replaceNull: v.Bool(replaceNull)}
	return nil
}

// Apply masks. A null key or value is an error.
func (t *MaskField) Apply(r *plugin.Record) (bool, error) {
	schema, v := t.of(r)
	if schema == nil {
		m, err := mapOf(v, "mask fields")
		if err != nil {
			return false, err
		}
		out := m.Copy()
		for _, f := range t.fields {
			v, _ := m.Get(f)
			if v, err = t.masked(v); err != nil {
				return false, err
			}
			out.Put(f, v)
		}
		t.set(r, nil, out)
		return true, nil
	}
	st, err := structOf(v, "mask fields")
	if err != nil {
		return false, err
	}
	out := data.MakeStruct(st.Schema())
	for i, f := range st.Schema().Fields() {
		v := at(st, i, t.replaceNull)
		if !slices.Contains(t.fields, f.Name) {
			err = copied(out, i, v)
		} else if v, err = t.masked(v); err == nil {
			err = out.PutAt(i, v)
		}
		if err != nil {
			return false, err
		}
	}
	t.set(r, schema, out)
	return true, nil
}

func (t *MaskField) masked(v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	if t.custom {
		return t.replaced(v)
	}
	switch v.(type) {
	case bool:
		return false, nil
	case int8:
		return int8(0), nil
	case int16:
		return int16(0), nil
	case int32:
		return int32(0), nil
	case int64:
		return int64(0), nil
	case float32:
		return float32(0), nil
	case float64:
		return float64(0), nil
	case data.Decimal:
		return data.Decimal{Unscaled: new(big.Int)}, nil
	case time.Time:
		return data.Millis(0), nil
	case string:
		return "", nil
	case []any:
		return []any{}, nil
	case *data.Map:
		return data.NewMap(), nil
	}
	return nil, data.Errorf("Cannot mask value of type: class %s", data.JavaClass(v))
}

func (t *MaskField) replaced(v any) (any, error) {
	if _, ok := v.(string); ok {
		return t.replacement, nil
	}
	d, err := data.ParseDecimal(t.replacement)
	if _, ok := v.(data.Decimal); ok {
		if err != nil {
			return nil, data.Errorf("Unable to convert %s (class java.lang.String) to number", t.replacement).Because(err)
		}
		return d, nil
	}
	number := data.Errorf("Unable to convert %s (class java.lang.String) to a number", t.replacement)
	switch v.(type) {
	case int8:
		v = int8(d.Truncated())
	case int16:
		v = int16(d.Truncated())
	case int32:
		v = int32(d.Truncated())
	case int64:
		v = d.Truncated()
	case float32:
		v = float32(d.Float64())
	case float64:
		v = d.Float64()
	default:
		return nil, data.Errorf("Cannot mask value of type class %s with custom replacement.", data.JavaClass(v))
	}
	if err != nil {
		return nil, number.Because(err)
	}
	return v, nil
}
