package worker

import (
	"context"
	"sync"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/streamgen/streamgen/connect/plugin"
	"github.com/streamgen/streamgen/connect/storage"
)

// offsetBook is what a log of offsets adds up to, with the log. Safe for concurrent use.
type offsetBook struct {
	mu      sync.Mutex
	offsets *storage.Offsets
	log     storage.Log
}

func newOffsetBook() *offsetBook { return &offsetBook{offsets: storage.NewOffsets()} }

// apply is the log's function.
func (b *offsetBook) apply(_ int64, key string, value []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	// A key that is no pair of connector and partition is nothing that a worker wrote: there is nobody to tell.
	_ = b.offsets.Apply(key, value)
}

func (b *offsetBook) get(connector string, partition map[string]any) map[string]any {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.offsets.Get(connector, partition)
}

func (b *offsetBook) of(connector string) []storage.Partition {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.offsets.Of(connector)
}

// connectorOffsets are the offsets of one connector: those of its own topic, if it has one, before the worker's.
type connectorOffsets struct {
	connector string
	own       *offsetBook // nil without offsets.storage.topic
	shared    *offsetBook
}

// Offset returns a partition's offset after everything written so far was read.
func (o *connectorOffsets) Offset(ctx context.Context, p *plugin.Partition) (map[string]any, error) {
	for _, book := range []*offsetBook{o.own, o.shared} {
		if book == nil {
			continue
		}
		if err := book.log.Sync(ctx); err != nil {
			return nil, err
		}
		if found := book.get(o.connector, p.Fields()); found != nil {
			return found, nil
		}
	}
	return nil, nil
}

// store writes offsets to the connector's own topic, then to the worker's.
func (o *connectorOffsets) store(ctx context.Context, offsets map[*plugin.Partition]plugin.Offset) error {
	records := o.records(offsets)
	for _, book := range []*offsetBook{o.own, o.shared} {
		if book == nil {
			continue
		}
		if err := book.log.Put(ctx, records...); err != nil {
			return err
		}
	}
	return nil
}

func (o *connectorOffsets) records(offsets map[*plugin.Partition]plugin.Offset) []storage.Record {
	records := make([]storage.Record, 0, len(offsets))
	for p, offset := range offsets {
		records = append(records, storage.OffsetRecord(o.connector, p.Fields(), offset.OffsetFields()))
	}
	return records
}

// produce puts offsets into a producer's transaction.
func (o *connectorOffsets) produce(ctx context.Context, client *kgo.Client, topic string, offsets map[*plugin.Partition]plugin.Offset, done func(error)) {
	for _, r := range o.records(offsets) {
		client.Produce(ctx, &kgo.Record{Topic: topic, Key: []byte(r.Key), Value: r.Value, Partition: unset}, func(_ *kgo.Record, err error) { done(err) })
	}
}
