package storage

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// TopicSpec says which compacted topic to open, and how to make it when it is not there. A plain value.
type TopicSpec struct {
	Name        string
	Partitions  int32
	Replication int16 // -1 for the broker's default
	Configs     map[string]string
	// ReadCommitted hides what transactions have not committed.
	ReadCommitted bool
}

// Topic is a log on a compacted topic: KafkaBasedLog. It is safe for concurrent use; a goroutine of its own follows the topic.
type Topic struct {
	spec     TopicSpec
	client   *kgo.Client // reads all partitions, and writes
	apply    Apply
	cancel   context.CancelFunc
	done     chan struct{}
	mu       sync.Mutex
	position map[int32]int64
	moved    chan struct{} // closed and renewed when position moves
}

// OpenTopic makes sure that the topic exists, applies everything in it and follows it from then on. Options say how to
// reach the brokers.
func OpenTopic(ctx context.Context, spec TopicSpec, apply Apply, options ...kgo.Opt) (*Topic, error) {
	if err := ensure(ctx, spec, options); err != nil {
		return nil, err
	}
	options = append(options[:len(options):len(options)],
		kgo.ConsumeTopics(spec.Name), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.ProducerLinger(0),
		kgo.RequiredAcks(kgo.AllISRAcks()), kgo.KeepControlRecords(), kgo.FetchMaxWait(200*time.Millisecond), kgo.MetadataMinAge(100*time.Millisecond))
	if spec.ReadCommitted {
		options = append(options, kgo.FetchIsolationLevel(kgo.ReadCommitted()))
	}
	client, err := kgo.NewClient(options...)
	if err != nil {
		return nil, fmt.Errorf("topic %s: %w", spec.Name, err)
	}
	following, cancel := context.WithCancel(context.Background())
	t := &Topic{spec: spec, client: client, apply: apply, cancel: cancel, done: make(chan struct{}), position: map[int32]int64{}, moved: make(chan struct{})}
	go t.follow(following)
	if err := t.Sync(ctx); err != nil {
		return nil, errors.Join(err, t.Close())
	}
	return t, nil
}

// ensure creates the topic unless it is there, and checks the one that is.
func ensure(ctx context.Context, spec TopicSpec, options []kgo.Opt) error {
	client, err := kgo.NewClient(options...)
	if err != nil {
		return fmt.Errorf("topic %s: %w", spec.Name, err)
	}
	defer client.Close()
	admin := kadm.NewClient(client)
	compact := "compact"
	configs := map[string]*string{"cleanup.policy": &compact}
	for k, v := range spec.Configs {
		if k != "cleanup.policy" {
			configs[k] = &v
		}
	}
	_, err = admin.CreateTopic(ctx, spec.Partitions, spec.Replication, configs, spec.Name)
	if err != nil && !errors.Is(err, kerr.TopicAlreadyExists) {
		return fmt.Errorf("topic %s cannot be created with %d partitions and %d replicas: %w; create it by hand, compacted, or change its replication factor", spec.Name, spec.Partitions, spec.Replication, err)
	}
	if err == nil {
		return nil
	}
	found, err := admin.DescribeTopicConfigs(ctx, spec.Name)
	if err != nil {
		return nil // not allowed to look is no reason not to start
	}
	for _, f := range found {
		for _, c := range f.Configs {
			if c.Key == "cleanup.policy" && c.MaybeValue() != "compact" && f.Err == nil {
				return fmt.Errorf("topic %s has cleanup.policy=%s: records that this worker needs would be deleted; set it to compact", spec.Name, c.MaybeValue())
			}
		}
	}
	return nil
}

// follow applies records until the log is closed.
func (t *Topic) follow(ctx context.Context) {
	defer close(t.done)
	for ctx.Err() == nil {
		fetches := t.client.PollFetches(ctx)
		fetches.EachPartition(func(p kgo.FetchTopicPartition) {
			for _, r := range p.Records {
				if !r.Attrs.IsControl() {
					t.apply(r.Offset, string(r.Key), r.Value)
				}
			}
		})
		t.mu.Lock()
		fetches.EachPartition(func(p kgo.FetchTopicPartition) {
			if n := len(p.Records); n > 0 {
				t.position[p.Partition] = p.Records[n-1].Offset + 1
			}
		})
		close(t.moved)
		t.moved = make(chan struct{})
		t.mu.Unlock()
	}
}

// Put writes the records and waits until they have been applied.
func (t *Topic) Put(ctx context.Context, records ...Record) error {
	if len(records) == 0 {
		return nil
	}
	batch := make([]*kgo.Record, len(records))
	for i, r := range records {
		batch[i] = &kgo.Record{Topic: t.spec.Name, Key: []byte(r.Key), Value: r.Value}
	}
	results := t.client.ProduceSync(ctx, batch...)
	if err := results.FirstErr(); err != nil {
		return fmt.Errorf("topic %s: %w", t.spec.Name, err)
	}
	ends := map[int32]int64{}
	for _, r := range results {
		ends[r.Record.Partition] = max(ends[r.Record.Partition], r.Record.Offset+1)
	}
	return t.wait(ctx, ends)
}

// Sync waits until all that the topic holds now has been applied.
func (t *Topic) Sync(ctx context.Context) error {
	listed, err := t.listEnds(ctx)
	if err != nil {
		return fmt.Errorf("topic %s: %w", t.spec.Name, err)
	}
	return t.wait(ctx, listed)
}

func (t *Topic) listEnds(ctx context.Context) (map[int32]int64, error) {
	admin := kadm.NewClient(t.client)
	list := admin.ListEndOffsets
	if t.spec.ReadCommitted {
		list = admin.ListCommittedOffsets
	}
	starts, err := admin.ListStartOffsets(ctx, t.spec.Name)
	if err != nil {
		return nil, err
	}
	listed, err := list(ctx, t.spec.Name)
	if err != nil {
		return nil, err
	}
	if err := listed.Error(); err != nil {
		return nil, err
	}
	ends := map[int32]int64{}
	listed.Each(func(o kadm.ListedOffset) {
		if start, _ := starts.Lookup(o.Topic, o.Partition); start.Offset < o.Offset {
			ends[o.Partition] = o.Offset
		}
	})
	return ends, nil
}

// wait returns once the positions have reached the ends.
func (t *Topic) wait(ctx context.Context, ends map[int32]int64) error {
	for {
		t.mu.Lock()
		reached, moved := true, t.moved
		for p, end := range ends {
			reached = reached && t.position[p] >= end
		}
		t.mu.Unlock()
		if reached {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("topic %s was not read to its end in time: %w", t.spec.Name, ctx.Err())
		case <-t.done:
			return fmt.Errorf("topic %s: the log is closed", t.spec.Name)
		case <-moved:
		}
	}
}

// Close ends the following.
func (t *Topic) Close() error {
	t.cancel()
	<-t.done
	t.client.Close()
	return nil
}
