package dsl

import "cmp"

// Number is what can be added and taken away.
type Number interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~float32 | ~float64
}

// Sum is a ready function for Reduce: it adds. Integers wrap around, as in Go. For a part of
// the value, MapValues to that part first.
//
//	s.GroupByKey().Reduce(dsl.Sum, dsl.Int64(), dsl.Name("totals"))
func Sum[K any, V Number](k K, v, old V) V { return old + v }

// Subtract is Sum's counterpart: with both, GroupedTable.Reduce keeps the sum of rows that
// change. Sums of floats pick up rounding errors that way.
//
//	t.GroupBy(f, key, val).Reduce(dsl.Sum, dsl.Subtract, dsl.Int64(), dsl.Name("totals"))
func Subtract[K any, V Number](k K, v, old V) V { return old - v }

// Min is a ready function for Reduce: it keeps the smallest value. A grouped table has no
// use for it, because what is left when the smallest row goes is not known.
func Min[K any, V cmp.Ordered](k K, v, old V) V { return min(old, v) }

// Max is a ready function for Reduce: it keeps the largest value; see Min.
func Max[K any, V cmp.Ordered](k K, v, old V) V { return max(old, v) }
