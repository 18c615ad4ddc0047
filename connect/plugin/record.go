package plugin

import (
	"github.com/streamgen/streamgen/connect/data"
)

// NoPartition and NoTimestamp stand for a partition or timestamp that is not set.
const (
	NoPartition int32 = -1
	NoTimestamp int64 = -1
)

// Record is what transforms and converters see of a record, from a source or to a sink. Values have the dynamic types of
// package data; a nil schema means data without one. It is changed in place and belongs to one goroutine at a time.
type Record struct {
	Topic       string
	Partition   int32 // NoPartition lets the partitioner choose
	KeySchema   *data.Schema
	Key         any
	ValueSchema *data.Schema
	Value       any
	Timestamp   int64 // milliseconds since 1970; NoTimestamp
	Headers     Headers
	// Offset of a sink's record in its partition; meaningless while Sink is false.
	Offset int64
	// Sink tells that the record goes from a topic to a sink, and that Offset counts.
	Sink bool
}

// Header is one header of a record. A plain value.
type Header struct {
	Key    string
	Schema *data.Schema
	Value  any
}

// Headers are a record's headers in order; keys may repeat. They belong to their record.
type Headers []Header

// Last returns the last header of a key, and whether there is one.
func (h Headers) Last(key string) (Header, bool) {
	for i := len(h) - 1; i >= 0; i-- {
		if h[i].Key == key {
			return h[i], true
		}
	}
	return Header{}, false
}

// Add appends a header.
func (h *Headers) Add(key string, schema *data.Schema, value any) {
	*h = append(*h, Header{key, schema, value})
}

// Remove takes away all headers of a key.
func (h *Headers) Remove(key string) {
	kept := (*h)[:0]
	for _, header := range *h {
		if header.Key != key {
			kept = append(kept, header)
		}
	}
	clear((*h)[len(kept):])
	*h = kept
}

// SourceRecord is a record on its way from a source to a topic.
type SourceRecord struct {
	Record
	// SourcePartition and SourceOffset say where the source goes on once this record is in the topic. Both nil: the record
	// moves no offset.
	SourcePartition *Partition
	SourceOffset    Offset
}

// Partition is a part of a source that has an offset of its own, such as a file or a table. Tasks make one per part, once,
// and put the same pointer into all of its records. Immutable; safe for concurrent use.
type Partition struct{ fields map[string]any }

// NewPartition returns a partition of the given fields: strings, integers, floats, booleans or nil. The map is the
// partition's from then on.
func NewPartition(fields map[string]any) *Partition { return &Partition{fields} }

// Fields returns what names the partition. It is not to be changed.
func (p *Partition) Fields() map[string]any { return p.fields }

// Offset is a position in a source's partition. Sources with one number per record define a type on that number, so that
// no map is made per record: only the offsets that are stored are asked for their fields.
type Offset interface {
	// OffsetFields returns the offset as it is stored: strings, integers, floats, booleans or nil by name.
	OffsetFields() map[string]any
}

// OffsetMap is an offset that is a map already.
type OffsetMap map[string]any

// OffsetFields returns the map.
func (m OffsetMap) OffsetFields() map[string]any { return m }

// SinkRecord is a record on its way from a topic to a sink.
type SinkRecord struct {
	Record
	// Where the record was read, whatever transforms made of Topic and Partition: rewinding and reporting use these.
	Original TopicPartition
	// LogAppendTime tells that Timestamp was set by the broker.
	LogAppendTime bool
}

// TopicPartition names a partition of a topic. It is comparable.
type TopicPartition struct {
	Topic     string
	Partition int32
}

// RecordMetadata says where the broker put a record. A plain value.
type RecordMetadata struct {
	TopicPartition
	Offset    int64
	Timestamp int64
}
