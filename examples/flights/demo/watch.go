package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

func timeOf(ms int64) time.Time { return time.UnixMilli(ms) }

// freePort returns a loopback port that was free a moment ago.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// patience is how long the result may stand still without being complete.
const patience = 20 * time.Second

// watch reads the committed result until it equals want, showing it as it changes. When
// it stands still before that, what there is is returned, for the caller to judge.
func watch(ctx context.Context, addr string, a *app, want result, show *table) (result, error) {
	cl, err := kgo.NewClient(kgo.SeedBrokers(addr), kgo.ConsumeTopics("delay-by-hour"),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.FetchMaxWait(200*time.Millisecond))
	if err != nil {
		return nil, err
	}
	defer cl.Close()
	got := result{}
	changed := time.Now()
	var updates int
	for {
		poll, cancel := context.WithTimeout(ctx, 500*time.Millisecond)
		fetches := cl.PollFetches(poll)
		cancel()
		if err := ctx.Err(); err != nil {
			return nil, errors.New("interrupted")
		}
		if err := a.exited(); err != nil {
			return nil, err
		}
		for _, f := range fetches.Errors() {
			if !errors.Is(f.Err, context.DeadlineExceeded) {
				return nil, fmt.Errorf("reading %s: %w", f.Topic, f.Err)
			}
		}
		before := updates
		for it := fetches.RecordIter(); !it.Done(); updates++ {
			r := it.Next()
			if err := got.add(r.Key, r.Value); err != nil {
				return nil, err
			}
		}
		if updates > before {
			changed = time.Now()
		}
		complete := len(got) == len(want) && len(got.diff(want)) == 0
		show.draw(got, updates, complete)
		if complete || time.Since(changed) > patience {
			return got, nil
		}
	}
}
