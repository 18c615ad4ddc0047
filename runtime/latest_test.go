package runtime_test

import (
	"testing"
	"time"

	rt "github.com/streamgen/streamgen/runtime"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// S47: what comes after an application with auto.offset.reset=latest has begun is read, even
// when nothing can be committed before the worker starts anew with another client; what was
// there before is not.
func TestLatestKeepsItsPlaceBeforeTheFirstCommit(t *testing.T) {
	for _, g := range guarantees {
		t.Run(string(g), func(t *testing.T) {
			c, k := faultable(t)
			c.produce("words", "old", "old", "old", "old")
			key, offsets := kmsg.OffsetCommit, kerr.UnknownMemberID
			if g == rt.ExactlyOnce {
				key = kmsg.TxnOffsetCommit
			}
			h := k.Fault(kfake.Fault{Keys: []kmsg.Key{key}, Err: offsets, Count: 2})
			cfg := c.config("app", g, t.TempDir())
			cfg.Consumer.AutoOffsetReset = "latest"
			cfg.Consumer.MaxPollInterval = 2 * time.Second
			app := start(t, rt.InterpretPlain(incrementing), cfg)
			eventually(t, "the start", func() bool { return app.State() == rt.Running })
			list, counts := words(300, 10)
			c.produce("words", list[:200]...)
			eventually(t, "the restarts", func() bool { return h.Hits() == 2 })
			c.produce("words", list[200:]...)
			r := c.read("counted")
			if g == rt.ExactlyOnce {
				r.steps(counts, len(list))
				return
			}
			// Nothing was committed and the stores follow commits: at least once is once here,
			// except for outputs of the attempts that failed.
			r.until("all counts", func() bool {
				got := r.counts()
				for w, n := range counts {
					if got[w] < n {
						return false
					}
				}
				return true
			})
			if n := r.counts()["old"]; n != 0 {
				t.Errorf("%d records from before the start are counted", n)
			}
		})
	}
}
