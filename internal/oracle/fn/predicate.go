package fn

import "github.com/streamgen/streamgen/dsl"

// Positive keeps numbers above zero.
func Positive[K any](k K, v int64) bool { return v > 0 }

// Even keeps even numbers.
func Even[K any](k K, v int64) bool { return v%2 == 0 }

// Short keeps strings of less than two bytes.
func Short[K any](k K, v string) bool { return len(v) < 2 }

// Named keeps all keys but b.
func Named[V any](k string, v V) bool { return k != "b" }

// Whole keeps records with a key and a value.
func Whole[K, V any](k dsl.Opt[K], v dsl.Opt[V]) bool { return k.OK && v.OK }
