package serde

import (
	"encoding/json/v2"
	"reflect"
)

// StrictJSONCodec is JSONCodec that refuses members which a type lacks and no field of it keeps, at every depth:
// encoding/json/v2's RejectUnknownMembers. It writes what JSONCodec does. Safe for concurrent use.
type StrictJSONCodec[T any] struct{}

// Append implements Codec.
func (StrictJSONCodec[T]) Append(dst []byte, v T) ([]byte, error) {
	return JSONCodec[T]{}.Append(dst, v)
}

// Decode implements Codec.
func (StrictJSONCodec[T]) Decode(src []byte) (T, error) {
	var v T
	if r := renamerOf(reflect.TypeFor[T]()); r != nil {
		src = r.rename(src)
	}
	err := json.Unmarshal(src, &v, json.RejectUnknownMembers(true))
	return v, err
}
