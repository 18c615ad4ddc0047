//go:build real

package poll

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// A partition whose first offset is in a transaction that is not decided yet has no
// committed offset to go by, and is not one without: its records belong to that
// transaction. (The embedded broker knows no undecided offsets.)
func TestRealOffsetsWaitForTheFirstTransaction(t *testing.T) {
	addr := os.Getenv("STREAMGEN_KAFKA_BOOTSTRAP")
	if addr == "" {
		t.Fatal("STREAMGEN_KAFKA_BOOTSTRAP is not set: run make test-real")
	}
	cl, err := kgo.NewClient(kgo.SeedBrokers(addr))
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	topic := fmt.Sprintf("pending-%d", time.Now().UnixNano())
	if _, err := kadm.NewClient(cl).CreateTopic(t.Context(), 2, 1, nil, topic); err != nil {
		t.Fatal(err)
	}
	pendingOffsets(t, addr, topic)
}

// pendingOffsets commits offset 7 of partition 0 in a transaction and looks at it before
// and after its end.
func pendingOffsets(t *testing.T, addr, topic string) {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	cl, err := kgo.NewClient(kgo.SeedBrokers(addr), kgo.TransactionalID(topic+"-writer"))
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	group := topic + "-group"
	a := &admin{s: &Settings{Application: group}, cl: cl, Client: kadm.NewClient(cl)}
	wanted := []partition{{topic, 0}, {topic, 1}}
	until(ctx, t, func() error { // the broker may have to make its coordinator first
		m, err := a.fetchOffsets(ctx, wanted)
		if len(m) != 0 {
			t.Fatalf("without a group: %v", m)
		}
		return err
	})
	id, epoch, err := cl.ProducerID(ctx)
	if err != nil {
		t.Fatal(err)
	}
	add := kmsg.NewPtrAddOffsetsToTxnRequest()
	add.TransactionalID, add.ProducerID, add.ProducerEpoch, add.Group = topic+"-writer", id, epoch, group
	if resp, err := add.RequestWith(ctx, cl); err != nil || resp.ErrorCode != 0 {
		t.Fatal(resp, err)
	}
	meta, err := a.Metadata(ctx, topic)
	if err != nil {
		t.Fatal(err)
	}
	req := kmsg.NewPtrTxnOffsetCommitRequest()
	req.TransactionalID, req.Group, req.ProducerID, req.ProducerEpoch, req.Generation = topic+"-writer", group, id, epoch, -1
	rt := kmsg.NewTxnOffsetCommitRequestTopic()
	rt.Topic, rt.TopicID = topic, meta.Topics[topic].ID
	rp := kmsg.NewTxnOffsetCommitRequestTopicPartition()
	rp.Offset, rp.Metadata = 7, kmsg.StringPtr("later")
	rt.Partitions = append(rt.Partitions, rp)
	req.Topics = append(req.Topics, rt)
	if resp, err := req.RequestWith(ctx, cl); err != nil || resp.Topics[0].Partitions[0].ErrorCode != 0 {
		t.Fatal(resp, err)
	}
	if m, err := a.fetchOffsets(ctx, wanted); err == nil {
		t.Errorf("an undecided offset reads as %v", m)
	}
	end := kmsg.NewPtrEndTxnRequest()
	end.TransactionalID, end.ProducerID, end.ProducerEpoch, end.Commit = topic+"-writer", id, epoch, true
	if resp, err := end.RequestWith(ctx, cl); err != nil || resp.ErrorCode != 0 {
		t.Fatal(resp, err)
	}
	until(ctx, t, func() error { // the marker may be on its way
		m, err := a.fetchOffsets(ctx, wanted)
		if err == nil && (len(m) != 1 || m[partition{topic, 0}] != (mark{7, "later"})) {
			t.Errorf("after the commit: %v", m)
		}
		return err
	})
}

// until tries again and again.
func until(ctx context.Context, t *testing.T, f func() error) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for err := f(); err != nil; err = f() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal(err)
		}
	}
}
