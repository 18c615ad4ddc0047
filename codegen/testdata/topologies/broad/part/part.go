// Package part holds helpers of another package than the topology's.
package part

import "github.com/streamgen/streamgen/dsl"

// Write writes a stream of numbers.
func Write(s dsl.Stream[string, int64], topic string) { s.To(topic, dsl.String(), dsl.Int64()) }

// Tag selects a key with the given codecs.
func Tag[K, V, K2 any](s dsl.Stream[K, V], key func(K, V) K2, opts ...dsl.Option) dsl.Stream[K2, V] {
	return s.SelectKey(key, opts...)
}
