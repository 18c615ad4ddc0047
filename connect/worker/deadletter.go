package worker

import (
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
)

// rawRecord is a record as it was consumed.
type rawRecord struct {
	topic     string
	partition int32
	offset    int64
	timestamp int64
	key       []byte
	value     []byte
	headers   []plugin.RawHeader
}

// deadLetters writes records that failed to the dead-letter topic of a connector. Safe for concurrent use.
type deadLetters struct {
	client    *kgo.Client
	topic     string
	connector string
	task      int
	context   bool // add the headers that say why
	mu        sync.Mutex
	pending   int
	changed   chan struct{}
	err       error
	metrics   *errorMetrics
}

// send writes the record as it was consumed; a record of a source as far as it was converted.
func (d *deadLetters) send(f failure, p *policy) error {
	raw := f.raw
	if raw == nil && f.source == nil {
		return nil
	}
	record := &kgo.Record{Topic: d.topic, Partition: unset}
	switch {
	case raw != nil:
		record.Key, record.Value = raw.key, raw.value
		if raw.timestamp >= 0 {
			record.Timestamp = time.UnixMilli(raw.timestamp)
		}
		for _, h := range raw.headers {
			record.Headers = append(record.Headers, kgo.RecordHeader{Key: h.Key, Value: h.Value})
		}
	default:
		record.Key, record.Value = textOf(f.source.Key), textOf(f.source.Value)
		if f.source.Timestamp >= 0 {
			record.Timestamp = time.UnixMilli(f.source.Timestamp)
		}
	}
	if d.context {
		d.explain(record, f)
	}
	p.metrics.dlqRequests.Add(1)
	d.mu.Lock()
	d.pending++
	d.mu.Unlock()
	d.client.Produce(context.Background(), record, func(_ *kgo.Record, err error) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.pending--
		if err != nil {
			p.metrics.dlqFailures.Add(1)
			if d.err == nil {
				d.err = plugin.Errorf("could not write to the dead-letter topic %s: %w", d.topic, err)
			}
		}
		if d.pending == 0 && d.changed != nil {
			close(d.changed)
			d.changed = nil
		}
	})
	return nil
}

// textOf is what a dead-letter topic keeps of a source's value that no converter took.
func textOf(v any) []byte {
	switch v := v.(type) {
	case nil:
		return nil
	case []byte:
		return v
	case string:
		return []byte(v)
	}
	return []byte(data.Text(v))
}

// wait returns once all that was sent is in the topic; offsets are not committed before. What the topic refused stays an
// error: the task fails, for it would deliver the record again and again.
func (d *deadLetters) wait(ctx context.Context) error {
	if d == nil {
		return nil
	}
	for {
		d.mu.Lock()
		if d.pending == 0 {
			err := d.err
			d.mu.Unlock()
			return err
		}
		if d.changed == nil {
			d.changed = make(chan struct{})
		}
		changed := d.changed
		d.mu.Unlock()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		}
	}
}

// close waits for what is on its way, for a bounded time: the client would give it up.
func (d *deadLetters) close() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_ = d.wait(ctx) // counted among the failures
	d.client.Close()
}

// explain adds Connect's context headers, except those that the record has already.
func (d *deadLetters) explain(record *kgo.Record, f failure) {
	add := func(name, text string) {
		name = "__connect.errors." + name
		for _, h := range record.Headers {
			if h.Key == name {
				return
			}
		}
		record.Headers = append(record.Headers, kgo.RecordHeader{Key: name, Value: []byte(text)})
	}
	if f.raw != nil {
		add("topic", f.raw.topic)
		add("partition", strconv.Itoa(int(f.raw.partition)))
		add("offset", strconv.FormatInt(f.raw.offset, 10))
	}
	add("connector.name", d.connector)
	add("task.id", strconv.Itoa(d.task))
	add("stage", string(f.stage))
	add("class.name", f.class)
	add("exception.class.name", plugin.ClassOf(f.err))
	add("exception.message", f.err.Error())
	add("exception.stacktrace", trace(f.err))
}
