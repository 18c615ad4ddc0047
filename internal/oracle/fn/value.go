package fn

import (
	"strconv"

	"github.com/streamgen/streamgen/dsl"
)

// Inc adds one.
func Inc[K any](k K, v int64) int64 { return v + 1 }

// Negate changes the sign.
func Negate[K any](k K, v int64) int64 { return -v }

// Length is the number of bytes.
func Length[K any](k K, v string) int64 { return int64(len(v)) }

// Show is the number in decimal.
func Show[K any](k K, v int64) string { return strconv.FormatInt(v, 10) }

// Exclaim appends an exclamation mark.
func Exclaim[K any](k K, v string) string { return tail(v+"!", 6) }

// Keyed puts the key before the value.
func Keyed(k, v string) string { return tail(k+":"+v, 8) }

// Half halves even numbers; odd and absent ones become absent.
func Half[K any](k dsl.Opt[K], v dsl.Opt[int64]) dsl.Opt[int64] {
	if !v.OK || v.V%2 != 0 {
		return dsl.None[int64]()
	}
	return dsl.Some(v.V / 2)
}

// Default is "none" for an absent value.
func Default[K any](k dsl.Opt[K], v dsl.Opt[string]) dsl.Opt[string] { return dsl.Some(v.Or("none")) }

// Blank makes empty strings absent.
func Blank[K any](k dsl.Opt[K], v dsl.Opt[string]) dsl.Opt[string] {
	if v.V == "" {
		return dsl.None[string]()
	}
	return v
}
