package main

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// cluster is the broker as the driver uses it: before and after what is measured, but for looking up offsets.
type cluster struct {
	bootstrap string
	cl        *kgo.Client
	admin     *kadm.Client
}

func connect(ctx context.Context, bootstrap string) (*cluster, error) {
	cl, err := kgo.NewClient(kgo.SeedBrokers(bootstrap), kgo.ProducerBatchCompression(kgo.NoCompression()),
		kgo.ProducerLinger(5*time.Millisecond), kgo.MaxBufferedRecords(1<<17))
	if err != nil {
		return nil, err
	}
	if err := cl.Ping(ctx); err != nil {
		cl.Close()
		return nil, err
	}
	return &cluster{bootstrap: bootstrap, cl: cl, admin: kadm.NewClient(cl)}, nil
}

func (c *cluster) create(ctx context.Context, topic string, configs map[string]*string) error {
	answer, err := c.admin.CreateTopic(ctx, partitions, 1, configs, topic)
	if err == nil {
		err = answer.Err
	}
	if err != nil {
		return fmt.Errorf("creating topic %s: %w", topic, err)
	}
	return nil
}

// drop deletes a topic of ours and all topics of an application.
func (c *cluster) drop(ctx context.Context, topics ...string) error {
	answers, err := c.admin.DeleteTopics(ctx, topics...)
	if err != nil {
		return err
	}
	for _, a := range answers {
		if a.Err != nil {
			return fmt.Errorf("deleting topic %s: %w", a.Topic, a.Err)
		}
	}
	return nil
}

// internal lists the topics whose names begin with an application's.
func (c *cluster) internal(ctx context.Context, application string) ([]string, error) {
	all, err := c.admin.ListTopics(ctx)
	if err != nil {
		return nil, err
	}
	all.FilterInternal()
	var names []string
	for _, name := range all.Names() {
		if len(name) > len(application) && name[:len(application)+1] == application+"-" {
			names = append(names, name)
		}
	}
	return names, nil
}

// fill produces the input of a workload, and returns what must come out of it.
func (c *cluster) fill(ctx context.Context, topic string, w workload, n int, seed uint64) (*truth, error) {
	m, j := newMaker(seed, w.json), w.judge()
	err := c.produce(ctx, n, func() *kgo.Record {
		key, value, ts := m.next()
		j.feed(j, key, value, ts)
		return &kgo.Record{Topic: topic, Key: append([]byte(nil), key...), Value: append([]byte(nil), value...), Timestamp: at(ts)}
	})
	return j.end(), err
}

// fillUsers produces the table. Its rows are older than all orders.
func (c *cluster) fillUsers(ctx context.Context, topic string) error {
	i := -1
	return c.produce(ctx, keys, func() *kgo.Record {
		i++
		return &kgo.Record{Topic: topic, Key: appendKey(nil, i), Value: mustJSON(userOf(i)), Timestamp: at(epoch - 1000)}
	})
}

func (c *cluster) produce(ctx context.Context, n int, next func() *kgo.Record) error {
	var failed atomic.Pointer[error]
	for range n {
		c.cl.Produce(ctx, next(), func(_ *kgo.Record, err error) {
			if err != nil {
				failed.CompareAndSwap(nil, &err)
			}
		})
		if e := failed.Load(); e != nil {
			return *e
		}
	}
	if err := c.cl.Flush(ctx); err != nil {
		return err
	}
	if e := failed.Load(); e != nil {
		return *e
	}
	return nil
}

// read collects what lies in an output topic, and the time at which the broker took the last record.
func (c *cluster) read(ctx context.Context, topic string, table bool) (*truth, time.Time, error) {
	got, last := newTruth(table), time.Time{}
	ends, err := c.admin.ListEndOffsets(ctx, topic)
	if err == nil {
		err = ends.Error()
	}
	if err != nil {
		return nil, last, err
	}
	left, from := map[int32]int64{}, map[int32]kgo.Offset{}
	ends.Each(func(o kadm.ListedOffset) {
		if o.Offset > 0 {
			left[o.Partition], from[o.Partition] = o.Offset, kgo.NewOffset().AtStart()
		}
	})
	if len(left) == 0 {
		return got, last, nil
	}
	cl, err := kgo.NewClient(kgo.SeedBrokers(c.bootstrap), kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: from}),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.KeepControlRecords())
	if err != nil {
		return nil, last, err
	}
	defer cl.Close()
	for len(left) > 0 {
		fetches := cl.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			return nil, last, fmt.Errorf("reading %s: %w", topic, err)
		}
		fetches.EachRecord(func(r *kgo.Record) {
			if r.Offset+1 >= left[r.Partition] {
				delete(left, r.Partition)
			}
			if r.Attrs.IsControl() {
				return
			}
			got.add(r.Key, r.Value)
			if r.Timestamp.After(last) {
				last = r.Timestamp
			}
		})
	}
	return got, last, nil
}
