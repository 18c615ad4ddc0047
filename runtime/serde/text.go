package serde

import (
	"encoding/json/v2"
	"fmt"
	"reflect"
)

// Text is a codec as somebody outside of the program meets it: queries over HTTP give keys as
// text and read values as JSON. Nothing on a record's way uses it. Immutable, safe for
// concurrent use.
type Text struct {
	// Codec is the Codec[T] itself.
	Codec any
	// Parse returns the encoding of what a text stands for: of strings the text itself, of
	// everything else its JSON.
	Parse func(text string) ([]byte, error)
	// JSON returns the JSON of an encoded value.
	JSON func(src []byte) ([]byte, error)
}

// TextOf returns the text form of a codec; nil of nil.
func TextOf[T any](c Codec[T]) *Text {
	if c == nil {
		return nil
	}
	return &Text{
		Codec: c,
		Parse: func(text string) ([]byte, error) {
			var v T
			if r := reflect.ValueOf(&v).Elem(); r.Kind() == reflect.String {
				r.SetString(text)
			} else if err := json.Unmarshal([]byte(text), &v); err != nil {
				return nil, fmt.Errorf("%q is not the JSON of a %T: %w", text, v, err)
			}
			b, err := c.Append(nil, v)
			return append([]byte{}, b...), err
		},
		JSON: func(src []byte) ([]byte, error) {
			v, err := c.Decode(src)
			if err != nil {
				return nil, err
			}
			return json.Marshal(v, json.Deterministic(true))
		},
	}
}
