package poll

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// reset does what was planned, in an order in which an interruption leaves something that the
// next run completes: members, offsets, topics. Offsets of internal topics go with them: a topic
// made anew under the same name would else be read from where the old one was.
func (a *admin) reset(ctx context.Context, p *resetPlan, out io.Writer) error {
	if len(p.members) > 0 {
		if err := a.removeMembers(ctx, p.members); err != nil {
			return err
		}
		fmt.Fprintf(out, "removed %d members\n", len(p.members))
	}
	if len(p.moves) > 0 {
		if err := a.CommitAllOffsets(ctx, a.s.Application, p.offsets()); err != nil {
			if errors.Is(err, kerr.UnknownMemberID) || errors.Is(err, kerr.IllegalGeneration) {
				return fmt.Errorf("offsets cannot be written, because an instance has joined meanwhile; stop every instance: %w", err)
			}
			return fmt.Errorf("offsets cannot be written: %w", err)
		}
		fmt.Fprintf(out, "wrote %d offsets\n", len(p.moves))
	}
	if len(p.forget) > 0 {
		gone, err := a.DeleteOffsets(ctx, a.s.Application, p.forget)
		if err == nil {
			err = gone.Error()
		}
		if err != nil && !errors.Is(err, kerr.GroupIDNotFound) && !errors.Is(err, kerr.UnknownTopicOrPartition) {
			return fmt.Errorf("offsets of internal topics cannot be deleted: %w", err)
		}
	}
	if len(p.internal) == 0 {
		return nil
	}
	deleted, err := a.DeleteTopics(ctx, p.internal...)
	if err != nil {
		return fmt.Errorf("internal topics cannot be deleted: %w", err)
	}
	var errs []error
	for _, d := range deleted.Sorted() {
		if d.Err != nil && !errors.Is(d.Err, kerr.UnknownTopicOrPartition) {
			errs = append(errs, fmt.Errorf("topic %q cannot be deleted: %w", d.Topic, d.Err))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if err := a.awaitGone(ctx, p.internal); err != nil {
		return err
	}
	fmt.Fprintf(out, "deleted %d internal topics\n", len(p.internal))
	return nil
}

// removeMembers makes the group forget its members, dynamic ones by their ids.
func (a *admin) removeMembers(ctx context.Context, members []kmsg.LeaveGroupRequestMember) error {
	req := kmsg.NewPtrLeaveGroupRequest()
	req.Group, req.Members = a.s.Application, members
	resp, err := req.RequestWith(ctx, a.cl)
	if err == nil {
		err = kerr.ErrorForCode(resp.ErrorCode)
	}
	if err != nil {
		return fmt.Errorf("members cannot be removed from group %q: %w", a.s.Application, err)
	}
	for _, m := range resp.Members {
		if err := kerr.ErrorForCode(m.ErrorCode); err != nil && !errors.Is(err, kerr.UnknownMemberID) {
			return fmt.Errorf("member %s cannot be removed from group %q: %w", m.MemberID, a.s.Application, err)
		}
	}
	return nil
}

// awaitGone waits until the cluster no longer knows the topics. Deletion goes on behind the
// answer: an application that starts too early finds the old topic, or is refused its new one,
// and a client that knew the old one is told UNKNOWN_TOPIC_ID by the new one.
func (a *admin) awaitGone(ctx context.Context, names []string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for try := 0; ; try++ {
		a.cl.PurgeTopicsFromClient(names...)
		have, err := a.describe(ctx, names)
		if err != nil {
			return fmt.Errorf("deleted topics cannot be looked up: %w", err)
		}
		var left []string
		for n, d := range have {
			if !errors.Is(d.err, kerr.UnknownTopicOrPartition) {
				left = append(left, n)
			}
		}
		if len(left) == 0 {
			return nil
		}
		if err := pause(ctx, try); err != nil {
			return fmt.Errorf("topics %q are still there a minute after their deletion; is delete.topic.enable set at the brokers, or an instance running?", left)
		}
	}
}
