package serde

import "encoding/json/v2"

// JSONCodec encodes T as JSON by encoding/json/v2 with sorted map keys. It is what the
// interpreter uses; generated code has a codec of its own for T that reads and writes
// the same bytes. Safe for concurrent use.
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
	err := json.Unmarshal(src, &v)
	return v, err
}
