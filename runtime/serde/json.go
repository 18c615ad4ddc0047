package serde

import (
	"encoding/json/v2"
	"reflect"
)

// JSONCodec encodes T as JSON by encoding/json/v2 with sorted map keys. It is what the
// interpreter uses; generated code has a codec of its own for T that reads and writes
// the same bytes. Members are also read under the names in the tag alias:"old,older" of their field. Safe for concurrent
// use.
type JSONCodec[T any] struct{}

// Append implements Codec.
func (JSONCodec[T]) Append(dst []byte, v T) ([]byte, error) {
	b, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return dst, err
	}
	return append(dst, b...), nil
}

// Decode implements Codec.
func (JSONCodec[T]) Decode(src []byte) (T, error) {
	var v T
	if r := renamerOf(reflect.TypeFor[T]()); r != nil {
		src = r.rename(src)
	}
	err := json.Unmarshal(src, &v)
	return v, err
}
