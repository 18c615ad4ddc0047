package chaos

import (
	"fmt"
	"strings"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// watch writes what the broker is asked for in commits into the trace, as it arrives
// there: what a client believes to have sent is another matter.
func (w *world) watch() {
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
	see(kmsg.TxnOffsetCommit, func(q kmsg.Request) string {
		r := q.(*kmsg.TxnOffsetCommitRequest)
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
	see(kmsg.EndTxn, func(q kmsg.Request) string {
		r := q.(*kmsg.EndTxnRequest)
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
