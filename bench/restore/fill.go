package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	partitions  = 4
	valueBytes  = 64
	application = "restore-app" // of all contestants: the changelog is the same
	inputTopic  = "restore-in"
	storeName   = "rows"
	changelog   = application + "-" + storeName + "-changelog"
)

var codecs = map[string]kgo.CompressionCodec{
	"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(), "lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression(),
}

// fill writes the changelog: n different keys of 8 bytes in random order, values of 64 bytes of noise.
func fill(ctx context.Context, o options) error {
	codec, ok := codecs[o.compression]
	if !ok {
		return fmt.Errorf("no compression %q", o.compression)
	}
	cl, err := kgo.NewClient(kgo.SeedBrokers(o.bootstrap), kgo.ProducerBatchCompression(codec), kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.ProducerLinger(5*time.Millisecond), kgo.MaxBufferedRecords(1<<17))
	if err != nil {
		return err
	}
	defer cl.Close()
	adm := kadm.NewClient(cl)
	compact, create := "compact", "CreateTime"
	for topic, configs := range map[string]map[string]*string{
		inputTopic: nil,
		changelog:  {"cleanup.policy": &compact, "message.timestamp.type": &create},
	} {
		answer, err := adm.CreateTopic(ctx, partitions, 1, configs, topic)
		if err == nil {
			err = answer.Err
		}
		if err != nil {
			return fmt.Errorf("creating topic %s: %w", topic, err)
		}
	}
	rng := rand.New(rand.NewPCG(1, 2))
	order := rng.Perm(o.n)
	var mu sync.Mutex
	var failed error
	now := time.Now()
	const slab = 10_000
	for at := 0; at < len(order); at += slab {
		ids := order[at:min(at+slab, len(order))]
		records, bytes := make([]kgo.Record, len(ids)), make([]byte, 0, len(ids)*(8+valueBytes))
		for i, id := range ids {
			start := len(bytes)
			bytes = fmt.Appendf(bytes, "k%07d", id)
			keyEnd := len(bytes)
			for range valueBytes / 8 {
				bytes = binary.LittleEndian.AppendUint64(bytes, rng.Uint64())
			}
			records[i] = kgo.Record{Topic: changelog, Partition: int32(id % partitions), Timestamp: now,
				Key: bytes[start:keyEnd], Value: bytes[keyEnd:]}
			cl.Produce(ctx, &records[i], func(_ *kgo.Record, err error) {
				if err != nil {
					mu.Lock()
					failed = err
					mu.Unlock()
				}
			})
		}
	}
	if err := cl.Flush(ctx); err != nil {
		return err
	}
	mu.Lock()
	defer mu.Unlock()
	return failed
}
