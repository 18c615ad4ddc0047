package dsl

import (
	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/processor"
)

func optKey[K any](r graph.Rec) Opt[K] {
	if r.NoKey {
		return None[K]()
	}
	return Some(as[K](r.Key))
}

func optValue[V any](r graph.Rec) Opt[V] {
	if r.NoValue {
		return None[V]()
	}
	return Some(as[V](r.Value))
}

// withKey returns r with key k, the zero value when absent.
func withKey[K any](r graph.Rec, k Opt[K]) graph.Rec {
	if !k.OK {
		k = None[K]()
	}
	r.Key, r.NoKey = k.V, !k.OK
	return r
}

// withValue returns r with value v, the zero value when absent.
func withValue[V any](r graph.Rec, v Opt[V]) graph.Rec {
	if !v.OK {
		v = None[V]()
	}
	r.Value, r.NoValue = v.V, !v.OK
	return r
}

// absent returns r with neither key nor value.
func absent[K, V any](r graph.Rec) graph.Rec {
	return withValue(withKey(r, None[K]()), None[V]())
}

func typed[K, V any](r graph.Rec) Rec[K, V] {
	return processor.Record[K, V]{Key: as[K](r.Key), Value: as[V](r.Value), NoKey: r.NoKey, NoValue: r.NoValue,
		Timestamp: r.Timestamp, Headers: r.Headers}
}

func boxed[K, V any](r Rec[K, V]) graph.Rec {
	b := graph.Rec{Key: r.Key, Value: r.Value, Timestamp: r.Timestamp, Headers: r.Headers}
	if r.NoKey {
		b = withKey(b, None[K]())
	}
	if r.NoValue {
		b = withValue(b, None[V]())
	}
	return b
}
