package poll

import (
	"context"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Leaving says whether members leave the group when their instance closes: those who leave
// are replaced at once, static ones who do not when their session is over, unless they come
// back before. (A dynamic one that stayed would come back as another: it would only be
// waited for.) A plain value, safe for concurrent use.
type Leaving uint8

// The choices.
const (
	LeaveDynamic Leaving = iota // members without a group.instance.id leave
	LeaveAlways
)

// instance is the worker's group.instance.id, named as Kafka Streams names its threads';
// empty for a dynamic member.
func (w *worker) instance() string {
	if w.g.s.Instance == "" {
		return ""
	}
	return fmt.Sprintf("%s-%d", w.g.s.Instance, w.n+1)
}

// part closes the client; leave says whether a static member leaves the group, too.
func (w *worker) part(leave bool) {
	w.cl.CloseAllowingRebalance() // which a static member survives
	if w.instance() == "" || !leave {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := w.g.admin.remove(ctx, w.instance()); err != nil {
		w.g.s.Log.Warn("the group does not let a static member go; its tasks wait for the end of its session", "instance", w.instance(), "error", err)
	}
}

// leaves says whether a static member leaves the group at the end of an incarnation. One that
// comes back under the same name gets what it had without a new plan, so it has to go when
// what it reads, or how it numbers its tasks, is no longer that.
func (w *worker) leaves() bool {
	return w.word.stale.Load() || w.topics != w.g.topics.Load() || w.g.ctx.Err() != nil && Leaving(w.g.leave.Load()) == LeaveAlways
}

// usurped says whether another process has taken this static member's name: the group then
// throws this one out as it does one that was silent for too long, and only asking tells
// which.
func (w *worker) usurped() bool {
	id := w.instance()
	if id == "" {
		return false
	}
	req := kmsg.NewPtrHeartbeatRequest()
	req.Group, req.MemberID, req.InstanceID = w.g.s.Application, w.members.assignedTo(), &id
	_, req.Generation = w.cl.GroupMetadata()
	ctx, cancel := context.WithTimeout(w.ctx, 5*time.Second)
	defer cancel()
	resp, err := req.RequestWith(ctx, w.g.admin.cl)
	return err == nil && is(kerr.ErrorForCode(resp.ErrorCode), kerr.FencedInstanceID)
}

// remove takes a static member out of the group.
func (a *admin) remove(ctx context.Context, instance string) error {
	req := kmsg.NewPtrLeaveGroupRequest()
	req.Group = a.s.Application
	m := kmsg.NewLeaveGroupRequestMember()
	m.InstanceID = &instance
	m.Reason = kmsg.StringPtr("the instance was closed, and asked to leave")
	req.Members = append(req.Members, m)
	resp, err := req.RequestWith(ctx, a.cl)
	if err != nil {
		return err
	}
	if err := kerr.ErrorForCode(resp.ErrorCode); err != nil {
		return err
	}
	for _, m := range resp.Members {
		if err := kerr.ErrorForCode(m.ErrorCode); err != nil && !is(err, kerr.UnknownMemberID) {
			return err
		}
	}
	return nil
}
