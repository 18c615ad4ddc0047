// Package data is Kafka Connect's data model: schemas, structs, maps, logical types, and the text forms of values. It is the
// counterpart of org.apache.kafka.connect.data, whose behaviour, error texts and iteration orders it keeps; where it differs
// on purpose, docs/CONNECT.md says so under a number.
//
// A value is a Go any with one of these dynamic types:
//
//	INT8 INT16 INT32 INT64   int8 int16 int32 int64
//	FLOAT32 FLOAT64          float32 float64
//	BOOLEAN STRING BYTES     bool string []byte
//	ARRAY                    []any
//	MAP                      *Map
//	STRUCT                   *Struct
//	Decimal                  Decimal
//	Date Time Timestamp      time.Time in UTC with whole milliseconds
//
// nil is null. Data without a schema consists of the same types, with a nil *Schema.
//
// Schemas are immutable and shared by pointer between goroutines. Structs, maps and slices belong to whoever holds the
// record: one goroutine at a time.
package data
