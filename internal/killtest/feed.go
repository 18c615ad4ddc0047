package killtest

import (
	"context"
	"sync"
	"time"

	"github.com/streamgen/streamgen/internal/clicks/judge"
	"github.com/twmb/franz-go/pkg/kgo"
)

// feed produces clicks at a steady pace and keeps the truth about them. It is safe for
// concurrent use.
type feed struct {
	cl    *kgo.Client
	topic string
	in    *judge.Input
	stop  chan struct{}
	done  chan struct{}

	mu    sync.Mutex
	truth *judge.Truth
	err   error
}

// startFeed produces rate clicks a second until halt, holding back while behind() says
// that the application has too much before it.
func startFeed(ctx context.Context, bootstrap, topic string, in *judge.Input, rate int, behind func(fed int64) bool) (*feed, error) {
	cl, err := kgo.NewClient(kgo.SeedBrokers(bootstrap), kgo.DefaultProduceTopic(topic), kgo.ProducerLinger(0))
	if err != nil {
		return nil, err
	}
	f := &feed{cl: cl, topic: topic, in: in, truth: judge.NewTruth(), stop: make(chan struct{}), done: make(chan struct{})}
	go f.run(ctx, rate, behind)
	return f, nil
}

func (f *feed) run(ctx context.Context, rate int, behind func(int64) bool) {
	defer close(f.done)
	defer f.cl.Close()
	const beat = 20 * time.Millisecond
	tick := time.NewTicker(beat)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-f.stop:
			return
		case <-tick.C:
		}
		if behind(f.fed()) {
			continue
		}
		if err := f.produce(ctx, max(1, rate*int(beat/time.Millisecond)/1000)); err != nil {
			f.mu.Lock()
			f.err = err
			f.mu.Unlock()
			return
		}
	}
}

// produce sends n clicks and waits until they are acknowledged.
func (f *feed) produce(ctx context.Context, n int) error {
	clicks := make([]judge.Click, n)
	records := make([]*kgo.Record, n)
	for i := range clicks {
		c := f.in.Next()
		value, err := c.Value()
		if err != nil {
			return err
		}
		clicks[i], records[i] = c, &kgo.Record{Key: []byte(c.Page), Value: value, Timestamp: time.UnixMilli(c.Time)}
	}
	if err := f.cl.ProduceSync(ctx, records...).FirstErr(); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range clicks {
		f.truth.Add(c)
	}
	return nil
}

// fed returns how many clicks were acknowledged.
func (f *feed) fed() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.truth.Records
}

// halt ends the feed and returns the truth about everything fed.
func (f *feed) halt() (*judge.Truth, error) {
	close(f.stop)
	<-f.done
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.truth, f.err
}
