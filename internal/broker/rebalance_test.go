package broker_test

import (
	"context"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/streamgen/streamgen/internal/broker"
)

// join joins a group by hand, with the timeouts of a consumer left at its defaults.
func join(ctx context.Context, cl *kgo.Client, member string) (*kmsg.JoinGroupResponse, error) {
	req := kmsg.NewPtrJoinGroupRequest()
	req.Group, req.MemberID, req.ProtocolType = "g", member, "consumer"
	req.SessionTimeoutMillis, req.RebalanceTimeoutMillis = 45_000, 300_000
	p := kmsg.NewJoinGroupRequestProtocol()
	p.Name = "any"
	req.Protocols = append(req.Protocols, p)
	resp, err := req.RequestWith(ctx, cl)
	if err == nil && resp.ErrorCode == kerr.MemberIDRequired.Code {
		return join(ctx, cl, resp.MemberID)
	}
	if err == nil {
		err = kerr.ErrorForCode(resp.ErrorCode)
	}
	return resp, err
}

// A member that was killed during its join does not hold up the group for the five minutes
// of its max.poll.interval.ms.
func TestRebalanceDoesNotWaitForTheDead(t *testing.T) {
	t.Parallel()
	b := start(t, broker.Options{})
	if _, err := join(t.Context(), client(t, b.Addr()), ""); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	// The first member never joins again.
	resp, err := join(ctx, client(t, b.Addr()), "")
	if err != nil {
		t.Fatal(err)
	}
	if resp.LeaderID != resp.MemberID || len(resp.Members) != 1 {
		t.Errorf("leader %q of %d members, I am %q", resp.LeaderID, len(resp.Members), resp.MemberID)
	}
}
