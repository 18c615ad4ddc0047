package testdriver

import (
	"fmt"
	"slices"

	"github.com/streamgen/streamgen/runtime/processor"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/serde/wire"
)

// OutputTopic reads typed records from a topic in the order they were written, like
// TestOutputTopic. It belongs to the driver's goroutine.
type OutputTopic[K, V any] struct {
	d     *Driver
	topic string
	key   serde.Codec[K]
	val   serde.Codec[V]
}

// Output returns a typed output. A topic that the topology does not write and a record that
// the codecs cannot read are errors of the driver, see Driver.Err. Outputs of one topic share
// their place in it.
func Output[K, V any](d *Driver, topic string, key serde.Codec[K], val serde.Codec[V]) *OutputTopic[K, V] {
	schemas := d.config.Schemas
	return &OutputTopic[K, V]{d: d, topic: topic, key: serde.Bind(key, wire.Use{Topic: topic, Key: true}, schemas), val: serde.Bind(val, wire.Use{Topic: topic}, schemas)}
}

// Read takes the next record; ok is false when there is none.
func (t *OutputTopic[K, V]) Read() (r processor.Record[K, V], ok bool) {
	raw, ok := t.d.Read(t.topic)
	if !ok {
		return r, false
	}
	r = processor.Record[K, V]{NoKey: raw.Key == nil, NoValue: raw.Value == nil, Timestamp: raw.Timestamp, Headers: raw.Headers}
	var err error
	if !r.NoKey {
		if r.Key, err = t.key.Decode(raw.Key); err != nil {
			t.d.fail(fmt.Errorf("topic %s: key %q: %w", t.topic, raw.Key, err))
			return r, false
		}
	}
	if !r.NoValue {
		if r.Value, err = t.val.Decode(raw.Value); err != nil {
			t.d.fail(fmt.Errorf("topic %s: value %q: %w", t.topic, raw.Value, err))
			return r, false
		}
	}
	return r, true
}

// ReadAll takes all records there are.
func (t *OutputTopic[K, V]) ReadAll() []processor.Record[K, V] {
	var out []processor.Record[K, V]
	for r, ok := t.Read(); ok; r, ok = t.Read() {
		out = append(out, r)
	}
	return out
}

// IsEmpty says whether no record waits.
func (t *OutputTopic[K, V]) IsEmpty() bool {
	tp := t.d.output(t.topic)
	return tp == nil || len(tp.output) == 0
}

func (d *Driver) output(name string) *topic {
	tp := d.topics[name]
	if tp == nil || !tp.written {
		d.fail(d.unknown("write", name, func(t *topic) bool { return t.written }))
		return nil
	}
	return tp
}

// Produced lists the topics that the topology writes, sorted: those that sinks name, and
// those that records have chosen so far.
func (d *Driver) Produced() []string {
	var out []string
	for name, t := range d.topics {
		if t.written {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// Read takes the next record of a topic as bytes; ok is false when there is none.
// Repartition topics can be read too, by their full name.
func (d *Driver) Read(topicName string) (r Record, ok bool) {
	tp := d.output(topicName)
	if tp == nil || len(tp.output) == 0 {
		return Record{}, false
	}
	r, tp.output = tp.output[0], tp.output[1:]
	return r, true
}

// ReadAll takes all records of a topic as bytes.
func (d *Driver) ReadAll(topicName string) []Record {
	tp := d.output(topicName)
	if tp == nil {
		return nil
	}
	out := tp.output
	tp.output = nil
	return out
}
