package poll

import (
	"context"
	"slices"
	"testing"

	"github.com/streamgen/streamgen/runtime/internal/assign"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func testBalancer(hash string) *balancer { return versioned(hash, assign.V2) }

func versioned(hash string, version byte) *balancer {
	d := assign.Data{Process: "p", Structure: assign.Structure{Hash: hash, Groups: [][]string{{"t"}}}}
	return &balancer{version, &word{hash: hash, said: d, data: func(context.Context) assign.Data { return d },
		told: func(assign.Assignment) {}, warn: func(string, ...any) {}}}
}

// join plays the leader for members that own what is given.
func join(t *testing.T, leader *balancer, members map[string]*balancer, owned map[string]map[string][]int32) map[string][]byte {
	t.Helper()
	var ms []kmsg.JoinGroupResponseMember
	for id, b := range members {
		m := kmsg.NewJoinGroupResponseMember()
		m.MemberID, m.ProtocolMetadata = id, b.JoinGroupMetadata([]string{"t"}, owned[id], 1)
		ms = append(ms, m)
	}
	mb, topics, err := leader.MemberBalancer(ms)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := topics["t"]; !ok {
		t.Fatal(topics)
	}
	into, err := mb.(kgo.GroupMemberBalancerOrError).BalanceOrError(map[string]int32{"t": 4})
	if err != nil {
		return nil
	}
	raw := map[string][]byte{}
	for _, a := range into.IntoSyncAssignment() {
		raw[a.MemberID] = a.MemberAssignment
	}
	return raw
}

// A partition that moves is first taken from its owner, and given in the next round.
func TestPartitionsAreWithheldUntilTheirOwnerGivesThemUp(t *testing.T) {
	a, b := testBalancer("h"), testBalancer("h")
	raw := join(t, a, map[string]*balancer{"a": a, "b": b}, map[string]map[string][]int32{"a": {"t": {0, 1, 2, 3}}})
	mine, err := a.ParseSyncAssignment(raw["a"])
	if err != nil || len(mine["t"]) != 2 {
		t.Fatal(mine, err)
	}
	theirs, err := b.ParseSyncAssignment(raw["b"])
	if err != nil || len(theirs["t"]) != 0 {
		t.Fatal(theirs, err)
	}
	raw = join(t, a, map[string]*balancer{"a": a, "b": b}, map[string]map[string][]int32{"a": mine})
	if theirs, err = b.ParseSyncAssignment(raw["b"]); err != nil || len(theirs["t"]) != 2 {
		t.Fatal(theirs, err)
	}
}

func TestMemberOfAnotherStructureGetsNothing(t *testing.T) {
	old, other, fresh := testBalancer("old"), testBalancer("old"), testBalancer("new")
	raw := join(t, fresh, map[string]*balancer{"a": old, "b": other, "c": fresh}, nil)
	if got, err := fresh.ParseSyncAssignment(raw["c"]); err != nil || len(got) != 0 {
		t.Error(got, err)
	}
	if got, err := old.ParseSyncAssignment(raw["a"]); err != nil || len(got["t"]) != 2 {
		t.Error(got, err)
	}
	if _, err := fresh.ParseSyncAssignment(raw["a"]); err == nil {
		t.Error("partitions of another structure were accepted")
	}
}

func TestForeignMemberIsAnError(t *testing.T) {
	a := testBalancer("h")
	foreign := versioned("h", assign.V1) // its bytes are nobody's in version 2
	if raw := join(t, a, map[string]*balancer{"a": a, "b": foreign}, nil); raw != nil {
		t.Error("a plan was made with a foreign member")
	}
}

// A group with a member of the release before speaks that release's version: everybody gets
// tasks, nobody a standby.
func TestGroupWithAnOlderMember(t *testing.T) {
	a, b := versioned("h", assign.V1), versioned("h", assign.V1)
	a.rules = assign.Rules{Standbys: 1, Warmups: 2}
	raw := join(t, a, map[string]*balancer{"a": a, "b": b}, nil)
	for id, member := range map[string]*balancer{"a": a, "b": b} {
		if mine, err := member.ParseSyncAssignment(raw[id]); err != nil || len(mine["t"]) != 2 {
			t.Error(id, mine, err)
		}
		if told := member.got.Load(); told == nil || told.Hash != "h" || len(told.Standby) != 0 {
			t.Error(id, told)
		}
	}
	var names []string
	for _, offered := range a.balancers() {
		names = append(names, offered.ProtocolName())
	}
	if !slices.Equal(names, []string{"streamgen-2", "streamgen"}) {
		t.Error(names)
	}
}
