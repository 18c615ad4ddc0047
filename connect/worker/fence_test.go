package worker

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/storage"
)

// Tasks that start at once ask for the fence at once: the second finds it done.
func TestOneFencesForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &Worker{values: config.Values{"group.id": "g"}, config: storage.NewConfigState(), fencing: make(chan struct{}, 1)}
		w.config.Fenced["c"], w.config.FencedAt["c"], w.config.TasksAt["c"] = 2, -2, -1
		w.config.Tasks["c"] = []map[string]string{{}, {}, {}}
		var err error
		if w.configLog, err = storage.OpenMemory("", func(offset int64, key string, value []byte) {
			w.mu.Lock()
			defer w.mu.Unlock()
			if _, err := w.config.Apply(offset, key, value); err != nil {
				t.Error(err)
			}
		}); err != nil {
			t.Fatal(err)
		}
		var asked atomic.Int32
		request := func(context.Context, kmsg.Request) (kmsg.Response, error) {
			asked.Add(1)
			time.Sleep(time.Second)
			return kmsg.NewPtrInitProducerIDResponse(), nil
		}
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if err := w.fence(t.Context(), "c", request); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if asked.Load() != 2 || w.config.Fenced["c"] != 3 {
			t.Error(asked.Load(), w.config.Fenced)
		}
	})
}

// A transaction that is being ended only delays the fence; what does not pass, or outlasts the context, fails it.
func TestFencingWaitsForTransactionsThatEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answers := func(times int, first *kerr.Error) requester {
			return func(context.Context, kmsg.Request) (kmsg.Response, error) {
				r := kmsg.NewPtrInitProducerIDResponse()
				if times != 0 {
					times--
					r.ErrorCode = first.Code
				}
				return r, nil
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := fenceProducer(ctx, "id", answers(5, kerr.ConcurrentTransactions)); err != nil {
			t.Error(err)
		}
		if err := fenceProducer(ctx, "id", answers(-1, kerr.TransactionalIDAuthorizationFailed)); !errors.Is(err, kerr.TransactionalIDAuthorizationFailed) || ctx.Err() != nil {
			t.Error(err)
		}
		if err := fenceProducer(ctx, "id", answers(-1, kerr.ConcurrentTransactions)); !errors.Is(err, kerr.ConcurrentTransactions) || !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
}
