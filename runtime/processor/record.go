// Package processor is the contract between user code and the runtime: records,
// optional values, typed stores, and processors with their context.
package processor

import "github.com/streamgen/streamgen/runtime/serde"

// Header is one record header; see serde.Header. A plain value, safe for concurrent use
// while nobody writes its Value.
type Header = serde.Header

// Opt is a value that may be absent: Kafka's null, kept apart from V's zero value.
// The zero Opt is absent. It is a plain value, safe for concurrent use when T is.
type Opt[T any] struct {
	V  T
	OK bool
}

// Some returns a present value.
func Some[T any](v T) Opt[T] { return Opt[T]{V: v, OK: true} }

// None returns an absent value.
func None[T any]() Opt[T] { return Opt[T]{} }

// Get returns the value and whether it is present; an absent one is T's zero value,
// whatever V holds.
func (o Opt[T]) Get() (T, bool) {
	if !o.OK {
		var zero T
		return zero, false
	}
	return o.V, true
}

// Or returns the value, or def when it is absent.
func (o Opt[T]) Or(def T) T {
	if o.OK {
		return o.V
	}
	return def
}

// Record is a typed record as Record-form functions and processors see it. Key and
// Value hold zero values where NoKey or NoValue says that Kafka's null was there.
// A Record is valid during the call it is passed to; Headers must be copied to be kept.
// It belongs to one goroutine.
type Record[K, V any] struct {
	Key       K
	Value     V
	NoKey     bool
	NoValue   bool
	Timestamp int64 // epoch milliseconds
	Headers   []Header
}

// OptKey returns the key with its presence.
func (r Record[K, V]) OptKey() Opt[K] { return Opt[K]{V: r.Key, OK: !r.NoKey} }

// OptValue returns the value with its presence.
func (r Record[K, V]) OptValue() Opt[V] { return Opt[V]{V: r.Value, OK: !r.NoValue} }

// Metadata says where the record being processed came from. Inside punctuators Topic
// is empty and Partition and Offset are -1, as in Kafka Streams. A plain value, safe for concurrent use.
type Metadata struct {
	Topic     string
	Partition int32
	Offset    int64
}

// KV is one key-value pair, as returned by FlatMap functions. A plain pair,
// safe for concurrent use when its parts are.
type KV[K, V any] struct {
	Key   K
	Value V
}

// Pair builds a KV.
func Pair[K, V any](k K, v V) KV[K, V] { return KV[K, V]{Key: k, Value: v} }
