package data

import "time"

// logical is which of Connect's own logical types a schema's name stands for.
type logical uint8

const (
	noLogical logical = iota
	decimal
	date
	timeOfDay
	timestamp
)

func logicalOf(name string) logical {
	switch name {
	case DecimalName:
		return decimal
	case DateName:
		return date
	case TimeName:
		return timeOfDay
	case TimestampName:
		return timestamp
	}
	return noLogical
}

// place says what a fault is about, as Connect's texts do. Nothing is built before there is a fault.
type place struct {
	field string // "" is the value itself
	up    *place
	role  string // "element of array ", "key of map ", "value of map "
}

func (p place) String() string {
	switch {
	case p.up != nil:
		return p.role + p.up.String()
	case p.field == "":
		return "value"
	}
	return `field: "` + p.field + `"`
}

// Validate reports whether a value fits a schema, with all that it holds. The texts are those of ConnectSchema.
func Validate(schema *Schema, value any) error { return validate(schema, value, place{}) }

func validate(s *Schema, v any, at place) error {
	if v == nil {
		if s.optional {
			return nil
		}
		return Errorf("Invalid value: null used for required %s, schema type: %s", at, s.typ)
	}
	if !s.fits(v) {
		text := "Invalid Java object for schema"
		if s.named {
			text += ` "` + s.name + `"`
		}
		return Errorf("%s with type %s: class %s for %s", text, s.typ, JavaClass(v), at)
	}
	switch s.typ {
	case TypeStruct:
		st, ok := v.(*Struct)
		if !ok {
			return nil // a logical name on a struct: Connect's cast fails there, see fits
		}
		if !st.schema.Equal(s) {
			return Errorf("Struct schemas do not match.")
		}
		return st.Validate()
	case TypeArray:
		list, _ := v.([]any)
		in := place{up: &at, role: "element of array "}
		if s.value == nil {
			return Errorf("No schema defined for %s", in)
		}
		for _, e := range list {
			if err := validate(s.value, e, in); err != nil {
				return err
			}
		}
	case TypeMap:
		m, _ := v.(*Map)
		keys, values := place{up: &at, role: "key of map "}, place{up: &at, role: "value of map "}
		switch {
		case s.key == nil:
			return Errorf("No schema defined for %s", keys)
		case s.value == nil:
			return Errorf("No schema defined for %s", values)
		}
		for k, e := range m.All() {
			if err := validate(s.key, k, keys); err != nil {
				return err
			}
			if err := validate(s.value, e, values); err != nil {
				return err
			}
		}
	}
	return nil
}

// fits looks at the dynamic type alone.
func (s *Schema) fits(v any) (ok bool) {
	switch s.logical {
	case decimal:
		_, ok = v.(Decimal)
		return ok
	case date, timeOfDay, timestamp:
		_, ok = v.(time.Time)
		return ok
	}
	switch s.typ {
	case TypeInt8:
		_, ok = v.(int8)
	case TypeInt16:
		_, ok = v.(int16)
	case TypeInt32:
		_, ok = v.(int32)
	case TypeInt64:
		_, ok = v.(int64)
	case TypeFloat32:
		_, ok = v.(float32)
	case TypeFloat64:
		_, ok = v.(float64)
	case TypeBoolean:
		_, ok = v.(bool)
	case TypeString:
		_, ok = v.(string)
	case TypeBytes:
		_, ok = v.([]byte)
	case TypeArray:
		_, ok = v.([]any)
	case TypeMap:
		var m *Map
		m, ok = v.(*Map)
		ok = ok && m != nil
	case TypeStruct:
		var st *Struct
		st, ok = v.(*Struct)
		ok = ok && st != nil
	}
	return ok
}

// JavaClass returns the name of the class that Connect has for a value, as its texts print it; "null" for nil.
func JavaClass(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case int8:
		return "java.lang.Byte"
	case int16:
		return "java.lang.Short"
	case int32:
		return "java.lang.Integer"
	case int64:
		return "java.lang.Long"
	case float32:
		return "java.lang.Float"
	case float64:
		return "java.lang.Double"
	case bool:
		return "java.lang.Boolean"
	case string:
		return "java.lang.String"
	case []byte:
		return "[B"
	case []any:
		return "java.util.ArrayList"
	case *Map:
		if v.linked {
			return "java.util.LinkedHashMap"
		}
		return "java.util.HashMap"
	case *Struct:
		return "org.apache.kafka.connect.data.Struct"
	case Decimal:
		return "java.math.BigDecimal"
	case time.Time:
		return "java.util.Date"
	}
	return "java.lang.Object"
}

// PlainType returns the type of data without a schema, as ConnectSchema.schemaType does; ok is false for logical values, whose type a schema alone
// can tell.
func PlainType(v any) (t Type, ok bool) {
	switch v.(type) {
	case int8:
		return TypeInt8, true
	case int16:
		return TypeInt16, true
	case int32:
		return TypeInt32, true
	case int64:
		return TypeInt64, true
	case float32:
		return TypeFloat32, true
	case float64:
		return TypeFloat64, true
	case bool:
		return TypeBoolean, true
	case string:
		return TypeString, true
	case []byte:
		return TypeBytes, true
	case []any:
		return TypeArray, true
	case *Map:
		return TypeMap, true
	case *Struct:
		return TypeStruct, true
	}
	return 0, false
}
