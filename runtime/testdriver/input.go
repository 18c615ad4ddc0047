package testdriver

import (
	"fmt"
	"time"

	"github.com/streamgen/streamgen/runtime/processor"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/serde/wire"
)

// InputTopic pipes typed records into a topic, like TestInputTopic. It belongs to
// the driver's goroutine.
type InputTopic[K, V any] struct {
	d     *Driver
	topic string
	key   serde.Codec[K]
	val   serde.Codec[V]
	next  int64
	step  int64
}

// Input returns a typed input. A topic that the topology does not read is an error of the
// first Pipe. Global tables are fed by piping into their topic.
func Input[K, V any](d *Driver, topic string, key serde.Codec[K], val serde.Codec[V]) *InputTopic[K, V] {
	schemas := d.config.Schemas
	return &InputTopic[K, V]{d: d, topic: topic, key: serde.Bind(key, wire.Use{Topic: topic, Key: true}, schemas), val: serde.Bind(val, wire.Use{Topic: topic}, schemas)}
}

// AutoAdvance sets the timestamp of the next PipeNext and how far each one moves it.
func (t *InputTopic[K, V]) AutoAdvance(start int64, step time.Duration) *InputTopic[K, V] {
	t.next, t.step = start, step.Milliseconds()
	return t
}

// Pipe hands in a record with timestamp ts, epoch milliseconds.
func (t *InputTopic[K, V]) Pipe(k K, v V, ts int64) error {
	return t.PipeRecord(processor.Record[K, V]{Key: k, Value: v, Timestamp: ts})
}

// PipeNext hands in a record with the auto-advancing timestamp.
func (t *InputTopic[K, V]) PipeNext(k K, v V) error {
	ts := t.next
	t.next += t.step
	return t.Pipe(k, v, ts)
}

// PipeNullValue hands in a record with a null value: a tombstone for tables.
func (t *InputTopic[K, V]) PipeNullValue(k K, ts int64) error {
	return t.PipeRecord(processor.Record[K, V]{Key: k, NoValue: true, Timestamp: ts})
}

// PipeNullKey hands in a record with a null key.
func (t *InputTopic[K, V]) PipeNullKey(v V, ts int64) error {
	return t.PipeRecord(processor.Record[K, V]{NoKey: true, Value: v, Timestamp: ts})
}

// PipeRecord hands in a whole record, headers included.
func (t *InputTopic[K, V]) PipeRecord(r processor.Record[K, V]) error {
	raw := Record{Timestamp: r.Timestamp, Headers: r.Headers}
	var err error
	if !r.NoKey {
		if raw.Key, err = t.key.Append([]byte{}, r.Key); err != nil {
			return t.d.fail(fmt.Errorf("topic %s: key: %w", t.topic, err))
		}
	}
	if !r.NoValue {
		if raw.Value, err = t.val.Append([]byte{}, r.Value); err != nil {
			return t.d.fail(fmt.Errorf("topic %s: value: %w", t.topic, err))
		}
	}
	return t.d.Pipe(t.topic, raw)
}
