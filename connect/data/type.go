package data

// Type is the kind of a schema.
type Type uint8

// The types of Connect's data model, in the order of Java's enumeration.
const (
	TypeInt8 Type = iota
	TypeInt16
	TypeInt32
	TypeInt64
	TypeFloat32
	TypeFloat64
	TypeBoolean
	TypeString
	TypeBytes
	TypeArray
	TypeMap
	TypeStruct
)

var typeNames = [...]string{"INT8", "INT16", "INT32", "INT64", "FLOAT32", "FLOAT64", "BOOLEAN", "STRING", "BYTES", "ARRAY", "MAP", "STRUCT"}

var lowerNames = [...]string{"int8", "int16", "int32", "int64", "float32", "float64", "boolean", "string", "bytes", "array", "map", "struct"}

// String returns the name as Java prints it: INT8.
func (t Type) String() string {
	if int(t) < len(typeNames) {
		return typeNames[t]
	}
	return "UNKNOWN"
}

// Lower returns the name in lower case, as configurations write it: float32.
func (t Type) Lower() string {
	if int(t) < len(lowerNames) {
		return lowerNames[t]
	}
	return "unknown"
}

// Primitive reports whether values of the type hold no other values.
func (t Type) Primitive() bool { return t <= TypeBytes }

// Number reports whether the type is an integer or a floating-point number.
func (t Type) Number() bool { return t <= TypeFloat64 }
