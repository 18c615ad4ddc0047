package avro

import (
	"maps"
	"sync/atomic"
)

// learned is a map that only grows: it is read without a lock, and added to under its owner's.
type learned[K comparable, V any] struct{ m atomic.Pointer[map[K]V] }

// get returns what is known of k, the zero value when nothing is.
func (l *learned[K, V]) get(k K) (v V) {
	if m := l.m.Load(); m != nil {
		v = (*m)[k]
	}
	return v
}

// put notes v; the owner's lock is held.
func (l *learned[K, V]) put(k K, v V) {
	m := map[K]V{}
	if old := l.m.Load(); old != nil {
		m = maps.Clone(*old)
	}
	m[k] = v
	l.m.Store(&m)
}

// forget begins anew when there are n; the owner's lock is held.
func (l *learned[K, V]) forget(n int) {
	if m := l.m.Load(); m != nil && len(*m) >= n {
		l.m.Store(nil)
	}
}
