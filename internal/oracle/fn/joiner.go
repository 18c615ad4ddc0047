package fn

import "github.com/streamgen/streamgen/dsl"

// Pair shows both sides.
func Pair[K, V, G any](k K, v V, g G) string { return tail(text(v)+"/"+text(g), 10) }

// Add adds both sides.
func Add[K any](k K, v, g int64) int64 { return v + g }

// LeftPair shows both sides, "-" for an absent one.
func LeftPair[K, V, G any](k K, v V, g dsl.Opt[G]) string {
	other := "-"
	if g.OK {
		other = text(g.V)
	}
	return tail(text(v)+"/"+other, 10)
}

// LeftAdd adds, 1000 for an absent side.
func LeftAdd[K any](k K, v int64, g dsl.Opt[int64]) int64 { return v + g.Or(1000) }
