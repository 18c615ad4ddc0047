package matrix

// Grouped is a grouped stream.
type Grouped[K, V any] struct{}

// WindowedGrouped is a grouped stream in time or sliding windows.
type WindowedGrouped[K, V any] struct{}

// SessionGrouped is a grouped stream in sessions.
type SessionGrouped[K, V any] struct{}

// GroupedTable is a grouped table.
type GroupedTable[K, V any] struct{}

// Cogrouped is several grouped streams with one aggregate.
type Cogrouped[K, A any] struct{}

// WindowedCogrouped is a Cogrouped in time or sliding windows.
type WindowedCogrouped[K, A any] struct{}

// SessionCogrouped is a Cogrouped in sessions.
type SessionCogrouped[K, A any] struct{}

// Count counts.
func (Grouped[K, V]) Count(opts ...Option) (out Table[K, int64]) { return }

// Reduce folds.
func (Grouped[K, V]) Reduce(f func(k K, v V, old V) V, val Codec[V], opts ...Option) (out Table[K, V]) {
	return
}

// Aggregate folds.
func (Grouped[K, V]) Aggregate[A any](zero func() A, add func(k K, v V, agg A) A, val Codec[A], opts ...Option) (out Table[K, A]) {
	return
}

// Count counts.
func (WindowedGrouped[K, V]) Count(opts ...Option) (out WindowTable[K, int64]) { return }

// Reduce folds.
func (WindowedGrouped[K, V]) Reduce(f func(k K, v V, old V) V, val Codec[V], opts ...Option) (out WindowTable[K, V]) {
	return
}

// Aggregate folds.
func (WindowedGrouped[K, V]) Aggregate[A any](zero func() A, add func(k K, v V, agg A) A, val Codec[A], opts ...Option) (out WindowTable[K, A]) {
	return
}

// Late is the records that came too late.
func (WindowedGrouped[K, V]) Late(opts ...Option) (out Stream[K, V]) { return }

// Count counts.
func (SessionGrouped[K, V]) Count(opts ...Option) (out SessionTable[K, int64]) { return }

// Reduce folds.
func (SessionGrouped[K, V]) Reduce(f func(k K, v V, old V) V, val Codec[V], opts ...Option) (out SessionTable[K, V]) {
	return
}

// Aggregate folds.
func (SessionGrouped[K, V]) Aggregate[A any](zero func() A, add func(k K, v V, agg A) A, merge func(k K, a, b A) A, val Codec[A], opts ...Option) (out SessionTable[K, A]) {
	return
}

// Late is the records that came too late.
func (SessionGrouped[K, V]) Late(opts ...Option) (out Stream[K, V]) { return }

// WindowedBy cuts into time windows.
func (Grouped[K, V]) WindowedBy(spec TimeSpec) (out WindowedGrouped[K, V]) { return }

// SlidingBy cuts into sliding windows.
func (Grouped[K, V]) SlidingBy(spec SlidingSpec) (out WindowedGrouped[K, V]) { return }

// SessionsBy cuts into sessions.
func (Grouped[K, V]) SessionsBy(spec SessionSpec) (out SessionGrouped[K, V]) { return }

// Cogroup begins a cogroup.
func (Grouped[K, V]) Cogroup[A any](add func(k K, v V, agg A) A) (out Cogrouped[K, A]) { return }

// Count counts.
func (GroupedTable[K, V]) Count(opts ...Option) (out Table[K, int64]) { return }

// Reduce folds.
func (GroupedTable[K, V]) Reduce(add, subtract func(k K, v V, old V) V, val Codec[V], opts ...Option) (out Table[K, V]) {
	return
}

// Aggregate folds.
func (GroupedTable[K, V]) Aggregate[A any](zero func() A, add, subtract func(k K, v V, agg A) A, val Codec[A], opts ...Option) (out Table[K, A]) {
	return
}

// Cogroup adds a stream.
func (Cogrouped[K, A]) Cogroup[V any](g Grouped[K, V], add func(k K, v V, agg A) A) (out Cogrouped[K, A]) {
	return
}

// Aggregate folds.
func (Cogrouped[K, A]) Aggregate(zero func() A, val Codec[A], opts ...Option) (out Table[K, A]) {
	return
}

// WindowedBy cuts into time windows.
func (Cogrouped[K, A]) WindowedBy(spec TimeSpec) (out WindowedCogrouped[K, A]) { return }

// SlidingBy cuts into sliding windows.
func (Cogrouped[K, A]) SlidingBy(spec SlidingSpec) (out WindowedCogrouped[K, A]) { return }

// SessionsBy cuts into sessions.
func (Cogrouped[K, A]) SessionsBy(spec SessionSpec) (out SessionCogrouped[K, A]) { return }

// Aggregate folds.
func (WindowedCogrouped[K, A]) Aggregate(zero func() A, val Codec[A], opts ...Option) (out WindowTable[K, A]) {
	return
}

// Aggregate folds.
func (SessionCogrouped[K, A]) Aggregate(zero func() A, merge func(k K, a, b A) A, val Codec[A], opts ...Option) (out SessionTable[K, A]) {
	return
}
