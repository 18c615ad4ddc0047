package fn

import "github.com/streamgen/streamgen/dsl"

// Value is the value as the key.
func Value[K, V any](k K, v V) V { return v }

// First is the first byte of the value.
func First[K any](k K, v string) string { return v[:min(1, len(v))] }

// Parity is "even" or "odd".
func Parity[K any](k K, v int64) string {
	if v%2 == 0 {
		return "even"
	}
	return "odd"
}

// Digit is the remainder by three.
func Digit[K any](k K, v int64) int64 { return v % 3 }

// KeyLength is the number of bytes of the key.
func KeyLength[V any](k string, v V) int64 { return int64(len(k)) }

// Same is the key.
func Same[K, V any](k K, v V) K { return k }

// Sign is "pos" or "neg", absent for zero and absent values.
func Sign[K any](k dsl.Opt[K], v dsl.Opt[int64]) dsl.Opt[string] {
	switch {
	case !v.OK || v.V == 0:
		return dsl.None[string]()
	case v.V > 0:
		return dsl.Some("pos")
	}
	return dsl.Some("neg")
}

// Inner is a window table's key without its window.
func Inner[K any](k K, w dsl.Window) K { return k }

// Start is the start of a window table's window.
func Start[K any](k K, w dsl.Window) int64 { return w.Start }

// SessionInner is a session table's key without its session.
func SessionInner[K any](k K, w dsl.Session) K { return k }

// SessionStart is the start of a session table's session.
func SessionStart[K any](k K, w dsl.Session) int64 { return w.Start }
