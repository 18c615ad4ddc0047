package poll

import (
	"context"
	"errors"
	"fmt"

	"github.com/streamgen/streamgen/runtime/internal/commit"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// partition names one partition of a topic.
type partition struct {
	topic string
	n     int32
}

// mark is a committed position: the next offset to process, and the stream times as of it.
type mark struct {
	offset   int64
	metadata string
}

// fetchOffsets reads the group's committed offsets of some partitions, waiting for
// transactions that are still committing some (KIP-447). It asks for each by name: asked
// for all that the group has, a broker leaves out a partition whose first offset is still
// in such a transaction, and a partition left out would begin anew, over work that the
// transaction then commits. For the same reason an answer that lacks one is an error.
func (a *admin) fetchOffsets(ctx context.Context, wanted []partition) (map[partition]mark, error) {
	m := map[partition]mark{}
	if len(wanted) == 0 {
		return m, nil
	}
	marks := map[partition]mark{}
	for _, p := range wanted {
		marks[p] = mark{}
	}
	group := kmsg.NewOffsetFetchRequestGroup()
	group.Group = a.s.Application
	for topic, ps := range byTopic(marks) {
		t := kmsg.NewOffsetFetchRequestGroupTopic()
		t.Topic = topic
		for p := range ps {
			t.Partitions = append(t.Partitions, p)
		}
		group.Topics = append(group.Topics, t)
	}
	req := kmsg.NewPtrOffsetFetchRequest()
	req.RequireStable = true
	req.Groups = append(req.Groups, group)
	resp, err := req.RequestWith(ctx, a.cl)
	if err == nil {
		err = kerr.ErrorForCode(resp.ErrorCode)
	}
	if err == nil && len(resp.Groups) == 1 {
		err = kerr.ErrorForCode(resp.Groups[0].ErrorCode)
	}
	switch {
	case errors.Is(err, kerr.GroupIDNotFound):
		return m, nil
	case err == nil && len(resp.Groups) != 1:
		err = fmt.Errorf("the broker answered for %d groups instead of one", len(resp.Groups))
	}
	if err != nil {
		return nil, fmt.Errorf("committed offsets cannot be read: %w", err)
	}
	for _, t := range resp.Groups[0].Topics {
		for _, p := range t.Partitions {
			if err := kerr.ErrorForCode(p.ErrorCode); err != nil {
				return nil, fmt.Errorf("committed offset of %s-%d cannot be read: %w", t.Topic, p.Partition, err)
			}
			at := partition{t.Topic, p.Partition}
			delete(marks, at)
			if p.Offset >= 0 {
				mk := mark{offset: p.Offset}
				if p.Metadata != nil {
					mk.metadata = *p.Metadata
				}
				m[at] = mk
			}
		}
	}
	for p := range marks {
		return nil, fmt.Errorf("committed offset of %s-%d cannot be read: the broker's answer lacks it", p.topic, p.n)
	}
	return m, nil
}

// commitOffsets is one try to commit, outside of any transaction.
func (w *worker) commitOffsets(ctx context.Context, marks map[partition]mark) error {
	member, generation, err := w.identity()
	if err != nil {
		return err
	}
	req := kmsg.NewPtrOffsetCommitRequest()
	req.Group, req.MemberID, req.Generation = w.g.s.Application, member, generation
	if id := w.instance(); id != "" {
		req.InstanceID = &id
	}
	for topic, ps := range byTopic(marks) {
		t := kmsg.NewOffsetCommitRequestTopic()
		t.Topic, t.TopicID = topic, w.topics.ids[topic]
		for p, m := range ps {
			rp := kmsg.NewOffsetCommitRequestTopicPartition()
			rp.Partition, rp.Offset, rp.LeaderEpoch, rp.Metadata = p, m.offset, -1, kmsg.StringPtr(m.metadata)
			t.Partitions = append(t.Partitions, rp)
		}
		req.Topics = append(req.Topics, t)
	}
	resp, err := req.RequestWith(ctx, w.cl)
	if err != nil {
		return commit.As(classOffsets(err), err)
	}
	for _, t := range resp.Topics {
		for _, p := range t.Partitions {
			if err := kerr.ErrorForCode(p.ErrorCode); err != nil {
				return commit.As(classOffsets(err), fmt.Errorf("offset of %s-%d: %w", t.Topic, p.Partition, err))
			}
		}
	}
	return nil
}

// commitOffsetsInTransaction is one try to put offsets into the open transaction.
func (w *worker) commitOffsetsInTransaction(ctx context.Context, marks map[partition]mark) error {
	member, generation, err := w.identity()
	if err != nil {
		return err
	}
	id, epoch, err := w.cl.ProducerID(ctx)
	if err != nil {
		return commit.As(classOffsets(err), err)
	}
	if !w.g.implicit {
		add := kmsg.NewPtrAddOffsetsToTxnRequest()
		add.TransactionalID, add.ProducerID, add.ProducerEpoch, add.Group = w.transactionalID(), id, epoch, w.g.s.Application
		resp, err := add.RequestWith(ctx, w.cl)
		if err == nil {
			err = kerr.ErrorForCode(resp.ErrorCode)
		}
		if err != nil {
			return commit.As(classOffsets(err), fmt.Errorf("adding offsets to the transaction: %w", err))
		}
	}
	req := kmsg.NewPtrTxnOffsetCommitRequest()
	req.TransactionalID, req.Group = w.transactionalID(), w.g.s.Application
	req.ProducerID, req.ProducerEpoch = id, epoch
	req.MemberID, req.Generation = member, generation
	if id := w.instance(); id != "" {
		req.InstanceID = &id
	}
	for topic, ps := range byTopic(marks) {
		t := kmsg.NewTxnOffsetCommitRequestTopic()
		t.Topic, t.TopicID = topic, w.topics.ids[topic]
		for p, m := range ps {
			rp := kmsg.NewTxnOffsetCommitRequestTopicPartition()
			rp.Partition, rp.Offset, rp.LeaderEpoch, rp.Metadata = p, m.offset, -1, kmsg.StringPtr(m.metadata)
			t.Partitions = append(t.Partitions, rp)
		}
		req.Topics = append(req.Topics, t)
	}
	resp, err := req.RequestWith(ctx, w.cl)
	if err != nil {
		return commit.As(classOffsets(err), err)
	}
	for _, t := range resp.Topics {
		for _, p := range t.Partitions {
			if err := kerr.ErrorForCode(p.ErrorCode); err != nil {
				return commit.As(classOffsets(err), fmt.Errorf("offset of %s-%d: %w", t.Topic, p.Partition, err))
			}
		}
	}
	return nil
}

// identity returns member id and generation, read anew for each try: a rebalance that
// waits at the gate raises the generation without taking anything from us. That holds
// only while the member is the one that was assigned the partitions. On a JoinGroup
// answered UNKNOWN_MEMBER_ID the client joins as somebody else and keeps partitions and
// cursors; offsets under the new id would commit work that another member repeats.
func (w *worker) identity() (string, int32, error) {
	member, generation := w.cl.GroupMetadata()
	if was := w.members.assignedTo(); member != was {
		return "", 0, commit.As(commit.Restart, fmt.Errorf("the group member was %q when the partitions were assigned and is %q now", was, member))
	}
	return member, generation, nil
}

// seek makes the client fetch from the marks again.
func (w *worker) seek(marks map[partition]mark) {
	set := map[string]map[int32]kgo.EpochOffset{}
	for p, m := range marks {
		if set[p.topic] == nil {
			set[p.topic] = map[int32]kgo.EpochOffset{}
		}
		set[p.topic][p.n] = kgo.EpochOffset{Epoch: -1, Offset: m.offset}
	}
	w.cl.SetOffsets(set)
}

func byTopic(marks map[partition]mark) map[string]map[int32]mark {
	m := map[string]map[int32]mark{}
	for p, mk := range marks {
		if m[p.topic] == nil {
			m[p.topic] = map[int32]mark{}
		}
		m[p.topic][p.n] = mk
	}
	return m
}
