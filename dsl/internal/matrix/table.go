package matrix

// Table is a changelog by key.
type Table[K, V any] struct{}

// WindowTable is a changelog by key and window.
type WindowTable[K, V any] struct{}

// SessionTable is a changelog by key and session.
type SessionTable[K, V any] struct{}

// Filter is filter.
func (Table[K, V]) Filter(keep func(k K, v V) bool, opts ...Option) (out Table[K, V]) { return }

// FilterNot is filterNot.
func (Table[K, V]) FilterNot(drop func(k K, v V) bool, opts ...Option) (out Table[K, V]) { return }

// MapValues is mapValues.
func (Table[K, V]) MapValues[V2 any](f func(k K, v V) V2, opts ...Option) (out Table[K, V2]) { return }

// MapValuesOpt is mapValues that sees deletions.
func (Table[K, V]) MapValuesOpt[V2 any](f func(k K, v Opt[V]) Opt[V2], opts ...Option) (out Table[K, V2]) {
	return
}

// ProcessValues is transformValues.
func (Table[K, V]) ProcessValues[P ValueProcessor[K, V, V2], V2 any](new func() P, opts ...Option) (out Table[K, V2]) {
	return
}

// Join is the inner join of tables.
func (Table[K, V]) Join[U, W any](other Table[K, U], f func(k K, v V, u U) W, opts ...Option) (out Table[K, W]) {
	return
}

// LeftJoin is the left join of tables.
func (Table[K, V]) LeftJoin[U, W any](other Table[K, U], f func(k K, v V, u Opt[U]) W, opts ...Option) (out Table[K, W]) {
	return
}

// OuterJoin is the outer join of tables.
func (Table[K, V]) OuterJoin[U, W any](other Table[K, U], f func(k K, v Opt[V], u Opt[U]) W, opts ...Option) (out Table[K, W]) {
	return
}

// JoinForeign is the foreign-key join.
func (Table[K, V]) JoinForeign[FK, U, W any](other Table[FK, U], key func(k K, v V) Opt[FK], f func(k K, v V, u U) W, opts ...Option) (out Table[K, W]) {
	return
}

// LeftJoinForeign is the left foreign-key join.
func (Table[K, V]) LeftJoinForeign[FK, U, W any](other Table[FK, U], key func(k K, v V) Opt[FK], f func(k K, v V, u Opt[U]) W, opts ...Option) (out Table[K, W]) {
	return
}

// GroupBy groups with retractions.
func (Table[K, V]) GroupBy[K2, V2 any](f func(k K, v V) (K2, V2), key Codec[K2], val Codec[V2], opts ...Option) (out GroupedTable[K2, V2]) {
	return
}

// Suppress holds updates back.
func (Table[K, V]) Suppress(spec Suppressed, opts ...Option) (out Table[K, V]) { return }

// ToStream is the changes.
func (Table[K, V]) ToStream(opts ...Option) (out Stream[K, V]) { return }

// Filter is filter.
func (WindowTable[K, V]) Filter(keep func(k K, w Window, v V) bool, opts ...Option) (out WindowTable[K, V]) {
	return
}

// FilterNot is filterNot.
func (WindowTable[K, V]) FilterNot(drop func(k K, w Window, v V) bool, opts ...Option) (out WindowTable[K, V]) {
	return
}

// MapValues is mapValues.
func (WindowTable[K, V]) MapValues[V2 any](f func(k K, w Window, v V) V2, opts ...Option) (out WindowTable[K, V2]) {
	return
}

// MapValuesOpt is mapValues that sees deletions.
func (WindowTable[K, V]) MapValuesOpt[V2 any](f func(k K, w Window, v Opt[V]) Opt[V2], opts ...Option) (out WindowTable[K, V2]) {
	return
}

// ProcessValues is transformValues.
func (WindowTable[K, V]) ProcessValues[P ValueProcessor[K, V, V2], V2 any](new func() P, opts ...Option) (out WindowTable[K, V2]) {
	return
}

// Join is the inner join of tables.
func (WindowTable[K, V]) Join[U, W any](other WindowTable[K, U], f func(k K, w Window, v V, u U) W, opts ...Option) (out WindowTable[K, W]) {
	return
}

// LeftJoin is the left join of tables.
func (WindowTable[K, V]) LeftJoin[U, W any](other WindowTable[K, U], f func(k K, w Window, v V, u Opt[U]) W, opts ...Option) (out WindowTable[K, W]) {
	return
}

// OuterJoin is the outer join of tables.
func (WindowTable[K, V]) OuterJoin[U, W any](other WindowTable[K, U], f func(k K, w Window, v Opt[V], u Opt[U]) W, opts ...Option) (out WindowTable[K, W]) {
	return
}

// JoinForeign is the foreign-key join.
func (WindowTable[K, V]) JoinForeign[FK, U, W any](other Table[FK, U], key func(k K, w Window, v V) Opt[FK], f func(k K, w Window, v V, u U) W, opts ...Option) (out WindowTable[K, W]) {
	return
}

// LeftJoinForeign is the left foreign-key join.
func (WindowTable[K, V]) LeftJoinForeign[FK, U, W any](other Table[FK, U], key func(k K, w Window, v V) Opt[FK], f func(k K, w Window, v V, u Opt[U]) W, opts ...Option) (out WindowTable[K, W]) {
	return
}

// GroupBy groups with retractions.
func (WindowTable[K, V]) GroupBy[K2, V2 any](f func(k K, w Window, v V) (K2, V2), key Codec[K2], val Codec[V2], opts ...Option) (out GroupedTable[K2, V2]) {
	return
}

// Suppress holds updates back.
func (WindowTable[K, V]) Suppress(spec Suppressed, opts ...Option) (out WindowTable[K, V]) { return }

// ToStream is the changes under a key of the user's choice.
func (WindowTable[K, V]) ToStream[K2 any](f func(k K, w Window) K2, opts ...Option) (out Stream[K2, V]) {
	return
}

// Filter is filter.
func (SessionTable[K, V]) Filter(keep func(k K, w Session, v V) bool, opts ...Option) (out SessionTable[K, V]) {
	return
}

// FilterNot is filterNot.
func (SessionTable[K, V]) FilterNot(drop func(k K, w Session, v V) bool, opts ...Option) (out SessionTable[K, V]) {
	return
}

// MapValues is mapValues.
func (SessionTable[K, V]) MapValues[V2 any](f func(k K, w Session, v V) V2, opts ...Option) (out SessionTable[K, V2]) {
	return
}

// MapValuesOpt is mapValues that sees deletions.
func (SessionTable[K, V]) MapValuesOpt[V2 any](f func(k K, w Session, v Opt[V]) Opt[V2], opts ...Option) (out SessionTable[K, V2]) {
	return
}

// ProcessValues is transformValues.
func (SessionTable[K, V]) ProcessValues[P ValueProcessor[K, V, V2], V2 any](new func() P, opts ...Option) (out SessionTable[K, V2]) {
	return
}

// Join is the inner join of tables.
func (SessionTable[K, V]) Join[U, W any](other SessionTable[K, U], f func(k K, w Session, v V, u U) W, opts ...Option) (out SessionTable[K, W]) {
	return
}

// LeftJoin is the left join of tables.
func (SessionTable[K, V]) LeftJoin[U, W any](other SessionTable[K, U], f func(k K, w Session, v V, u Opt[U]) W, opts ...Option) (out SessionTable[K, W]) {
	return
}

// OuterJoin is the outer join of tables.
func (SessionTable[K, V]) OuterJoin[U, W any](other SessionTable[K, U], f func(k K, w Session, v Opt[V], u Opt[U]) W, opts ...Option) (out SessionTable[K, W]) {
	return
}

// JoinForeign is the foreign-key join.
func (SessionTable[K, V]) JoinForeign[FK, U, W any](other Table[FK, U], key func(k K, w Session, v V) Opt[FK], f func(k K, w Session, v V, u U) W, opts ...Option) (out SessionTable[K, W]) {
	return
}

// LeftJoinForeign is the left foreign-key join.
func (SessionTable[K, V]) LeftJoinForeign[FK, U, W any](other Table[FK, U], key func(k K, w Session, v V) Opt[FK], f func(k K, w Session, v V, u Opt[U]) W, opts ...Option) (out SessionTable[K, W]) {
	return
}

// GroupBy groups with retractions.
func (SessionTable[K, V]) GroupBy[K2, V2 any](f func(k K, w Session, v V) (K2, V2), key Codec[K2], val Codec[V2], opts ...Option) (out GroupedTable[K2, V2]) {
	return
}

// Suppress holds updates back.
func (SessionTable[K, V]) Suppress(spec Suppressed, opts ...Option) (out SessionTable[K, V]) { return }

// ToStream is the changes under a key of the user's choice.
func (SessionTable[K, V]) ToStream[K2 any](f func(k K, w Session) K2, opts ...Option) (out Stream[K2, V]) {
	return
}
