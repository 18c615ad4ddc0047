package convert

import (
	"unicode/utf16"
	"unicode/utf8"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
)

// String is org.apache.kafka.connect.storage.StringConverter: any value as its text, text as strings.
type String struct {
	encoding encoding
}

// NewString returns the converter, not yet configured.
func NewString() plugin.Plugin { return &String{} }

// Info names the converter.
func (*String) Info() plugin.Info {
	return plugin.Info{Class: "org.apache.kafka.connect.storage.StringConverter", Version: version, Doc: "Values as text."}
}

var stringKeys = config.New(use, config.Key{Name: "converter.encoding", Default: "UTF-8", Order: -1, Width: config.WidthMedium, DisplayName: "Encoding",
	Doc: "The name of the Java character set to use for encoding strings as byte arrays."})

// Config lists the converter's keys.
func (*String) Config() *config.Def { return stringKeys }

// Configure takes the options.
func (c *String) Configure(props map[string]string, as plugin.Use) error {
	v, err := parse(stringKeys, props, as)
	if err != nil {
		return err
	}
	name := v.Text("converter.encoding")
	var ok bool
	if c.encoding, ok = encodings[lower(name)]; !ok {
		return &data.Error{Class: "org.apache.kafka.common.errors.SerializationException", Message: "Unsupported encoding " + name}
	}
	return nil
}

// encoding is a character set. The zero value is UTF-8.
type encoding uint8

const (
	encUTF8 encoding = iota
	encASCII
	encLatin1
	encUTF16
	encUTF16BE
	encUTF16LE
)

// encodings are the sets that every Java has, under their names and the common aliases.
var encodings = map[string]encoding{
	"utf-8": encUTF8, "utf8": encUTF8,
	"us-ascii": encASCII, "ascii": encASCII, "iso646-us": encASCII,
	"iso-8859-1": encLatin1, "iso8859-1": encLatin1, "iso8859_1": encLatin1, "latin1": encLatin1,
	"utf-16": encUTF16, "utf16": encUTF16, "utf-16be": encUTF16BE, "utf-16le": encUTF16LE,
}

func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// append appends text in the encoding. What it cannot say is a question mark, as in Java.
func (e encoding) append(dst []byte, text string) []byte {
	switch e {
	case encUTF8:
		if utf8.ValidString(text) {
			return append(dst, text...)
		}
		for _, r := range text {
			dst = utf8.AppendRune(dst, r)
		}
		return dst
	case encASCII, encLatin1:
		limit := rune(utf8.RuneSelf)
		if e == encLatin1 {
			limit = 0x100
		}
		for _, r := range text {
			if r >= limit {
				r = '?'
			}
			dst = append(dst, byte(r))
		}
		return dst
	case encUTF16:
		if text != "" {
			dst = append(dst, 0xfe, 0xff)
		}
	}
	for _, u := range utf16.Encode([]rune(text)) {
		if e == encUTF16LE {
			dst = append(dst, byte(u), byte(u>>8))
		} else {
			dst = append(dst, byte(u>>8), byte(u))
		}
	}
	return dst
}

// text reads bytes in the encoding. What is not of it becomes the replacement character.
func (e encoding) text(b []byte) string {
	switch e {
	case encUTF8:
		return data.UTF8(b)
	case encASCII, encLatin1:
		runes := make([]rune, len(b))
		for i, c := range b {
			if runes[i] = rune(c); e == encASCII && c >= utf8.RuneSelf {
				runes[i] = utf8.RuneError
			}
		}
		return string(runes)
	}
	little := e == encUTF16LE
	if e == encUTF16 && len(b) >= 2 {
		switch {
		case b[0] == 0xfe && b[1] == 0xff:
			b = b[2:]
		case b[0] == 0xff && b[1] == 0xfe:
			little, b = true, b[2:]
		}
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		if units[i] = uint16(b[2*i])<<8 | uint16(b[2*i+1]); little {
			units[i] = units[i]<<8 | units[i]>>8
		}
	}
	text := string(utf16.Decode(units))
	if len(b)%2 == 1 {
		text += string(utf8.RuneError)
	}
	return text
}

// FromConnect appends the value's text.
func (c *String) FromConnect(dst []byte, _ string, _ *[]plugin.RawHeader, _ *data.Schema, value any) ([]byte, error) {
	if value == nil {
		return nil, nil
	}
	if c.encoding == encUTF8 {
		if text, ok := value.(string); ok {
			return c.encoding.append(dst, text), nil
		}
		return data.AppendText(dst, value), nil
	}
	return c.encoding.append(dst, data.Text(value)), nil
}

// ToConnect reads text.
func (c *String) ToConnect(_ string, _ []plugin.RawHeader, b []byte) (*data.Schema, any, error) {
	if b == nil {
		return data.OptionalStringSchema, nil, nil
	}
	return data.OptionalStringSchema, c.encoding.text(b), nil
}

// FromHeader is FromConnect for a header's value.
func (c *String) FromHeader(dst []byte, topic, _ string, schema *data.Schema, value any) ([]byte, error) {
	return c.FromConnect(dst, topic, nil, schema, value)
}

// ToHeader is ToConnect for a header's value.
func (c *String) ToHeader(topic, _ string, b []byte) (*data.Schema, any, error) {
	return c.ToConnect(topic, nil, b)
}
