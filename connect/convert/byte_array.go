package convert

import (
	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
)

// ByteArray is org.apache.kafka.connect.converters.ByteArrayConverter: bytes as they are.
type ByteArray struct{}

// NewByteArray returns the converter.
func NewByteArray() plugin.Plugin { return &ByteArray{} }

// Info names the converter.
func (*ByteArray) Info() plugin.Info {
	return plugin.Info{Class: "org.apache.kafka.connect.converters.ByteArrayConverter", Version: version, Doc: "Bytes as they are."}
}

var plainKeys = config.New(use)

// Config lists the converter's keys.
func (*ByteArray) Config() *config.Def { return plainKeys }

// Configure takes the options, of which there are none.
func (*ByteArray) Configure(map[string]string, plugin.Use) error { return nil }

// FromConnect appends the bytes.
func (*ByteArray) FromConnect(dst []byte, _ string, _ *[]plugin.RawHeader, schema *data.Schema, value any) ([]byte, error) {
	if schema != nil && schema.Type() != data.TypeBytes {
		return nil, data.Errorf("Invalid schema type for ByteArrayConverter: %s", schema.Type())
	}
	if value == nil {
		return nil, nil
	}
	b, ok := value.([]byte)
	if !ok {
		return nil, data.Errorf("ByteArrayConverter is not compatible with objects of type class %s", data.JavaClass(value))
	}
	return append(dst, b...), nil
}

// ToConnect returns the bytes.
func (*ByteArray) ToConnect(_ string, _ []plugin.RawHeader, b []byte) (*data.Schema, any, error) {
	if b == nil {
		return data.OptionalBytesSchema, nil, nil
	}
	return data.OptionalBytesSchema, b, nil
}

// FromHeader is FromConnect for a header's value.
func (c *ByteArray) FromHeader(dst []byte, topic, _ string, schema *data.Schema, value any) ([]byte, error) {
	return c.FromConnect(dst, topic, nil, schema, value)
}

// ToHeader is ToConnect for a header's value.
func (c *ByteArray) ToHeader(topic, _ string, b []byte) (*data.Schema, any, error) {
	return c.ToConnect(topic, nil, b)
}
