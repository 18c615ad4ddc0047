package runtime_test

import (
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	rt "github.com/streamgen/streamgen/runtime"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Errors of brokers that pass, or that a new client gets over: the application goes on by itself,
// and what it counts is right, under exactly-once step by step.
func TestErrorsThatPass(t *testing.T) {
	both, exactly, least := guarantees, []rt.Guarantee{rt.ExactlyOnce}, []rt.Guarantee{rt.AtLeastOnce}
	cases := map[string]struct {
		on []rt.Guarantee
		f  kfake.Fault
	}{
		"produce: leader moved":                {both, kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Topic: "counted", Err: kerr.NotLeaderForPartition, Count: 2}},
		"produce: too few replicas":            {both, kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Topic: "counted", Err: kerr.NotEnoughReplicas, Count: 2}},
		"produce: sequence out of order":       {both, kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Topic: "counted", Err: kerr.OutOfOrderSequenceNumber, Count: 1}},
		"produce: unknown producer id":         {both, kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Topic: "counted", Err: kerr.UnknownProducerID, Count: 1}},
		"produce: fenced":                      {exactly, kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Topic: "counted", Err: kerr.ProducerFenced, Count: 1}},
		"produce: old epoch":                   {exactly, kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Topic: "counted", Err: kerr.InvalidProducerEpoch, Count: 1}},
		"produce: no mapping":                  {exactly, kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Topic: "counted", Err: kerr.InvalidProducerIDMapping, Count: 1}},
		"offsets: fenced":                      {exactly, kfake.Fault{Keys: []kmsg.Key{kmsg.TxnOffsetCommit}, Err: kerr.ProducerFenced, Count: 1}},
		"offsets: old generation":              {exactly, kfake.Fault{Keys: []kmsg.Key{kmsg.TxnOffsetCommit}, Err: kerr.IllegalGeneration, Count: 2}},
		"offsets: rebalance":                   {least, kfake.Fault{Keys: []kmsg.Key{kmsg.OffsetCommit}, Err: kerr.RebalanceInProgress, Count: 2}},
		"offsets: coordinator loads":           {least, kfake.Fault{Keys: []kmsg.Key{kmsg.OffsetCommit}, Err: kerr.CoordinatorLoadInProgress, Count: 1}},
		"offsets: unknown member":              {least, kfake.Fault{Keys: []kmsg.Key{kmsg.OffsetCommit}, Err: kerr.UnknownMemberID, Count: 1}},
		"offsets: unknown error":               {least, kfake.Fault{Keys: []kmsg.Key{kmsg.OffsetCommit}, Err: kerr.UnknownServerError, Count: 1}},
		"end: concurrent transactions":         {exactly, kfake.Fault{Keys: []kmsg.Key{kmsg.EndTxn}, TopLevel: true, Err: kerr.ConcurrentTransactions, Count: 1}},
		"end: the coordinator was fenced":      {exactly, kfake.Fault{Keys: []kmsg.Key{kmsg.EndTxn}, TopLevel: true, Err: kerr.TransactionCoordinatorFenced, Count: 1}},
		"heartbeat: rebalance":                 {both, kfake.Fault{Keys: []kmsg.Key{kmsg.Heartbeat}, TopLevel: true, Err: kerr.RebalanceInProgress, Count: 1}},
		"heartbeat: old generation":            {both, kfake.Fault{Keys: []kmsg.Key{kmsg.Heartbeat}, TopLevel: true, Err: kerr.IllegalGeneration, Count: 1}},
		"heartbeat: coordinator not available": {both, kfake.Fault{Keys: []kmsg.Key{kmsg.Heartbeat}, TopLevel: true, Err: kerr.CoordinatorNotAvailable, Count: 1}},
		"fetch: leader moved":                  {both, kfake.Fault{Keys: []kmsg.Key{kmsg.Fetch}, Topic: "words", Err: kerr.NotLeaderForPartition, Count: 2}},
		"fetch: unknown error":                 {both, kfake.Fault{Keys: []kmsg.Key{kmsg.Fetch}, Topic: "words", Err: kerr.UnknownServerError, Count: 2}},
		"fetch: storage error":                 {both, kfake.Fault{Keys: []kmsg.Key{kmsg.Fetch}, Topic: "words", Err: kerr.KafkaStorageError, Count: 2}},
	}
	for _, g := range guarantees {
		t.Run(string(g), func(t *testing.T) {
			t.Parallel()
			c, k := faultable(t)
			cfg := c.config("app", g, t.TempDir())
			cfg.Consumer.MaxPollInterval = 2 * time.Second
			cfg.MetadataMaxAge = 100 * time.Millisecond // the client looks for leaders no more often
			cfg.Logger = quiet
			app := start(t, rt.InterpretPlain(incrementing), cfg)
			r := c.read("counted")
			all, n := map[string]int64{}, 0
			for _, name := range slices.Sorted(maps.Keys(cases)) {
				x := cases[name]
				if !slices.Contains(x.on, g) {
					continue
				}
				h := k.Fault(x.f)
				list, counts := words(60, 20)
				c.produce("words", list...)
				n += len(list)
				for w, m := range counts {
					all[w] += m
				}
				eventually(t, "the fault: "+name, func() bool { return h.Hits() >= max(1, x.f.Count) })
				r.until("all counts after "+name, func() bool { return !laterThan(all, r.counts()) })
				if app.State() == rt.Failed {
					t.Fatal(name, app.Close(0))
				}
			}
			if g == rt.ExactlyOnce {
				c.read("counted").steps(all, n)
			}
		})
	}
}

// laterThan says whether some count has not been reached.
func laterThan(want, have map[string]int64) bool {
	for w, n := range want {
		if have[w] < n {
			return true
		}
	}
	return len(want) > len(have)
}

// Errors that trying again repeats end the application with the broker's word; nothing is lost: without
// the error the next start goes on.
func TestErrorsThatStay(t *testing.T) {
	both, exactly, least := guarantees, []rt.Guarantee{rt.ExactlyOnce}, []rt.Guarantee{rt.AtLeastOnce}
	for name, x := range map[string]struct {
		on []rt.Guarantee
		f  kfake.Fault
	}{
		"produce: not allowed":     {both, kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Topic: "counted", Err: kerr.TopicAuthorizationFailed}},
		"produce: too large":       {exactly, kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Topic: "counted", Err: kerr.MessageTooLarge}},
		"produce: list too large":  {exactly, kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Topic: "counted", Err: kerr.RecordListTooLarge}},
		"produce: invalid record":  {least, kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Topic: "counted", Err: kerr.InvalidRecord}},
		"produce: invalid time":    {exactly, kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Topic: "counted", Err: kerr.InvalidTimestamp}},
		"produce: policy":          {least, kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Topic: "counted", Err: kerr.PolicyViolation}},
		"offsets: not allowed":     {exactly, kfake.Fault{Keys: []kmsg.Key{kmsg.TxnOffsetCommit}, Err: kerr.GroupAuthorizationFailed}},
		"offsets: another process": {exactly, kfake.Fault{Keys: []kmsg.Key{kmsg.TxnOffsetCommit}, Err: kerr.FencedInstanceID}},
		"offsets: not allowed at":  {least, kfake.Fault{Keys: []kmsg.Key{kmsg.OffsetCommit}, Err: kerr.TopicAuthorizationFailed}},
		"fetch: not allowed":       {both, kfake.Fault{Keys: []kmsg.Key{kmsg.Fetch}, Topic: "words", Err: kerr.TopicAuthorizationFailed}},
		"transaction: not allowed": {exactly, kfake.Fault{Keys: []kmsg.Key{kmsg.TxnOffsetCommit}, Err: kerr.TransactionalIDAuthorizationFailed}},
	} {
		for _, g := range x.on {
			t.Run(name+"/"+string(g), func(t *testing.T) {
				t.Parallel()
				c, k := faultable(t)
				list, counts := words(600, 40)
				c.produce("words", list[:300]...)
				cfg := c.config("app", g, t.TempDir())
				cfg.Logger = quiet
				app := start(t, rt.InterpretPlain(incrementing), cfg)
				r := c.read("counted")
				r.until("first outputs", func() bool { return r.records > 0 })
				fault := x.f
				fault.Count = -1
				h := k.Fault(fault)
				c.produce("words", list[300:]...)
				select {
				case <-app.Done():
				case <-time.After(patience):
					t.Fatalf("still %v, %d hits", app.State(), h.Hits())
				}
				if err := app.Close(0); !errors.Is(err, x.f.Err) || app.State() != rt.Failed {
					t.Errorf("%v with %v, want %v", app.State(), err, x.f.Err)
				}
				h.Remove()
				start(t, rt.InterpretPlain(incrementing), cfg)
				if g == rt.ExactlyOnce {
					c.read("counted").steps(counts, len(list))
					return
				}
				all := c.read("counted")
				all.until("all counts", func() bool { return !laterThan(counts, all.counts()) })
			})
		}
	}
}
