package dsl

import (
	"reflect"

	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/window"
)

// Grouped is a stream about to be aggregated by key, Kafka Streams' KGroupedStream.
type Grouped[K, V any] struct {
	b     *Builder
	n     *graph.Node // the key change, or the grouped stream itself
	group graph.Node  // GroupName, GroupKey, GroupVal for the aggregation
}

// WindowedGrouped is a grouped stream cut into windows, Kafka Streams' TimeWindowedKStream.
type WindowedGrouped[K, V any] struct {
	Grouped Grouped[K, V]
	spec    window.Spec
}

// SessionGrouped is a grouped stream cut into sessions, Kafka Streams' SessionWindowedKStream.
type SessionGrouped[K, V any] struct {
	Grouped Grouped[K, V]
	spec    window.SessionSpec
}

// GroupByKey groups by the key the stream has. If the key was changed since the records
// were read, they pass through a repartition topic first, named after Name or the
// aggregation's store; its codecs are those given where the key changed, or here by
// Codecs. The aggregation drops and counts records with an absent key or value.
func (s Stream[K, V]) GroupByKey(opts ...Option) Grouped[K, V] {
	b, o := live(s.b, s.n, "GroupByKey"), collect(opts)
	b.fit("group-by-key", o, reflect.TypeFor[K](), reflect.TypeFor[V]())
	return Grouped[K, V]{b: s.b, n: s.n, group: graph.Node{GroupName: o.name, GroupKey: o.keyName, GroupVal: o.valName,
		Exec: graph.Exec{GroupKey: o.key, GroupVal: o.val}}}
}

// GroupBy selects a new key and groups by it; records pass through a repartition topic
// written with the given codecs. The topic is named after Name, or the aggregation's store.
// A record with an absent value has no key to be placed by: it is dropped and counted there.
func (s Stream[K, V]) GroupBy[K2 any](key func(k K, v V) K2, keyCodec serde.Codec[K2], valCodec serde.Codec[V], opts ...Option) Grouped[K2, V] {
	b := live(s.b, s.n, "GroupBy")
	b.given("GroupBy", key != nil)
	if keyCodec == nil || valCodec == nil {
		b.fail("GroupBy: a codec is nil; there is no default codec")
	}
	o := collect(opts)
	sel := derive[K2, V](s, selectKeyNode(key), []Option{Name(o.name)})
	return Grouped[K2, V]{b: s.b, n: sel.n, group: graph.Node{GroupName: o.name, GroupKey: codecName(keyCodec), GroupVal: codecName(valCodec),
		Exec: graph.Exec{GroupKey: boxCodec(keyCodec), GroupVal: boxCodec(valCodec)}}}
}

// WindowedBy cuts the group into time windows. The aggregation drops and counts records
// with an absent key or value, and windows that ended more than the grace behind the
// highest timestamp it has seen.
func (g Grouped[K, V]) WindowedBy(spec window.Spec) WindowedGrouped[K, V] {
	b := live(g.b, g.n, "WindowedBy")
	if err := spec.Validate(); err != nil {
		b.fail("WindowedBy: %w", err)
	}
	return WindowedGrouped[K, V]{Grouped: g, spec: spec}
}

// SessionsBy cuts the group into sessions. The aggregation drops and counts records with an
// absent key or value, and those whose session ended more than gap plus grace behind the
// highest timestamp it has seen: such a session is closed and does not change any more.
func (g Grouped[K, V]) SessionsBy(spec window.SessionSpec) SessionGrouped[K, V] {
	b := live(g.b, g.n, "SessionsBy")
	if err := spec.Validate(); err != nil {
		b.fail("SessionsBy: %w", err)
	}
	return SessionGrouped[K, V]{Grouped: g, spec: spec}
}

// cut puts windows into the store of an aggregation.
type cut func(n *graph.Node, s *graph.Store)

// whole is the cut of an aggregation without windows.
func whole(*graph.Node, *graph.Store) {}

func windows(spec window.Spec) cut {
	return func(n *graph.Node, s *graph.Store) {
		n.Windowed = true
		s.Kind, s.Size, s.Advance, s.Grace, s.Retention = graph.Window, spec.Size, spec.Advance, spec.GracePeriod, spec.RetentionMs()
	}
}

// sessions have no timestamp in the store: the end is theirs.
func sessions(spec window.SessionSpec) cut {
	return func(n *graph.Node, s *graph.Store) {
		n.Windowed, n.Sessions = true, true
		s.Kind, s.Timestamped, s.Gap, s.Grace, s.Retention = graph.Session, false, spec.Gap, spec.GracePeriod, spec.RetentionMs()
	}
}

// aggregate records a stateful node over the group with a store for values of type A.
func aggregate[K, V, A any](g Grouped[K, V], into cut, n *graph.Node, val serde.Codec[A], opts []Option) *graph.Node {
	b, o := g.b, collect(opts)
	if val == nil {
		b.fail("%s: the codec is nil; there is no default codec", n.Op)
	}
	if o.storeName() == "" {
		b.fail("%s: the store has no name, which is its identity; add dsl.Name(\"…\") or dsl.Store(\"…\")", n.Op)
	}
	n.KeyType, n.ValType = typeName[K](), typeName[A]()
	n.GroupName, n.GroupKey, n.GroupVal = g.group.GroupName, g.group.GroupKey, g.group.GroupVal
	n.Exec.GroupKey, n.Exec.GroupVal = g.group.Exec.GroupKey, g.group.Exec.GroupVal
	st := &graph.Store{Name: o.storeName(), Kind: graph.KV, Timestamped: true, KeyType: n.KeyType, ValType: n.ValType,
		Val: codecName(val), Boxed: graph.BoxedStore{Val: boxCodec(val)}}
	into(n, st)
	n = b.add(n, o, g.n)
	n.Store = b.g.AddStore(o.keep(st))
	return n
}
