package poll

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// admin asks the cluster about topics and changes them. Safe for concurrent use.
type admin struct {
	s  *Settings
	cl *kgo.Client
	*kadm.Client
}

// ensureTopics checks the external topics, creates the internal ones that are missing,
// and checks those that exist. It returns the sizes of all of them.
func (a *admin) ensureTopics(ctx context.Context) (*topics, error) {
	// A topic that was created a moment ago may not have reached the broker asked.
	counts, err := a.external(ctx)
	for try := 0; try < 6 && errors.Is(err, kerr.UnknownTopicOrPartition); try++ {
		if e := pause(ctx, try); e != nil {
			return nil, e
		}
		counts, err = a.external(ctx)
	}
	if err != nil {
		return nil, err
	}
	t, internal, err := a.s.plan(counts)
	if err != nil {
		return nil, err
	}
	if err := a.ensureInternal(ctx, internal); err != nil {
		return nil, err
	}
	return t, a.identify(ctx, t)
}

// external returns the partition counts of the topics that must exist already.
func (a *admin) external(ctx context.Context) (map[string]int32, error) {
	names, role := a.s.externalTopics()
	have, err := a.describe(ctx, names)
	if err != nil {
		return nil, fmt.Errorf("topics cannot be described: %w", err)
	}
	counts := map[string]int32{}
	var errs []error
	for _, n := range names {
		d, ok := have[n]
		switch {
		case !ok || errors.Is(d.err, kerr.UnknownTopicOrPartition):
			errs = append(errs, fmt.Errorf("topic %q does not exist, it is %s; create it, or correct the name in the topology: %w", n, role[n], kerr.UnknownTopicOrPartition))
		case d.err != nil:
			errs = append(errs, fmt.Errorf("topic %q, %s: %w", n, role[n], d.err))
		default:
			counts[n] = d.partitions
		}
	}
	if err := errors.Join(errs...); err != nil {
		return counts, err
	}
	return counts, a.matched(ctx, counts)
}

// described is a topic as the cluster knows it.
type described struct {
	err        error
	id         [16]byte
	partitions int32
	led        bool // every partition has a leader
}

// describe asks the cluster about topics; the client's cached answer would be up to
// seconds old, and miss topics created a moment ago.
func (a *admin) describe(ctx context.Context, names []string) (map[string]described, error) {
	m := map[string]described{}
	if len(names) == 0 {
		return m, nil
	}
	req := kmsg.NewPtrMetadataRequest()
	for _, n := range names {
		t := kmsg.NewMetadataRequestTopic()
		t.Topic = kmsg.StringPtr(n)
		req.Topics = append(req.Topics, t)
	}
	resp, err := req.RequestWith(ctx, a.cl)
	if err != nil {
		return nil, err
	}
	for _, t := range resp.Topics {
		if t.Topic == nil {
			continue
		}
		d := described{err: kerr.ErrorForCode(t.ErrorCode), id: t.TopicID, partitions: int32(len(t.Partitions)), led: true}
		for _, p := range t.Partitions {
			d.led = d.led && p.Leader >= 0
		}
		m[*t.Topic] = d
	}
	return m, nil
}

// ensureInternal creates missing internal topics. One that exists with another number of
// partitions means that a source topic was resized: its keys now hash elsewhere.
func (a *admin) ensureInternal(ctx context.Context, list []internalTopic) error {
	if len(list) == 0 {
		return nil
	}
	names := make([]string, len(list))
	for i, it := range list {
		names[i] = it.name
	}
	have, err := a.describe(ctx, names)
	if err != nil {
		return fmt.Errorf("internal topics cannot be described: %w", err)
	}
	var errs []error
	for _, it := range list {
		d, ok := have[it.name]
		if !ok || errors.Is(d.err, kerr.UnknownTopicOrPartition) {
			errs = append(errs, a.create(ctx, it))
			continue
		}
		if d.err != nil {
			errs = append(errs, fmt.Errorf("internal topic %q: %w", it.name, d.err))
			continue
		}
		if n := d.partitions; n != it.partitions {
			errs = append(errs, fmt.Errorf("internal topic %q has %d partitions but needs %d, since %s: a source topic's partition count was changed, and keys no longer lie where their state is; reset the application (delete its internal topics and its state) or restore the old partition count",
				it.name, n, it.partitions, it.because))
		}
	}
	return errors.Join(errs...)
}

func (a *admin) create(ctx context.Context, it internalTopic) error {
	configs := map[string]*string{}
	for k, v := range it.configs {
		configs[k] = kadm.StringPtr(v)
	}
	r, err := a.CreateTopics(ctx, it.partitions, a.s.ReplicationFactor, configs, it.name)
	if err == nil {
		err = r[it.name].Err
		if err != nil && r[it.name].ErrMessage != "" {
			err = fmt.Errorf("%w (%s)", err, r[it.name].ErrMessage)
		}
	}
	switch {
	case err == nil:
		a.s.Log.Info("created internal topic", "topic", it.name, "partitions", it.partitions)
		return nil
	case errors.Is(err, kerr.TopicAlreadyExists): // by another instance that starts too
		return nil
	}
	return fmt.Errorf("internal topic %q cannot be created with %d partitions: %w", it.name, it.partitions, err)
}

// identify waits until every topic is known with its partitions, and notes the topic
// ids: offsets are committed under them.
func (a *admin) identify(ctx context.Context, t *topics) error {
	var names []string
	for n := range t.partitions {
		names = append(names, n)
	}
	slices.Sort(names)
	for try := 0; ; try++ {
		md, err := a.describe(ctx, names)
		if err != nil {
			return fmt.Errorf("topics cannot be described: %w", err)
		}
		var missing []string
		for _, n := range names {
			d := md[n]
			if d.err != nil || d.partitions != t.partitions[n] || !d.led {
				missing = append(missing, n)
			}
			t.ids[n] = d.id
		}
		if len(missing) == 0 {
			return nil
		}
		if err := pause(ctx, try); err != nil {
			return fmt.Errorf("topics %s do not become available: %w", strings.Join(missing, ", "), err)
		}
	}
}

// ends returns the offset behind the last record of each partition of the topics, records
// of open transactions included (isolation level 0).
func (a *admin) ends(ctx context.Context, names ...string) (map[string]map[int32]int64, error) {
	return listed(a.ListEndOffsets(ctx, names...))
}

// starts returns the first offset of each partition of the topics.
func (a *admin) starts(ctx context.Context, names ...string) (map[string]map[int32]int64, error) {
	return listed(a.ListStartOffsets(ctx, names...))
}

func listed(offsets kadm.ListedOffsets, err error) (map[string]map[int32]int64, error) {
	if err != nil {
		return nil, err
	}
	offsets.Each(func(o kadm.ListedOffset) {
		if o.Err != nil && err == nil {
			err = fmt.Errorf("offsets of %s-%d cannot be listed: %w", o.Topic, o.Partition, o.Err)
		}
	})
	if err != nil {
		return nil, err
	}
	m := map[string]map[int32]int64{}
	offsets.Each(func(o kadm.ListedOffset) {
		if m[o.Topic] == nil {
			m[o.Topic] = map[int32]int64{}
		}
		m[o.Topic][o.Partition] = o.Offset
	})
	return m, nil
}

// implicitTransactions says whether the cluster adds partitions and offsets to a
// transaction by itself (KIP-890 part 2), as the client does its own requests.
func (a *admin) implicitTransactions(ctx context.Context) bool {
	resp, err := kmsg.NewPtrApiVersionsRequest().RequestWith(ctx, a.cl)
	if err != nil {
		return false
	}
	for _, f := range resp.FinalizedFeatures {
		if f.Name == "transaction.version" && f.MaxVersionLevel >= 2 {
			return true
		}
	}
	return false
}
