package wire

import (
	"maps"
	"sync/atomic"
)

// Learned is a map that only grows: it is read without a lock, by any goroutine, and added to under
// its owner's. Codecs know schemas by it.
type Learned[K comparable, V any] struct{ m atomic.Pointer[map[K]V] }

// Get returns what is known of k, the zero value when nothing is.
func (l *Learned[K, V]) Get(k K) (v V) {
	if m := l.m.Load(); m != nil {
		v = (*m)[k]
	}
	return v
}

// Put notes v; the owner's lock is held.
func (l *Learned[K, V]) Put(k K, v V) {
	m := map[K]V{}
	if old := l.m.Load(); old != nil {
		m = maps.Clone(*old)
	}
	m[k] = v
	l.m.Store(&m)
}

// Forget begins anew when there are n; the owner's lock is held.
func (l *Learned[K, V]) Forget(n int) {
	if m := l.m.Load(); m != nil && len(*m) >= n {
		l.m.Store(nil)
	}
}
