package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/streamgen/streamgen/bench/path/form"
)

// share is what one thread works on: a partition always belongs to the same share.
type share interface {
	process(topic string, recs []*kgo.Record, out *output) error
	flush(out *output, rows *disk) error // what waits for the commit; nothing when stateless
}

// loop polls, spreads the partitions over its threads, and commits.
type loop struct {
	setting form.Setting
	cl      *kgo.Client
	session *kgo.GroupTransactSession // under exactly_once_v2
	rows    *disk                     // of stateful workloads
	shares  []share
	outs    []*output
	behind  map[int32]int64 // ends of the table's partitions that are not read yet
	batches [][]kgo.FetchTopicPartition
}

func newLoop(s form.Setting, w workload, rows *disk) (*loop, error) {
	l := &loop{setting: s, rows: rows, behind: map[int32]int64{}, batches: make([][]kgo.FetchTopicPartition, s.Threads)}
	topics := []string{s.Input}
	if s.Table != "" {
		topics = append(topics, s.Table)
	}
	opts := []kgo.Opt{
		kgo.SeedBrokers(s.Bootstrap), kgo.ConsumerGroup(s.Application), kgo.ConsumeTopics(topics...),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.DisableAutoCommit(),
		kgo.OnPartitionsAssigned(func(context.Context, *kgo.Client, map[string][]int32) { form.Running() }),
		kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.ProducerLinger(s.Linger), kgo.ProducerBatchMaxBytes(int32(s.BatchBytes)),
		kgo.ProducerBatchCompression(codecs[s.Compression]), kgo.MaxBufferedRecords(1 << 18),
		kgo.FetchMaxWait(500 * time.Millisecond), // as the others: the client's own 5 s would be waited for at the end of the input
	}
	var err error
	if s.ExactlyOnce {
		opts = append(opts, kgo.TransactionalID(s.Application), kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.RequireStableFetchOffsets())
		if l.session, err = kgo.NewGroupTransactSession(opts...); err == nil {
			l.cl = l.session.Client()
		}
	} else {
		l.cl, err = kgo.NewClient(opts...)
	}
	if err != nil {
		return nil, err
	}
	for range s.Threads {
		l.shares = append(l.shares, w.share(s))
		l.outs = append(l.outs, newOutput(l.cl))
	}
	return l, nil
}

var codecs = map[string]kgo.CompressionCodec{
	"none": kgo.NoCompression(), "lz4": kgo.Lz4Compression(), "snappy": kgo.SnappyCompression(), "zstd": kgo.ZstdCompression(),
}

func (l *loop) close() {
	if l.session != nil {
		l.session.Close()
	} else {
		l.cl.Close()
	}
}

// run goes on until ctx ends; what was processed by then is committed.
func (l *loop) run(ctx context.Context) error {
	if err := l.tableFirst(ctx); err != nil {
		return err
	}
	for ctx.Err() == nil {
		if l.session != nil {
			if err := l.session.Begin(); err != nil {
				return err
			}
		}
		due := time.Now().Add(l.setting.Commit)
		for time.Now().Before(due) && ctx.Err() == nil {
			if err := l.round(ctx, due); err != nil {
				return err
			}
		}
		if err := l.commit(context.WithoutCancel(ctx)); err != nil {
			return err
		}
	}
	return nil
}

// tableFirst holds the input back until the table has been read up to its present end.
func (l *loop) tableFirst(ctx context.Context) error {
	if l.setting.Table == "" {
		return nil
	}
	ends, err := kadm.NewClient(l.cl).ListEndOffsets(ctx, l.setting.Table)
	if err == nil {
		err = ends.Error()
	}
	if err != nil {
		return err
	}
	ends.Each(func(o kadm.ListedOffset) { l.behind[o.Partition] = o.Offset })
	l.cl.PauseFetchTopics(l.setting.Input)
	return nil
}

// round polls once and processes what came.
func (l *loop) round(ctx context.Context, due time.Time) error {
	ctx, cancel := context.WithDeadline(ctx, due)
	defer cancel()
	fetches := l.poll(ctx)
	for _, e := range fetches.Errors() {
		if !errors.Is(e.Err, context.DeadlineExceeded) && !errors.Is(e.Err, context.Canceled) {
			return fmt.Errorf("%s-%d: %w", e.Topic, e.Partition, e.Err)
		}
	}
	for i := range l.batches {
		l.batches[i] = l.batches[i][:0]
	}
	fetches.EachPartition(func(p kgo.FetchTopicPartition) {
		if len(p.Records) > 0 {
			i := int(p.Partition) % len(l.batches)
			l.batches[i] = append(l.batches[i], p)
			l.caughtUp(p)
		}
	})
	errs := make([]error, len(l.batches))
	var wait sync.WaitGroup
	for i := range l.batches {
		if len(l.batches[i]) == 0 {
			continue
		}
		wait.Go(func() {
			for _, p := range l.batches[i] {
				if errs[i] = l.shares[i].process(p.Topic, p.Records, l.outs[i]); errs[i] != nil {
					return
				}
			}
			l.outs[i].send()
		})
	}
	wait.Wait()
	return errors.Join(errs...)
}

func (l *loop) poll(ctx context.Context) kgo.Fetches {
	if l.session != nil {
		return l.session.PollRecords(ctx, 20_000)
	}
	return l.cl.PollRecords(ctx, 20_000)
}

// caughtUp lets the input go once the last partition of the table is read.
func (l *loop) caughtUp(p kgo.FetchTopicPartition) {
	if p.Topic != l.setting.Table || len(l.behind) == 0 {
		return
	}
	if p.Records[len(p.Records)-1].Offset+1 >= l.behind[p.Partition] {
		delete(l.behind, p.Partition)
	}
	if len(l.behind) == 0 {
		l.cl.ResumeFetchTopics(l.setting.Input)
	}
}

// commit writes what was coalesced, waits for every acknowledgement, and commits the offsets; then the rows.
func (l *loop) commit(ctx context.Context) error {
	for i, s := range l.shares {
		if err := s.flush(l.outs[i], l.rows); err != nil {
			return err
		}
		l.outs[i].send()
	}
	if err := l.cl.Flush(ctx); err != nil {
		return err
	}
	for _, o := range l.outs {
		if err := o.failed.Load(); err != nil {
			return *err
		}
	}
	if l.session != nil {
		switch done, err := l.session.End(ctx, kgo.TryCommit); {
		case err != nil:
			return err
		case !done:
			return errors.New("the transaction was aborted")
		}
	} else if err := l.cl.CommitUncommittedOffsets(ctx); err != nil {
		return err
	}
	if l.rows != nil {
		return l.rows.apply()
	}
	return nil
}
