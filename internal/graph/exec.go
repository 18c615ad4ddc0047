package graph

import (
	"github.com/streamgen/streamgen/runtime/processor"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/serde/wire"
	"github.com/streamgen/streamgen/runtime/state"
)

// Rec is a boxed record: what flows through an interpreted topology. Key and Value
// hold values of the node's types; NoKey and NoValue say that they are absent (the
// field then holds the type's zero value). On the way of a table that sends old values
// (Step.SendOld), Old is the value that Value replaces; elsewhere Old and NoOld mean nothing.
type Rec struct {
	Key, Value     any
	NoKey, NoValue bool
	Timestamp      int64
	Headers        []processor.Header
	Old            any
	NoOld          bool
	// Span is the window or session that the key belongs to, on the way of a table of these.
	Span Span
}

// Span is a window or session: epoch milliseconds.
type Span struct{ Start, End int64 }

// Exec holds a recorded node's user functions with their types erased. Which fields
// are set depends on the node's Op; forms (plain, opt, record, try) are already folded
// in, so a boxed function takes the whole record and returns whole records. Functions
// that obey the null rules internally (not called on absent values) return the record
// as it must travel on.
type Exec struct {
	Pred    func(Rec) (bool, error)  // filter, branch
	Map     func(Rec) (Rec, error)   // map, map-values, select-key, grouping selectors
	FlatMap func(Rec) ([]Rec, error) // flat-map, flat-map-values
	Visit   func(Rec) error          // peek, for-each

	Topic     func(Rec) string                // sink: the topic of a routed record
	Partition func(r Rec, partitions int) int // sink, repartition: the partition, -1 for the default partitioner's

	Time func(r Rec, partitionTime int64) int64 // source, table: the record's timestamp

	Print func(label string, r Rec) // print

	Init  func() any              // aggregate
	Add   func(k, v, agg any) any // aggregate: (key, value, aggregate); reduce: (key, value, old)
	Merge func(k, a, b any) any   // aggregate over sessions: two that become one
	Sub   func(k, v, agg any) any // aggregations of a grouped table: takes v back
	// Value, of table-filter and table-map-values, is the new value and whether there is one; w is
	// the window of a windowed table's key.
	Value func(k any, w Span, v any, ok bool) (any, bool)
	Pair  func(k any, w Span, v any) (any, any) // table-group-by: the new key and value
	// Both joins the values of two tables or streams.
	Both  func(k, v any, vOK bool, u any, uOK bool) any
	ToKey func(k any, w Span) any          // to-stream of a window or session table
	GKey  func(Rec) any                    // join-global: the table's key; the value is present
	Join  func(r Rec, gv any, ok bool) any // join with a table or global table: the new value

	// NewProcessor returns a fresh processor; see BoxedProcessor. The stores it uses are
	// the handles declared by the same run of the topology function.
	NewProcessor func() BoxedProcessor

	Key, Val           BoxedCodec // source, sink, global table or store
	GroupKey, GroupVal BoxedCodec // codecs of a grouping
}

// BoxedCodec is a codec with its type erased. Valid is false when none was given.
type BoxedCodec struct {
	Valid bool
	// Ref is the compiler's number for the codec, carried along by Resolve; 0 when recorded.
	Ref    int
	Append func(dst []byte, v any) ([]byte, error)
	Decode func(src []byte) (any, error)
	Text   *serde.Text // for queries; nil in the compiler, and of a codec that is not bound to a topic
	// At binds a codec that writes through a Schema Registry to a topic; nil where nothing is to be bound.
	At func(use wire.Use, schemas wire.Schemas) BoxedCodec
}

// Bound is the codec bound to a topic where it needs that.
func (c BoxedCodec) Bound(use wire.Use, schemas wire.Schemas) BoxedCodec {
	if c.At == nil {
		return c
	}
	return c.At(use, schemas)
}

// BoxedProcessor drives a user's processor with boxed records.
type BoxedProcessor struct {
	Init    func(env *processor.Env, node int) error
	Process func(r Rec) error
	// Drain returns and forgets the records forwarded since the last Drain, in order.
	Drain func() []Rec
	Close func() error
}

// BoxedStore binds a recorded store handle to a task's backing store. Codecs are for
// DSL-owned stores; Bind is set for stores that a processor holds by handle.
type BoxedStore struct {
	Key, Val BoxedCodec
	Bind     func(env processor.StoreEnv)
	// Read binds the read-only handle of a global store to a processor's environment.
	Read func(env *processor.Env, rows *state.Shared)
}
