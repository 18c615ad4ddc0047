package fn

import (
	"strconv"

	"github.com/streamgen/streamgen/dsl"
)

// Swap exchanges key and value.
func Swap[K, V any](k K, v V) (V, K) { return v, k }

// Measure makes the value the key, and the key's length the value.
func Measure[V any](k string, v V) (V, int64) { return v, int64(len(k)) }

// Print makes the number the key, as text, and the key the value.
func Print[K any](k K, v int64) (string, K) { return strconv.FormatInt(v, 10), k }

// Shift subtracts two; negative numbers become absent.
func Shift[K any](k dsl.Opt[K], v dsl.Opt[int64]) (dsl.Opt[K], dsl.Opt[int64]) {
	if !v.OK || v.V < 0 {
		return k, dsl.None[int64]()
	}
	return k, dsl.Some(v.V - 2)
}

// Letters makes a record of each byte of the value.
func Letters[K any](k K, v string) []dsl.KV[string, K] {
	var out []dsl.KV[string, K]
	for i := range len(v) {
		out = append(out, dsl.Pair(v[i:i+1], k))
	}
	return out
}

// Twice makes two records.
func Twice[K any](k K, v int64) []dsl.KV[K, int64] {
	return []dsl.KV[K, int64]{dsl.Pair(k, v), dsl.Pair(k, v+1)}
}

// Spread makes two records of a number above zero, none otherwise.
func Spread(k string, v int64) []dsl.KV[string, int64] {
	if v <= 0 {
		return nil
	}
	return []dsl.KV[string, int64]{dsl.Pair("x", v), dsl.Pair(k, v-1)}
}
