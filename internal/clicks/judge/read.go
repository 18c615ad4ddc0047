package judge

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// Connect makes a client of the broker that is judged.
type Connect func(...kgo.Opt) (*kgo.Client, error)

// Read reads everything committed of the outputs and the changelogs. It waits until no
// transaction is open any more. An error says that something cannot be read, or not as what
// the application writes there.
func Read(ctx context.Context, connect Connect, prefix, application string) (*Seen, error) {
	s := &Seen{Sums: map[string][]int64{}, Windows: map[Window][]int64{}, Tallies: map[string]int64{}, Pairs: map[Pair]int{}, Changelogs: map[string]map[int32][]Entry{}}
	take := map[string]func(*kgo.Record) error{
		prefix + "sums":       func(r *kgo.Record) error { return s.addSum(r.Key, r.Value) },
		prefix + "windows":    func(r *kgo.Record) error { return s.addWindow(r.Key, r.Value) },
		prefix + "tallies":    func(r *kgo.Record) error { return s.addTally(r.Key, r.Value) },
		prefix + "pairs":      func(r *kgo.Record) error { return s.addPair(r.Key, r.Value) },
		prefix + "increments": func(r *kgo.Record) error { return s.addIncrement(r.Key, r.Value) },
	}
	for store := range specs {
		logs := map[int32][]Entry{}
		s.Changelogs[store] = logs
		take[application+"-"+store+"-changelog"] = func(r *kgo.Record) error {
			logs[r.Partition] = append(logs[r.Partition], Entry{r.Offset, r.Timestamp.UnixMilli(), string(r.Key), r.Value})
			return nil
		}
	}
	var topics []string
	for t := range take {
		topics = append(topics, t)
	}
	ends, err := settled(ctx, connect, topics)
	if err != nil {
		return nil, err
	}
	return s, each(ctx, connect, ends, func(r *kgo.Record) error {
		if err := take[r.Topic](r); err != nil {
			return fmt.Errorf("%s partition %d offset %d: %w", r.Topic, r.Partition, r.Offset, err)
		}
		return nil
	})
}

// settled returns where the topics end once all their transactions have.
func settled(ctx context.Context, connect Connect, topics []string) (kadm.ListedOffsets, error) {
	cl, err := connect()
	if err != nil {
		return nil, err
	}
	defer cl.Close()
	adm := kadm.NewClient(cl)
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		committed, err := adm.ListCommittedOffsets(ctx, topics...)
		if err = errors.Join(err, committed.Error()); err != nil {
			return nil, err
		}
		ends, err := adm.ListEndOffsets(ctx, topics...)
		if err = errors.Join(err, ends.Error()); err != nil {
			return nil, err
		}
		open := ""
		ends.Each(func(e kadm.ListedOffset) {
			if c, ok := committed.Lookup(e.Topic, e.Partition); !ok || c.Offset != e.Offset {
				open = fmt.Sprintf("%s partition %d is committed up to %d of %d", e.Topic, e.Partition, c.Offset, e.Offset)
			}
		})
		if open == "" {
			return committed, nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil, fmt.Errorf("a transaction stays open: %s: %w", open, ctx.Err())
		}
	}
}

// each visits all committed records below the ends, each partition in order.
func each(ctx context.Context, connect Connect, ends kadm.ListedOffsets, visit func(*kgo.Record) error) error {
	from := map[string]map[int32]kgo.Offset{}
	left := 0
	ends.Each(func(e kadm.ListedOffset) {
		if from[e.Topic] == nil {
			from[e.Topic] = map[int32]kgo.Offset{}
		}
		if e.Offset > 0 {
			from[e.Topic][e.Partition] = kgo.NewOffset().AtStart()
			left++
		}
	})
	// Control records are what a position needs to get past the last transaction's marker.
	cl, err := connect(kgo.ConsumePartitions(from),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.KeepControlRecords(), kgo.FetchMaxWait(100*time.Millisecond))
	if err != nil {
		return err
	}
	defer cl.Close()
	for left > 0 {
		fetches := cl.PollFetches(ctx)
		if ctx.Err() != nil {
			return fmt.Errorf("%d partitions cannot be read to their end: %w", left, ctx.Err())
		}
		var bad error
		fetches.EachError(func(topic string, p int32, err error) {
			bad = errors.Join(bad, fmt.Errorf("%s partition %d: %w", topic, p, err))
		})
		fetches.EachRecord(func(r *kgo.Record) {
			if !r.Attrs.IsControl() {
				bad = errors.Join(bad, visit(r))
			}
			if e, _ := ends.Lookup(r.Topic, r.Partition); r.Offset == e.Offset-1 {
				left--
			}
		})
		if bad != nil {
			return bad
		}
	}
	return nil
}

// Consumed says whether the application has committed all of its input and of its
// repartition topic. A broker that does not answer says no.
func Consumed(ctx context.Context, adm *kadm.Client, prefix, application string) bool {
	ends, err := adm.ListEndOffsets(ctx, prefix+"clicks", application+"-by-user-repartition")
	if err = errors.Join(err, ends.Error()); err != nil {
		return false
	}
	committed, err := adm.FetchOffsets(ctx, application)
	if err != nil {
		return false
	}
	all := true
	ends.Each(func(e kadm.ListedOffset) {
		c, ok := committed.Lookup(e.Topic, e.Partition)
		all = all && (e.Offset == 0 || ok && c.Err == nil && c.At >= e.Offset)
	})
	return all
}
