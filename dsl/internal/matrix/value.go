package matrix

import "time"

// Opt is a value that may be absent.
type Opt[T any] struct {
	V  T
	OK bool
}

// Rec is a record.
type Rec[K, V any] struct {
	Key   K
	Value V
}

// KV is a pair.
type KV[K, V any] struct {
	Key   K
	Value V
}

// Window is a time window.
type Window struct{ Start, End int64 }

// Session is a session window, inclusive at both ends.
type Session struct{ Start, End int64 }

// Windowed is a key with its window.
type Windowed[K any] struct {
	Key    K
	Window Window
}

// Sessioned is a key with its session.
type Sessioned[K any] struct {
	Key     K
	Session Session
}

// Codec encodes and decodes a type.
type Codec[T any] interface {
	Append(dst []byte, v T) ([]byte, error)
	Decode(src []byte) (T, error)
}

// TimeSpec describes tumbling and hopping windows.
type TimeSpec struct{ Size, Advance time.Duration }

// SlidingSpec describes sliding windows.
type SlidingSpec struct{ Difference time.Duration }

// SessionSpec describes session windows.
type SessionSpec struct{ Gap time.Duration }

// JoinSpec describes the window of a stream-stream join.
type JoinSpec struct{ Before, After time.Duration }

// Suppressed describes how a table's updates are held back.
type Suppressed struct{ Limit time.Duration }

// Option adjusts an operator.
type Option struct{ Name string }

// Context is a processor's view of its task.
type Context[K, V any] struct{}

// Processor is a user's operator.
type Processor[K, V, K2, V2 any] interface {
	Process(ctx *Context[K2, V2], r Rec[K, V]) error
}

// GlobalContext is the context of a processor that fills a global store.
type GlobalContext struct{}

// GlobalProcessor is a user's operator that fills a global store.
type GlobalProcessor[K, V any] interface {
	Process(ctx *GlobalContext, r Rec[K, V]) error
}

// ValueContext is the context of a processor that cannot change the key.
type ValueContext[V any] struct{}

// ValueProcessor is a user's operator that keeps the key.
type ValueProcessor[K, V, V2 any] interface {
	Process(ctx *ValueContext[V2], r Rec[K, V]) error
}
