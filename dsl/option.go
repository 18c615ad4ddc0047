package dsl

import (
	"reflect"

	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/serde"
)

// Option adjusts an operator. Options are values and may be passed in any order.
type Option struct{ apply func(*options) }

type options struct {
	name       string
	store      string
	emitEvery  bool
	onClose    bool
	inMemory   bool
	untimed    bool
	onError    string
	deadLetter string
	key, val   graph.BoxedCodec
	keyName    graph.Codec
	valName    graph.Codec
	keyType    reflect.Type // what Codecs encode; nil without
	valType    reflect.Type
	partitions int
	place      func(graph.Rec, int) int
	placeKey   reflect.Type // of the records that place takes
	placeVal   reflect.Type
	times      graph.Times
	time       func(r graph.Rec, partitionTime int64) int64
	timeKey    reflect.Type // of the records that time takes
	timeVal    reflect.Type
}

// storeName is the name of the operator's store: Store if given, else Name.
func (o options) storeName() string {
	if o.store != "" {
		return o.store
	}
	return o.name
}

func collect(opts []Option) options {
	var o options
	for _, opt := range opts {
		if opt.apply != nil {
			opt.apply(&o)
		}
	}
	return o
}

// Name names the operator, as Kafka Streams' Named, and its store unless Store names that.
func Name(name string) Option { return Option{func(o *options) { o.name = name }} }

// Store names the operator's state store, as Materialized.as: the identity of its
// changelog topic and of its state on disk.
func Store(name string) Option { return Option{func(o *options) { o.store = name }} }

// InMemory keeps the operator's stores in memory, as Kafka Streams' Stores.inMemory… suppliers:
// nothing is on disk, and each start reads the whole changelog. By default stores are on disk
// behind a cache.
func InMemory() Option { return Option{func(o *options) { o.inMemory = true }} }

// WithoutTimestamps makes the store of a table or of windows keep values alone, as those of
// Stores.persistentKeyValueStore and persistentWindowStore: what it held before the last commit has no
// timestamp, and a result's is that of its record. By default stores keep the timestamp of the last update
// beside the value.
func WithoutTimestamps() Option { return Option{func(o *options) { o.untimed = true }} }

// keep gives a store what the options say about how it is kept.
func (o options) keep(s *graph.Store) *graph.Store {
	s.InMemory = o.inMemory
	s.Timestamped = s.Timestamped && !o.untimed
	return s
}

// EmitEveryUpdate makes a table forward each of its updates at once. By default updates
// are coalesced: at a commit each changed key is forwarded once.
func EmitEveryUpdate() Option { return Option{func(o *options) { o.emitEvery = true }} }

// EmitOnClose makes a windowed aggregation forward each window or session once, when it has
// closed (KIP-825): when stream time has passed its end by the grace, for a session by gap
// and grace. Windows that close without a further record of the partition wait for one.
func EmitOnClose() Option { return Option{func(o *options) { o.onClose = true }} }

// Codecs gives the codecs of an operator's output where a repartition topic or store
// downstream needs them: on operators that change key or value, and on GroupByKey.
func Codecs[K, V any](key serde.Codec[K], val serde.Codec[V]) Option {
	return Option{func(o *options) {
		o.key, o.val = boxCodec(key), boxCodec(val)
		o.keyName, o.valName = codecName(key), codecName(val)
		o.keyType, o.valType = reflect.TypeFor[K](), reflect.TypeFor[V]()
	}}
}

// Partitions says how many partitions the topic of Repartition has. By default it has as
// many as the sub-topology that writes it has tasks.
func Partitions(n int) Option { return Option{func(o *options) { o.partitions = n }} }

// Partitioner chooses the partition that To, ToDynamic or Repartition writes a record to:
// from 0 to below partitions, or -1 to leave it to Kafka's default partitioner. Any other
// number fails the record, as OnError says. It must depend on the record alone: what joins or aggregates by key
// needs all records of a key in one partition.
func Partitioner[K, V any](f func(r Rec[K, V], partitions int) int) Option {
	return Option{func(o *options) {
		o.placeKey, o.placeVal, o.place = reflect.TypeFor[K](), reflect.TypeFor[V](), nil
		if f != nil {
			o.place = func(r graph.Rec, n int) int { return f(typed[K, V](r), n) }
		}
	}}
}

// placed gives a sink or repartition its partitioner.
func (b *Builder) placed(operator string, n *graph.Node, o options, key, val reflect.Type) {
	if o.placeKey == nil {
		return
	}
	b.given("Partitioner", o.place != nil)
	if o.placeKey != key || o.placeVal != val {
		b.fail("%s: Partitioner takes records of (%v, %v), but the records are (%v, %v)", operator, o.placeKey, o.placeVal, key, val)
	}
	n.Placed, n.Exec.Partition = true, o.place
}

// fit reports Codecs of other types than the records they are given for.
func (b *Builder) fit(operator graph.Op, o options, key, val reflect.Type) {
	if o.keyType != nil && (o.keyType != key || o.valType != val) {
		b.fail("%s: Codecs encode (%v, %v), but the records are (%v, %v)", operator, o.keyType, o.valType, key, val)
	}
}

// ErrorPolicy says what happens to a record that fails: Fail, Skip or DeadLetter.
type ErrorPolicy struct{ action, topic string }

// Fail stops the application at the record, losing nothing. It is the default.
func Fail() ErrorPolicy { return ErrorPolicy{"fail", ""} }

// Skip drops the record and counts it.
func Skip() ErrorPolicy { return ErrorPolicy{"skip", ""} }

// DeadLetter writes the record as it was consumed to a topic, with the header names of
// KIP-1034, and goes on. The topic must exist.
func DeadLetter(topic string) ErrorPolicy { return ErrorPolicy{"dead-letter", topic} }

// OnError sets the policy of a source or global table (records its codecs cannot read; a
// global table cannot dead-letter), of a Try form, of Process (its errors; what it forwarded
// for the record is dropped with it, what it put into stores stays), or of To, ToDynamic and
// Repartition: values that its codecs cannot write, topics and partitions that do not exist.
// The latter is Kafka Streams' ProductionExceptionHandler.handleSerializationError (KIP-399),
// per operator. Errors of the broker are not the record's, and not covered.
func OnError(p ErrorPolicy) Option {
	return Option{func(o *options) { o.onError, o.deadLetter = p.action, p.topic }}
}
