package convert

import (
	"encoding/binary"
	"math"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
)

// Fixed is a converter of values that have one size in bytes, big endian: Connect's converters of numbers and booleans.
type Fixed struct {
	class  string // of Java's converter, its last part
	name   string // of the type, in Java's texts
	size   int
	reader string // of Java's deserializer, in its texts
	schema *data.Schema
	append func(dst []byte, v any) ([]byte, bool)
	read   func(b []byte) any
}

// NewShort returns ShortConverter.
func NewShort() plugin.Plugin {
	return &Fixed{"ShortConverter", "short", 2, "ShortDeserializer", data.OptionalInt16Schema,
		func(dst []byte, v any) ([]byte, bool) {
			n, ok := v.(int16)
			return binary.BigEndian.AppendUint16(dst, uint16(n)), ok
		},
		func(b []byte) any { return int16(binary.BigEndian.Uint16(b)) }}
}

// NewInteger returns IntegerConverter.
func NewInteger() plugin.Plugin {
	return &Fixed{"IntegerConverter", "integer", 4, "IntegerDeserializer", data.OptionalInt32Schema,
		func(dst []byte, v any) ([]byte, bool) {
			n, ok := v.(int32)
			return binary.BigEndian.AppendUint32(dst, uint32(n)), ok
		},
		func(b []byte) any { return int32(binary.BigEndian.Uint32(b)) }}
}

// NewLong returns LongConverter.
func NewLong() plugin.Plugin {
	return &Fixed{"LongConverter", "long", 8, "LongDeserializer", data.OptionalInt64Schema,
		func(dst []byte, v any) ([]byte, bool) {
			n, ok := v.(int64)
			return binary.BigEndian.AppendUint64(dst, uint64(n)), ok
		},
		func(b []byte) any { return int64(binary.BigEndian.Uint64(b)) }}
}

// NewFloat returns FloatConverter.
func NewFloat() plugin.Plugin {
	return &Fixed{"FloatConverter", "float", 4, "Deserializer", data.OptionalFloat32Schema,
		func(dst []byte, v any) ([]byte, bool) {
			f, ok := v.(float32)
			return binary.BigEndian.AppendUint32(dst, math.Float32bits(f)), ok
		},
		func(b []byte) any { return math.Float32frombits(binary.BigEndian.Uint32(b)) }}
}

// NewDouble returns DoubleConverter.
func NewDouble() plugin.Plugin {
	return &Fixed{"DoubleConverter", "double", 8, "Deserializer", data.OptionalFloat64Schema,
		func(dst []byte, v any) ([]byte, bool) {
			f, ok := v.(float64)
			return binary.BigEndian.AppendUint64(dst, math.Float64bits(f)), ok
		},
		func(b []byte) any { return math.Float64frombits(binary.BigEndian.Uint64(b)) }}
}

// NewBoolean returns BooleanConverter, whose values are one byte, 0 or 1.
func NewBoolean() plugin.Plugin {
	return &Fixed{"BooleanConverter", "boolean", 1, "BooleanDeserializer", data.OptionalBooleanSchema,
		func(dst []byte, v any) ([]byte, bool) {
			is, ok := v.(bool)
			if is {
				return append(dst, 1), ok
			}
			return append(dst, 0), ok
		},
		func(b []byte) any {
			if b[0] > 1 {
				return nil
			}
			return b[0] == 1
		}}
}

// Info names the converter.
func (c *Fixed) Info() plugin.Info {
	return plugin.Info{Class: "org.apache.kafka.connect.converters." + c.class, Version: version, Doc: "Values as big-endian bytes: " + c.name + "."}
}

// Config lists the converter's keys.
func (*Fixed) Config() *config.Def { return plainKeys }

// Configure takes the options, of which there are none.
func (*Fixed) Configure(map[string]string, plugin.Use) error { return nil }

// FromConnect appends the value's bytes.
func (c *Fixed) FromConnect(dst []byte, _ string, _ *[]plugin.RawHeader, schema *data.Schema, value any) ([]byte, error) {
	boolean := c.schema.Type() == data.TypeBoolean
	if boolean && schema != nil && schema.Type() != data.TypeBoolean {
		return nil, data.Errorf("Invalid schema type for BooleanConverter: %s", schema.Type())
	}
	if value == nil {
		return nil, nil
	}
	out, ok := c.append(dst, value)
	switch {
	case ok:
		return out, nil
	case boolean:
		return nil, data.Errorf("BooleanConverter is not compatible with objects of type class %s", data.JavaClass(value))
	}
	return nil, data.Errorf("Failed to serialize to %s (was class %s): ", c.name, data.JavaClass(value))
}

// ToConnect reads a value.
func (c *Fixed) ToConnect(_ string, _ []plugin.RawHeader, b []byte) (*data.Schema, any, error) {
	if b == nil {
		return c.schema, nil, nil
	}
	failed := func(format string, args ...any) error {
		return data.Errorf("Failed to deserialize %s: ", c.name).Because(data.ErrorOf("org.apache.kafka.common.errors.SerializationException", format, args...))
	}
	if len(b) != c.size {
		return nil, nil, failed("Size of data received by %s is not %d", c.reader, c.size)
	}
	v := c.read(b)
	if v == nil {
		return nil, nil, failed("Unexpected byte received by BooleanDeserializer: %d", int8(b[0]))
	}
	return c.schema, v, nil
}

// FromHeader is FromConnect for a header's value.
func (c *Fixed) FromHeader(dst []byte, topic, _ string, schema *data.Schema, value any) ([]byte, error) {
	return c.FromConnect(dst, topic, nil, schema, value)
}

// ToHeader is ToConnect for a header's value.
func (c *Fixed) ToHeader(topic, _ string, b []byte) (*data.Schema, any, error) {
	return c.ToConnect(topic, nil, b)
}
