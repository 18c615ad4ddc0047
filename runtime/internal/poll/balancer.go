package poll

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/streamgen/streamgen/runtime/internal/assign"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// protocolNames name the group protocol, by version of what members and leader say beside
// partitions; another one in the same group is refused by the broker
// (INCONSISTENT_GROUP_PROTOCOL).
var protocolNames = map[byte]string{assign.V1: "streamgen", assign.V2: "streamgen-2"}

// balancer is the classic protocol's side of package assign in one version: it carries a
// member's data in the join, plans when its member leads, and checks the plan's hash. The
// client calls it on its own goroutine, one call at a time.
type balancer struct {
	version byte
	*word
}

// word is what the versions of a member's balancer share: what the member says, and what
// it is told. Unless noted it is safe for concurrent use.
type word struct {
	hash     string // of the member's structure
	rules    assign.Rules
	probe    time.Duration                     // between plans while a task waits for a warm-up
	data     func(context.Context) assign.Data // of the member; it is asked at each join
	told     func(assign.Assignment)           // hears of each assignment
	warn     func(msg string, args ...any)     // log
	withheld atomic.Int32                      // generation of a plan made here that kept partitions back until their owners give them up: another rebalance has to follow
	stale    atomic.Bool                       // the group holds partitions for this member under another structure's numbers
	got      atomic.Pointer[assign.Assignment] // the last; nil before the first
	mu       sync.Mutex                        // of the next
	said     assign.Data                       // in the last join
}

// balancers returns the balancers of a member, the newest version first: a group speaks the
// newest that all its members do.
func (s *word) balancers() []kgo.GroupBalancer {
	return []kgo.GroupBalancer{&balancer{assign.V2, s}, &balancer{assign.V1, s}}
}

// lastSaid is how far the member said that its process is with t, in its last join.
func (s *word) lastSaid(t assign.Task) assign.Lag {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, st := range s.said.State {
		if st.Task == t {
			return st.Lag
		}
	}
	return assign.None
}

// ProtocolName implements kgo.GroupBalancer.
func (b *balancer) ProtocolName() string { return protocolNames[b.version] }

// IsCooperative implements kgo.GroupBalancer: partitions that stay go on meanwhile (KIP-429).
func (b *balancer) IsCooperative() bool { return true }

// JoinGroupMetadata implements kgo.GroupBalancer. The newest version, which the client asks
// first, looks how far the tasks are; the others say the same.
func (b *balancer) JoinGroupMetadata(topics []string, owned map[string][]int32, generation int32) []byte {
	if b.version == assign.V2 {
		d := b.data(context.Background())
		b.mu.Lock()
		b.said = d
		b.mu.Unlock()
	}
	b.mu.Lock()
	data := b.said
	b.mu.Unlock()
	meta := kmsg.NewConsumerMemberMetadata()
	meta.Version = 3
	meta.Topics = topics
	meta.Generation = generation
	meta.UserData = data.Append(nil, b.version)
	for topic, ps := range owned {
		o := kmsg.NewConsumerMemberMetadataOwnedPartition()
		o.Topic, o.Partitions = topic, ps
		meta.OwnedPartitions = append(meta.OwnedPartitions, o)
	}
	slices.SortFunc(meta.OwnedPartitions, func(x, y kmsg.ConsumerMemberMetadataOwnedPartition) int { return compare(x.Topic, y.Topic) })
	return meta.AppendTo(nil)
}

// ParseSyncAssignment implements kgo.GroupBalancer. A plan for another structure gives
// this member nothing; if it did, its task numbers would not be ours. Only a static member
// can meet that: the group gives it what its predecessor of the same name had.
func (b *balancer) ParseSyncAssignment(raw []byte) (map[string][]int32, error) {
	var a kmsg.ConsumerMemberAssignment
	if err := a.ReadFrom(raw); err != nil {
		return nil, fmt.Errorf("assignment cannot be read: %w", err)
	}
	told, err := assign.ParseAssignment(a.UserData, b.version)
	if err != nil {
		return nil, err
	}
	m := map[string][]int32{}
	for _, t := range a.Topics {
		m[t.Topic] = t.Partitions
	}
	if told.Hash != b.hash {
		if len(m) > 0 {
			b.stale.Store(true)
			return nil, fmt.Errorf("assignment was planned for structure %s, this member runs %s", told.Hash, b.hash)
		}
		b.warn("idle: most members run another version of the topology", "theirs", told.Hash, "ours", b.hash)
		told = assign.Assignment{Hash: told.Hash, Generation: told.Generation}
	}
	b.got.Store(&told)
	b.told(told)
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
		d, err := assign.ParseData(meta.UserData, b.version)
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
	layout := assign.Balance(members, partitions, b.rules)
	target := layout.Plan(partitions)
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
	return planned{plan: plan, version: b.version, layout: layout, owners: layout.Owners(members), generation: cb.Info().Generation, leader: cb.Info().LeaderID, probe: b.probe,
		shutdown: slices.ContainsFunc(members, func(m assign.Member) bool { return m.Shutdown })}
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

// planned is a plan with what each member is told beside its partitions.
type planned struct {
	plan       *kgo.BalancePlan
	version    byte
	layout     assign.Layout
	owners     []assign.Owner
	generation int32
	leader     string
	shutdown   bool
	probe      time.Duration
}

// IntoSyncAssignment implements kgo.IntoSyncAssignment.
func (p planned) IntoSyncAssignment() []kmsg.SyncGroupRequestGroupAssignment {
	all := p.plan.IntoSyncAssignment()
	for i := range all {
		var a kmsg.ConsumerMemberAssignment
		if err := a.ReadFrom(all[i].MemberAssignment); err != nil {
			continue // written by the client a moment ago
		}
		told := assign.Assignment{Hash: p.layout.Structure.Hash, Generation: p.generation, Owners: p.owners, Shutdown: p.shutdown}
		if share := p.layout.Shares[all[i].MemberID]; share != nil {
			told.Standby, told.Warmup = append(slices.Clone(share.Standby), share.Coming...), share.Warmup
		}
		if p.layout.Waiting > 0 && all[i].MemberID == p.leader {
			told.Probe = p.probe
		}
		a.UserData = told.Append(nil, p.version)
		all[i].MemberAssignment = a.AppendTo(nil)
	}
	return all
}
