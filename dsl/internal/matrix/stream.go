package matrix

import "time"

// Builder starts topologies.
type Builder struct{}

// Stream reads a topic.
func (b *Builder) Stream[K, V any](topic string, key Codec[K], val Codec[V], opts ...Option) (s Stream[K, V]) {
	return
}

// Streams reads several topics.
func (b *Builder) Streams[K, V any](topics []string, key Codec[K], val Codec[V], opts ...Option) (s Stream[K, V]) {
	return
}

// StreamPattern reads the topics that match a pattern.
func (b *Builder) StreamPattern[K, V any](pattern string, key Codec[K], val Codec[V], opts ...Option) (s Stream[K, V]) {
	return
}

// Table reads a topic as a table.
func (b *Builder) Table[K, V any](topic string, key Codec[K], val Codec[V], opts ...Option) (t Table[K, V]) {
	return
}

// GlobalTable reads a whole topic into every instance.
func (b *Builder) GlobalTable[K, V any](topic string, key Codec[K], val Codec[V], opts ...Option) (t GlobalTable[K, V]) {
	return
}

// KeyValueStore declares a store for processors.
func (b *Builder) KeyValueStore[K, V any](name string, key Codec[K], val Codec[V], opts ...Option) (s *KeyValueStore[K, V]) {
	return
}

// TimestampedKeyValueStore declares a store for processors.
func (b *Builder) TimestampedKeyValueStore[K, V any](name string, key Codec[K], val Codec[V], opts ...Option) (s *TimestampedKeyValueStore[K, V]) {
	return
}

// GlobalStore fills a store from a whole topic.
func (b *Builder) GlobalStore[P GlobalProcessor[K, V], K, V, SK, SV any](topic string, key Codec[K], val Codec[V], store *KeyValueStore[SK, SV], new func() P, opts ...Option) (s *ReadOnlyKeyValueStore[SK, SV]) {
	return
}

// TimestampedGlobalStore fills a store of values with timestamps from a whole topic.
func (b *Builder) TimestampedGlobalStore[P GlobalProcessor[K, V], K, V, SK, SV any](topic string, key Codec[K], val Codec[V], store *TimestampedKeyValueStore[SK, SV], new func() P, opts ...Option) (s *ReadOnlyTimestampedKeyValueStore[SK, SV]) {
	return
}

// WindowStore declares a store for processors.
func (b *Builder) WindowStore[K, V any](name string, key Codec[K], val Codec[V], retention, size time.Duration, opts ...Option) (s *WindowStore[K, V]) {
	return
}

// SessionStore declares a store for processors.
func (b *Builder) SessionStore[K, V any](name string, key Codec[K], val Codec[V], retention time.Duration) (s *SessionStore[K, V]) {
	return
}

// KeyValueStore is a store held by a processor.
type KeyValueStore[K, V any] struct{}

// TimestampedKeyValueStore is a store held by a processor.
type TimestampedKeyValueStore[K, V any] struct{}

// ReadOnlyKeyValueStore reads a global store.
type ReadOnlyKeyValueStore[K, V any] struct{}

// ReadOnlyTimestampedKeyValueStore reads a global store.
type ReadOnlyTimestampedKeyValueStore[K, V any] struct{}

// WindowStore is a store held by a processor.
type WindowStore[K, V any] struct{}

// SessionStore is a store held by a processor.
type SessionStore[K, V any] struct{}

// GlobalTable is a table that every instance holds whole.
type GlobalTable[K, V any] struct{}

// Stream is a record stream.
type Stream[K, V any] struct{}

// Filter is stateless.
func (Stream[K, V]) Filter(keep func(k K, v V) bool, opts ...Option) (out Stream[K, V]) { return }

// FilterOpt is stateless.
func (Stream[K, V]) FilterOpt(keep func(k Opt[K], v Opt[V]) bool, opts ...Option) (out Stream[K, V]) {
	return
}

// FilterRecord is stateless.
func (Stream[K, V]) FilterRecord(keep func(r Rec[K, V]) bool, opts ...Option) (out Stream[K, V]) {
	return
}

// TryFilter is stateless.
func (Stream[K, V]) TryFilter(keep func(k K, v V) (bool, error), opts ...Option) (out Stream[K, V]) {
	return
}

// FilterNot is stateless.
func (Stream[K, V]) FilterNot(drop func(k K, v V) bool, opts ...Option) (out Stream[K, V]) { return }

// Map is stateless.
func (Stream[K, V]) Map[K2, V2 any](f func(k K, v V) (K2, V2), opts ...Option) (out Stream[K2, V2]) {
	return
}

// MapOpt is stateless.
func (Stream[K, V]) MapOpt[K2, V2 any](f func(k Opt[K], v Opt[V]) (Opt[K2], Opt[V2]), opts ...Option) (out Stream[K2, V2]) {
	return
}

// MapRecord is stateless.
func (Stream[K, V]) MapRecord[K2, V2 any](f func(r Rec[K, V]) Rec[K2, V2], opts ...Option) (out Stream[K2, V2]) {
	return
}

// TryMap is stateless.
func (Stream[K, V]) TryMap[K2, V2 any](f func(k K, v V) (K2, V2, error), opts ...Option) (out Stream[K2, V2]) {
	return
}

// MapValues is stateless.
func (Stream[K, V]) MapValues[V2 any](f func(k K, v V) V2, opts ...Option) (out Stream[K, V2]) {
	return
}

// MapValuesOpt is stateless.
func (Stream[K, V]) MapValuesOpt[V2 any](f func(k Opt[K], v Opt[V]) Opt[V2], opts ...Option) (out Stream[K, V2]) {
	return
}

// MapValuesRecord is stateless.
func (Stream[K, V]) MapValuesRecord[V2 any](f func(r Rec[K, V]) Opt[V2], opts ...Option) (out Stream[K, V2]) {
	return
}

// TryMapValues is stateless.
func (Stream[K, V]) TryMapValues[V2 any](f func(k K, v V) (V2, error), opts ...Option) (out Stream[K, V2]) {
	return
}

// FlatMap is stateless.
func (Stream[K, V]) FlatMap[K2, V2 any](f func(k K, v V) []KV[K2, V2], opts ...Option) (out Stream[K2, V2]) {
	return
}

// TryFlatMap is stateless.
func (Stream[K, V]) TryFlatMap[K2, V2 any](f func(k K, v V) ([]KV[K2, V2], error), opts ...Option) (out Stream[K2, V2]) {
	return
}

// FlatMapValues is stateless.
func (Stream[K, V]) FlatMapValues[V2 any](f func(k K, v V) []V2, opts ...Option) (out Stream[K, V2]) {
	return
}

// TryFlatMapValues is stateless.
func (Stream[K, V]) TryFlatMapValues[V2 any](f func(k K, v V) ([]V2, error), opts ...Option) (out Stream[K, V2]) {
	return
}

// SelectKey is stateless.
func (Stream[K, V]) SelectKey[K2 any](f func(k K, v V) K2, opts ...Option) (out Stream[K2, V]) {
	return
}

// SelectKeyOpt is stateless.
func (Stream[K, V]) SelectKeyOpt[K2 any](f func(k Opt[K], v Opt[V]) Opt[K2], opts ...Option) (out Stream[K2, V]) {
	return
}

// Peek is stateless.
func (Stream[K, V]) Peek(f func(k K, v V), opts ...Option) (out Stream[K, V]) { return }

// PeekOpt is stateless.
func (Stream[K, V]) PeekOpt(f func(k Opt[K], v Opt[V]), opts ...Option) (out Stream[K, V]) { return }

// PeekRecord is stateless.
func (Stream[K, V]) PeekRecord(f func(r Rec[K, V]), opts ...Option) (out Stream[K, V]) { return }

// ForEach is stateless.
func (Stream[K, V]) ForEach(f func(k K, v V), opts ...Option) {}

// ForEachOpt is stateless.
func (Stream[K, V]) ForEachOpt(f func(k Opt[K], v Opt[V]), opts ...Option) {}

// ForEachRecord is stateless.
func (Stream[K, V]) ForEachRecord(f func(r Rec[K, V]), opts ...Option) {}

// Print is stateless.
func (Stream[K, V]) Print(label string, opts ...Option) {}

// Merge is stateless.
func (Stream[K, V]) Merge(other Stream[K, V], opts ...Option) (out Stream[K, V]) { return }

// To is stateless.
func (Stream[K, V]) To(topic string, key Codec[K], val Codec[V], opts ...Option) {}

// ToDynamic is stateless.
func (Stream[K, V]) ToDynamic(topic func(r Rec[K, V]) string, key Codec[K], val Codec[V], opts ...Option) {
}

// Present drops absent values.
func (Stream[K, V]) Present(opts ...Option) (out Stream[K, V]) { return }

// Split begins branches.
func (Stream[K, V]) Split(name string) (out Branches[K, V]) { return }

// Repartition passes a topic.
func (Stream[K, V]) Repartition(opts ...Option) (out Stream[K, V]) { return }

// ToTable takes the stream as a changelog.
func (Stream[K, V]) ToTable(opts ...Option) (out Table[K, V]) { return }

// GroupByKey groups by the key.
func (Stream[K, V]) GroupByKey(opts ...Option) (out Grouped[K, V]) { return }

// GroupBy groups by a new key.
func (Stream[K, V]) GroupBy[K2 any](key func(k K, v V) K2, keyCodec Codec[K2], valCodec Codec[V], opts ...Option) (out Grouped[K2, V]) {
	return
}

// Process runs a user's processor.
func (Stream[K, V]) Process[P Processor[K, V, K2, V2], K2, V2 any](new func() P, opts ...Option) (out Stream[K2, V2]) {
	return
}

// ProcessValues runs a processor that keeps the key.
func (Stream[K, V]) ProcessValues[P ValueProcessor[K, V, V2], V2 any](new func() P, opts ...Option) (out Stream[K, V2]) {
	return
}

// JoinStream joins streams in a window.
func (Stream[K, V]) JoinStream[U, W any](other Stream[K, U], spec JoinSpec, f func(k K, v V, u U) W, opts ...Option) (out Stream[K, W]) {
	return
}

// LeftJoinStream joins streams in a window.
func (Stream[K, V]) LeftJoinStream[U, W any](other Stream[K, U], spec JoinSpec, f func(k K, v V, u Opt[U]) W, opts ...Option) (out Stream[K, W]) {
	return
}

// OuterJoinStream joins streams in a window.
func (Stream[K, V]) OuterJoinStream[U, W any](other Stream[K, U], spec JoinSpec, f func(k K, v Opt[V], u Opt[U]) W, opts ...Option) (out Stream[K, W]) {
	return
}

// Join joins a table.
func (Stream[K, V]) Join[U, W any](table Table[K, U], f func(k K, v V, u U) W, opts ...Option) (out Stream[K, W]) {
	return
}

// LeftJoin joins a table.
func (Stream[K, V]) LeftJoin[U, W any](table Table[K, U], f func(k K, v V, u Opt[U]) W, opts ...Option) (out Stream[K, W]) {
	return
}

// JoinGlobal joins a global table.
func (Stream[K, V]) JoinGlobal[GK, GV, W any](table GlobalTable[GK, GV], key func(k K, v V) GK, f func(k K, v V, g GV) W, opts ...Option) (out Stream[K, W]) {
	return
}

// LeftJoinGlobal joins a global table.
func (Stream[K, V]) LeftJoinGlobal[GK, GV, W any](table GlobalTable[GK, GV], key func(k K, v V) GK, f func(k K, v V, g Opt[GV]) W, opts ...Option) (out Stream[K, W]) {
	return
}

// Branches are the parts of a split stream.
type Branches[K, V any] struct{}

// Branch is the records that no earlier branch took.
func (Branches[K, V]) Branch(name string, keep func(k K, v V) bool) (out Stream[K, V]) { return }

// BranchOpt is Branch that sees absence.
func (Branches[K, V]) BranchOpt(name string, keep func(k Opt[K], v Opt[V]) bool) (out Stream[K, V]) {
	return
}

// BranchRecord is Branch that sees the whole record.
func (Branches[K, V]) BranchRecord(name string, keep func(r Rec[K, V]) bool) (out Stream[K, V]) {
	return
}

// Default is the rest.
func (Branches[K, V]) Default(opts ...Option) (out Stream[K, V]) { return }

// Drop drops the rest.
func (Branches[K, V]) Drop() {}
