package poll

import (
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/streamgen/streamgen/runtime/internal/assign"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// protocolName names the group protocol; another one in the same group is refused by the
// broker (INCONSISTENT_GROUP_PROTOCOL).
const protocolName = "streamgen"

// balancer is the classic protocol's side of package assign: it carries a member's data in
// the join, plans when its member leads, and checks the plan's hash. The client calls it
// on its own goroutine, one call at a time; withheld may be read concurrently.
type balancer struct {
	data assign.Data
	raw  []byte
	// withheld is the generation whose plan, made here, kept partitions back until their
	// owners give them up: another rebalance has to follow.
	withheld atomic.Int32
	warn     func(msg string, args ...any)
}

func newBalancer(d assign.Data, warn func(string, ...any)) *balancer {
	return &balancer{data: d, raw: d.Append(nil), warn: warn}
}

// ProtocolName implements kgo.GroupBalancer.
func (b *balancer) ProtocolName() string { return protocolName }

// IsCooperative implements kgo.GroupBalancer: partitions that stay go on meanwhile (KIP-429).
func (b *balancer) IsCooperative() bool { return true }

// JoinGroupMetadata implements kgo.GroupBalancer.
func (b *balancer) JoinGroupMetadata(topics []string, owned map[string][]int32, generation int32) []byte {
	meta := kmsg.NewConsumerMemberMetadata()
	meta.Version = 3
	meta.Topics = topics
	meta.Generation = generation
	meta.UserData = b.raw
	for topic, ps := range owned {
		o := kmsg.NewConsumerMemberMetadataOwnedPartition()
		o.Topic, o.Partitions = topic, ps
		meta.OwnedPartitions = append(meta.OwnedPartitions, o)
	}
	slices.SortFunc(meta.OwnedPartitions, func(x, y kmsg.ConsumerMemberMetadataOwnedPartition) int { return compare(x.Topic, y.Topic) })
	return meta.AppendTo(nil)
}

// ParseSyncAssignment implements kgo.GroupBalancer. A plan for another structure gives
// this member nothing; if it did, its task numbers would not be ours.
func (b *balancer) ParseSyncAssignment(raw []byte) (map[string][]int32, error) {
	var a kmsg.ConsumerMemberAssignment
	if err := a.ReadFrom(raw); err != nil {
		return nil, fmt.Errorf("assignment cannot be read: %w", err)
	}
	m := map[string][]int32{}
	for _, t := range a.Topics {
		m[t.Topic] = t.Partitions
	}
	if hash := string(a.UserData); hash != b.data.Structure.Hash {
		if len(m) > 0 {
			return nil, fmt.Errorf("assignment was planned for structure %s, this member runs %s", hash, b.data.Structure.Hash)
		}
		b.warn("idle: most members run another version of the topology", "theirs", hash, "ours", b.data.Structure.Hash)
	}
	return m, nil
}

// MemberBalancer implements kgo.GroupBalancer.
func (b *balancer) MemberBalancer(members []kmsg.JoinGroupResponseMember) (kgo.GroupMemberBalancer, map[string]struct{}, error) {
	cb, err := kgo.NewConsumerBalancer(b, members)
	if err != nil {
		return nil, nil, err
	}
	return cb, cb.MemberTopics(), nil
}

// Balance implements kgo.ConsumerBalancerBalance.
func (b *balancer) Balance(cb *kgo.ConsumerBalancer, partitions map[string]int32) kgo.IntoSyncAssignment {
	var members []assign.Member
	var failed error
	cb.EachMember(func(m *kmsg.JoinGroupResponseMember, meta *kmsg.ConsumerMemberMetadata) {
		d, err := assign.ParseData(meta.UserData)
		if err != nil {
			failed = fmt.Errorf("member %s: %w", m.MemberID, err)
			return
		}
		owned := map[string][]int32{}
		for _, o := range meta.OwnedPartitions {
			owned[o.Topic] = o.Partitions
		}
		members = append(members, assign.Member{ID: m.MemberID, Generation: meta.Generation, Owned: owned, Data: d})
	})
	if failed != nil {
		cb.SetError(failed)
		return nil
	}
	target, structure := assign.Balance(members, partitions)
	plan := cb.NewPlan()
	cb.EachMember(func(m *kmsg.JoinGroupResponseMember, _ *kmsg.ConsumerMemberMetadata) {
		for topic, ps := range target[m.MemberID] {
			plan.AddPartitions(m, topic, ps)
		}
	})
	want := size(plan)
	plan.AdjustCooperative(cb)
	if size(plan) < want {
		b.withheld.Store(cb.Info().Generation)
	}
	return hashed{plan: plan, hash: structure.Hash}
}

func size(p *kgo.BalancePlan) int {
	n := 0
	for _, topics := range p.AsMemberIDMap() {
		for _, ps := range topics {
			n += len(ps)
		}
	}
	return n
}

// hashed is a plan with the hash of the structure it was made for.
type hashed struct {
	plan *kgo.BalancePlan
	hash string
}

// IntoSyncAssignment implements kgo.IntoSyncAssignment.
func (h hashed) IntoSyncAssignment() []kmsg.SyncGroupRequestGroupAssignment {
	all := h.plan.IntoSyncAssignment()
	for i := range all {
		var a kmsg.ConsumerMemberAssignment
		if err := a.ReadFrom(all[i].MemberAssignment); err != nil {
			continue // written by the client a moment ago
		}
		a.UserData = []byte(h.hash)
		all[i].MemberAssignment = a.AppendTo(nil)
	}
	return all
}
