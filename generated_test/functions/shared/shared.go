// Package shared holds topology pieces that several applications use.
package shared

import (
	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/runtime/serde"
)

// KeyCodec is a codec for keys.
type KeyCodec[K any] = serde.Codec[K]

// Present drops absent and empty values.
func Present[K any](in dsl.Stream[K, string]) dsl.Stream[K, string] {
	return in.Present().Filter(func(k K, v string) bool { return NotEmpty(v) })
}

// NotEmpty says whether s has characters.
func NotEmpty(s string) bool { return s != "" }
