package convert

import (
	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
)

// SimpleHeader is org.apache.kafka.connect.storage.SimpleHeaderConverter: values as text, and text as whatever it looks like.
type SimpleHeader struct{}

// NewSimpleHeader returns the converter.
func NewSimpleHeader() plugin.Plugin { return &SimpleHeader{} }

// Info names the converter.
func (*SimpleHeader) Info() plugin.Info {
	return plugin.Info{Class: "org.apache.kafka.connect.storage.SimpleHeaderConverter", Version: version, Doc: "Header values as text, whose type is guessed when they are read."}
}

var noKeys = config.New()

// Config lists the converter's keys.
func (*SimpleHeader) Config() *config.Def { return noKeys }

// Configure takes the options, of which there are none.
func (*SimpleHeader) Configure(map[string]string, plugin.Use) error { return nil }

// FromHeader appends the value's text.
func (*SimpleHeader) FromHeader(dst []byte, _, _ string, _ *data.Schema, value any) ([]byte, error) {
	if value == nil {
		return nil, nil
	}
	return data.AppendValue(dst, value)
}

// ToHeader guesses the value of a text. What cannot be read stays bytes.
func (*SimpleHeader) ToHeader(_, _ string, b []byte) (*data.Schema, any, error) {
	if b == nil {
		return nil, nil, nil
	}
	parsed, err := data.ParseValue(data.UTF8(b))
	if err != nil {
		return data.BytesSchema, b, nil
	}
	return parsed.Schema, parsed.Value, nil
}
