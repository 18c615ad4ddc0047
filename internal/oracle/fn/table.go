package fn

import "github.com/streamgen/streamgen/dsl"

// Minus takes back what Sum added.
func Minus[K any](k K, v, old int64) int64 { return old - v }

// Struck notes what is taken back.
func Struck[K any](k K, v, old string) string { return tail(old+"~"+v, 8) }

// Unshown notes what is taken back.
func Unshown[K any](k K, v int64, old string) string { return tail(old+"~"+text(v), 10) }

// OuterPair joins both sides, where they are there.
func OuterPair[K, V, U any](k K, v dsl.Opt[V], u dsl.Opt[U]) string {
	left, right := "-", "-"
	if v.OK {
		left = text(v.V)
	}
	if u.OK {
		right = text(u.V)
	}
	return tail(left+"/"+right, 10)
}

// OuterAdd adds both sides, where they are there.
func OuterAdd[K any](k K, v, u dsl.Opt[int64]) int64 { return v.Or(0) + u.Or(1000) }
