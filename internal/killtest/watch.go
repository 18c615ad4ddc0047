package killtest

import (
	"context"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// watch counts committed output as it appears. It is safe for concurrent use.
type watch struct {
	cl      *kgo.Client
	mu      sync.Mutex
	counts  map[string]int64 // by topic
	changed chan struct{}    // closed and replaced with every change
}

// newWatch follows topics from their beginning until ctx ends.
func newWatch(ctx context.Context, bootstrap string, topics ...string) (*watch, error) {
	cl, err := kgo.NewClient(kgo.SeedBrokers(bootstrap), kgo.ConsumeTopics(topics...),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.FetchMaxWait(100*time.Millisecond))
	if err != nil {
		return nil, err
	}
	w := &watch{cl: cl, counts: map[string]int64{}, changed: make(chan struct{})}
	go w.follow(ctx)
	return w, nil
}

func (w *watch) follow(ctx context.Context) {
	defer w.cl.Close()
	for ctx.Err() == nil {
		fetches := w.cl.PollFetches(ctx)
		w.mu.Lock()
		fetches.EachRecord(func(r *kgo.Record) {
			w.counts[r.Topic]++
		})
		if fetches.NumRecords() > 0 {
			close(w.changed)
			w.changed = make(chan struct{})
		}
		w.mu.Unlock()
	}
}

// count returns how many committed records a topic has, and a channel that is closed when
// there may be more.
func (w *watch) count(topic string) (int64, <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.counts[topic], w.changed
}
