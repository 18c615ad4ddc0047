package chaos

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// watch writes what the broker is asked for in commits into the trace, as it arrives
// there: what a client believes to have sent is another matter. It objects to a
// transaction that the broker cannot fence.
func (w *world) watch() {
	const records, offsets = 1, 2
	sent := map[string]int{} // in the transaction in progress, by transactional id
	names := map[[16]byte]string{}
	name := func(topic string, id [16]byte) string {
		if topic != "" {
			return topic
		}
		if names[id] == "" {
			if info := w.k.TopicIDInfo(id); info != nil {
				names[id] = info.Topic
			}
		}
		return names[id]
	}
	see := func(key kmsg.Key, line func(kmsg.Request) string) {
		w.k.ControlKey(int16(key), func(q kmsg.Request) (kmsg.Response, error, bool) {
			w.k.KeepControl()
			w.trace.add("broker: %s", line(q))
			return nil, nil, false
		})
	}
	for _, key := range []kmsg.Key{kmsg.JoinGroup, kmsg.SyncGroup, kmsg.Heartbeat} {
		w.k.ControlKey(int16(key), func(q kmsg.Request) (kmsg.Response, error, bool) {
			w.k.KeepControl()
			switch r := q.(type) {
			case *kmsg.JoinGroupRequest:
				w.trace.add("broker: JoinGroup %s", r.MemberID)
				w.hear(r.MemberID)
			case *kmsg.SyncGroupRequest:
				w.trace.add("broker: SyncGroup %s generation %d", r.MemberID, r.Generation)
				w.hear(r.MemberID)
			case *kmsg.HeartbeatRequest:
				w.hear(r.MemberID)
			}
			return nil, nil, false
		})
	}
	see(kmsg.TxnOffsetCommit, func(q kmsg.Request) string {
		r := q.(*kmsg.TxnOffsetCommitRequest)
		sent[r.TransactionalID] |= offsets
		var b strings.Builder
		fmt.Fprintf(&b, "TxnOffsetCommit %s epoch %d member %s generation %d:", r.TransactionalID, r.ProducerEpoch, r.MemberID, r.Generation)
		for _, t := range r.Topics {
			for _, p := range t.Partitions {
				fmt.Fprintf(&b, " %s-%d=%d", name(t.Topic, t.TopicID), p.Partition, p.Offset)
			}
		}
		return b.String()
	})
	see(kmsg.OffsetCommit, func(q kmsg.Request) string {
		r := q.(*kmsg.OffsetCommitRequest)
		var b strings.Builder
		fmt.Fprintf(&b, "OffsetCommit member %s generation %d:", r.MemberID, r.Generation)
		for _, t := range r.Topics {
			for _, p := range t.Partitions {
				fmt.Fprintf(&b, " %s-%d=%d", name(t.Topic, t.TopicID), p.Partition, p.Offset)
			}
		}
		return b.String()
	})
	see(kmsg.Produce, func(q kmsg.Request) string {
		r := q.(*kmsg.ProduceRequest)
		if r.TransactionID == nil {
			return "Produce of the feed"
		}
		sent[*r.TransactionID] |= records
		var b strings.Builder
		fmt.Fprintf(&b, "Produce %s:", *r.TransactionID)
		for _, t := range r.Topics {
			for _, p := range t.Partitions {
				var batch kmsg.RecordBatch
				if err := batch.ReadFrom(p.Records); err == nil {
					fmt.Fprintf(&b, " %s-%d=%d records of sequence %d, epoch %d;", name(t.Topic, t.TopicID), p.Partition, batch.NumRecords, batch.FirstSequence, batch.ProducerEpoch)
				}
			}
		}
		return b.String()
	})
	see(kmsg.EndTxn, func(q kmsg.Request) string {
		r := q.(*kmsg.EndTxnRequest)
		if r.Commit && sent[r.TransactionalID] == records {
			w.object("a transaction of %s was committed without offsets: nothing ties it to the group", r.TransactionalID)
		}
		delete(sent, r.TransactionalID)
		return fmt.Sprintf("EndTxn %s epoch %d commit %v", r.TransactionalID, r.ProducerEpoch, r.Commit)
	})
	see(kmsg.InitProducerID, func(q kmsg.Request) string {
		r := q.(*kmsg.InitProducerIDRequest)
		id := "without transactions"
		if r.TransactionalID != nil {
			id = *r.TransactionalID
		}
		return "InitProducerID " + id
	})
}

// object notes what is wrong whatever the outcome.
func (w *world) object(format string, args ...any) {
	w.trace.add(format, args...)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.objections = append(w.objections, fmt.Sprintf(format, args...))
}

func (w *world) hear(member string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.heard[member] = time.Now()
}

// expire removes members that were not heard of for their session: the embedded broker has
// no timer for one that dies between its join and its first heartbeat, Apache Kafka has.
func (w *world) expire() {
	g := w.k.GroupInfo(application)
	if g == nil || g.State != "Stable" {
		return
	}
	for _, m := range g.Members {
		w.mu.Lock()
		last, known := w.heard[m.MemberID]
		if !known {
			w.heard[m.MemberID] = time.Now()
		}
		w.mu.Unlock()
		if !known || time.Since(last) < sessionTimeout+time.Second {
			continue
		}
		w.trace.add("the session of %s expires", m.MemberID)
		q := kmsg.NewPtrLeaveGroupRequest()
		q.Group = application
		member := kmsg.NewLeaveGroupRequestMember()
		member.MemberID = m.MemberID
		q.Members = append(q.Members, member)
		if _, err := q.RequestWith(context.Background(), w.cl); err != nil {
			w.trace.add("it cannot be removed: %v", err)
		}
	}
}
