package chaos

import (
	"syscall"
	"time"

	"github.com/streamgen/streamgen/runtime/store"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// trouble makes one event after the other until the feed has come to its end.
func (w *world) trouble(fed <-chan struct{}) error {
	for next := time.Duration(0); ; {
		select {
		case <-fed:
			return nil
		case <-time.After(min(next, 100*time.Millisecond)):
		}
		if err := w.supervise(false); err != nil {
			return err
		}
		if next -= 100 * time.Millisecond; next > 0 {
			continue
		}
		w.event()
		next = time.Duration(100+w.rng.IntN(1900)) * time.Millisecond
	}
}

// event is one piece of trouble.
func (w *world) event() {
	i := w.all[w.rng.IntN(len(w.all))]
	switch n := w.rng.IntN(100); {
	case n < 12:
		i.crash("at once", w.downtime())
	case n < 30: // at a step of its commit, or of its joining and restoring
		key, when := w.key(steps), w.moment()
		i.trap(key, when, func() { i.crash("at "+kmsg.NameForKey(int16(key))+" "+when.String(), w.downtimeByLot()) })
	case n < 42: // the broker did it, and nobody hears of that
		key, when := w.key(steps), w.moment()
		i.trap(key, when, func() {
			w.trace.add("%s loses its connections at %s %v", i.name, kmsg.NameForKey(int16(key)), when)
			i.lose()
		})
	case n < 46:
		w.trace.add("%s loses its connections", i.name)
		i.lose()
	case n < 54: // a zombie: it is given up for dead, and goes on where it stood
		d := time.Duration(w.rng.IntN(int(2 * sessionTimeout)))
		w.trace.add("%s hears and says nothing for %v", i.name, d)
		i.stall(d)
	case n < 74:
		w.refuse()
	case n < 80:
		w.trace.add("coordinators move")
		w.k.RehashCoordinators()
		w.fault()
	case n < 86:
		w.trace.add("leaders move")
		w.k.ShufflePartitionLeaders()
		w.fault()
	case n < 91:
		i.leave(w.downtime())
	case n < 95:
		w.failDisk(i)
	default:
		if i.crash("for good, with its disk", w.downtime()) {
			i.replace(store.NewMemDisk())
		}
	}
}

func (w *world) fault() { w.count(func(c *Counts) { c.Faults++ }) }

// downtime is how long something stays away.
func (w *world) downtime() time.Duration { return time.Duration(w.rng.IntN(5000)) * time.Millisecond }

func (w *world) downtimeByLot() time.Duration {
	return time.Duration(w.lot()%5000) * time.Millisecond
}

// steps are the requests of a commit and of the way to it.
var steps = []kmsg.Key{kmsg.Produce, kmsg.Produce, kmsg.AddPartitionsToTxn, kmsg.AddOffsetsToTxn, kmsg.TxnOffsetCommit, kmsg.TxnOffsetCommit, kmsg.EndTxn, kmsg.EndTxn,
	kmsg.InitProducerID, kmsg.JoinGroup, kmsg.SyncGroup, kmsg.OffsetFetch, kmsg.Fetch, kmsg.Heartbeat, kmsg.OffsetCommit}

func (w *world) key(of []kmsg.Key) kmsg.Key { return of[w.rng.IntN(len(of))] }

// moment says when a trap closes.
type moment int

const (
	before moment = iota // the request is not sent
	after                // it was answered, and the answer is lost
)

func (m moment) String() string { return [...]string{"before it is sent", "when it is answered"}[m] }

func (w *world) moment() moment { return moment(w.rng.IntN(2)) }

// refusals are what a broker may say to a request without anything being wrong with the
// client. Of REQUEST_TIMED_OUT and NOT_ENOUGH_REPLICAS_AFTER_APPEND the work is done.
var refusals = []struct {
	key  kmsg.Key
	errs []*kerr.Error
}{
	{kmsg.Produce, []*kerr.Error{kerr.NotLeaderForPartition, kerr.RequestTimedOut, kerr.NotEnoughReplicas, kerr.NotEnoughReplicasAfterAppend, kerr.UnknownTopicOrPartition}},
	{kmsg.Fetch, []*kerr.Error{kerr.NotLeaderForPartition, kerr.UnknownTopicOrPartition, kerr.UnknownServerError}},
	{kmsg.ListOffsets, []*kerr.Error{kerr.NotLeaderForPartition, kerr.OffsetNotAvailable}},
	{kmsg.TxnOffsetCommit, []*kerr.Error{kerr.NotCoordinator, kerr.CoordinatorLoadInProgress, kerr.CoordinatorNotAvailable, kerr.ConcurrentTransactions, kerr.RequestTimedOut, kerr.RebalanceInProgress, kerr.IllegalGeneration}},
	{kmsg.EndTxn, []*kerr.Error{kerr.NotCoordinator, kerr.CoordinatorLoadInProgress, kerr.CoordinatorNotAvailable, kerr.ConcurrentTransactions, kerr.RequestTimedOut, kerr.InvalidProducerEpoch, kerr.UnknownServerError}},
	{kmsg.AddPartitionsToTxn, []*kerr.Error{kerr.NotCoordinator, kerr.CoordinatorLoadInProgress, kerr.ConcurrentTransactions, kerr.CoordinatorNotAvailable}},
	{kmsg.AddOffsetsToTxn, []*kerr.Error{kerr.NotCoordinator, kerr.CoordinatorLoadInProgress, kerr.ConcurrentTransactions}},
	{kmsg.InitProducerID, []*kerr.Error{kerr.NotCoordinator, kerr.CoordinatorLoadInProgress, kerr.ConcurrentTransactions}},
	{kmsg.JoinGroup, []*kerr.Error{kerr.NotCoordinator, kerr.CoordinatorLoadInProgress, kerr.UnknownMemberID}},
	{kmsg.SyncGroup, []*kerr.Error{kerr.NotCoordinator, kerr.RebalanceInProgress, kerr.UnknownMemberID, kerr.IllegalGeneration}},
	{kmsg.Heartbeat, []*kerr.Error{kerr.NotCoordinator, kerr.RebalanceInProgress, kerr.UnknownMemberID, kerr.IllegalGeneration}},
	{kmsg.OffsetFetch, []*kerr.Error{kerr.NotCoordinator, kerr.CoordinatorLoadInProgress, kerr.UnstableOffsetCommit}},
	{kmsg.OffsetCommit, []*kerr.Error{kerr.NotCoordinator, kerr.CoordinatorLoadInProgress, kerr.RebalanceInProgress}},
	{kmsg.FindCoordinator, []*kerr.Error{kerr.CoordinatorNotAvailable, kerr.CoordinatorLoadInProgress}},
	{kmsg.DeleteRecords, []*kerr.Error{kerr.NotLeaderForPartition, kerr.RequestTimedOut}},
}

// refuse makes the broker refuse some requests of a kind.
func (w *world) refuse() {
	r := refusals[w.rng.IntN(len(refusals))]
	f := kfake.Fault{Keys: []kmsg.Key{r.key}, Err: r.errs[w.rng.IntN(len(r.errs))], Count: 1 + w.rng.IntN(4), TopLevel: w.rng.IntN(2) == 0}
	f.When = func(q kmsg.Request) bool {
		p, ok := q.(*kmsg.ProduceRequest)
		return !ok || p.TransactionID != nil // the feed is no part of this
	}
	w.trace.add("the broker refuses %d × %s: %v", f.Count, kmsg.NameForKey(int16(r.key)), f.Err.Message)
	w.k.Fault(f)
	w.fault()
}

// failDisk makes an instance's disk refuse to write, for a while that may or may not
// outlast its patience.
func (w *world) failDisk(i *instance) {
	d := time.Duration(w.rng.IntN(15)) * time.Second
	i.mu.Lock()
	disk := i.disk
	i.mu.Unlock()
	w.trace.add("%s: its disk is full for %v", i.name, d)
	w.fault()
	disk.Fail(func(_ string, read bool) error {
		if read {
			return nil
		}
		time.Sleep(time.Millisecond) // the database tries again at once and for ever: no time would pass
		return syscall.ENOSPC
	})
	time.AfterFunc(d, func() { disk.Fail(nil) })
}
