package runtime_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"testing"
	"time"

	"github.com/streamgen/streamgen/internal/broker"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/state"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// countByKey is a count in the shape of generated code: no repartition, int64 in a typed
// cache, coalesced emission.
func countByKey() *gen.Topology {
	return &gen.Topology{Name: "CountByKey", Hash: "bench", Subtopologies: []gen.Subtopology{{
		Sources: []gen.Source{{Node: "source", Topic: "words"}},
		Sinks:   []gen.SinkSpec{{Node: "sink", Topic: "counted"}},
		Stores:  []gen.Store{{Name: "counts", Timestamped: true, Logged: true}},
		NewTask: func(env *gen.TaskEnv) (gen.Task, error) {
			c := state.NewCache(state.Options[int64]{Backend: env.Stores[0].Backend, Timestamped: true, Budget: env.Stores[0].Budget,
				Append: serde.Int64Codec{}.Append, Decode: serde.Int64Codec{}.Decode})
			env.Stores[0].Register(c)
			return &keyCounter{env: env, store: c}, nil
		},
	}}}
}

type keyCounter struct {
	env   *gen.TaskEnv
	store *state.Cache[int64]
}

func (k *keyCounter) Init() error  { return nil }
func (k *keyCounter) Drain() error { return nil }
func (k *keyCounter) Close() error { return nil }

func (k *keyCounter) Process(_ int, run *gen.Run) (int, error) {
	for i := range run.Records {
		r := &run.Records[i]
		k.env.Index, k.env.RecordTime = i, r.Timestamp
		e, err := k.store.Find(r.Key)
		if err != nil {
			return i, err
		}
		k.store.Set(e, e.Val+1, max(e.Ts, r.Timestamp), nil)
	}
	return len(run.Records), nil
}

func (k *keyCounter) Flush() error {
	out := k.env.Sinks[0]
	return k.store.Pending(func(key []byte, e *state.Entry[int64]) error {
		out.Begin()
		out.Buf = append(out.Buf, key...)
		out.Key(true, 0)
		b, err := serde.Int64Codec{}.Append(out.Buf, e.Val)
		out.Buf = b
		out.Done(true, e.Ts, nil)
		return err
	})
}

// BenchmarkCountExactlyOnce counts b.N records of 100,000 keys in 4 partitions, committing
// every 100 ms, on the embedded broker in this process, or on the one of
// STREAMGEN_KAFKA_BOOTSTRAP. Run it with -benchtime 2000000x.
func BenchmarkCountExactlyOnce(b *testing.B) {
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) { benchCount(b, workers) })
	}
}

func benchCount(b *testing.B, workers int) {
	addr := os.Getenv("STREAMGEN_KAFKA_BOOTSTRAP")
	if addr == "" {
		br, err := broker.Start(broker.Options{})
		if err != nil {
			b.Fatal(err)
		}
		defer br.Close()
		addr = br.Addr()
	}
	cl, err := kgo.NewClient(kgo.SeedBrokers(addr), kgo.MaxBufferedRecords(1<<20), kgo.UnknownTopicRetries(20))
	if err != nil {
		b.Fatal(err)
	}
	defer cl.Close()
	adm := kadm.NewClient(cl)
	for _, topic := range []string{"words", "counted"} {
		_, _ = adm.DeleteTopics(context.Background(), topic)
		for {
			r, err := adm.CreateTopics(context.Background(), 4, 1, nil, topic)
			if err == nil && r.Error() == nil {
				break
			}
			if !wait(b.Context(), 100*time.Millisecond) {
				b.Fatal(err)
			}
		}
	}
	now := time.Now()
	for i := range b.N {
		cl.Produce(context.Background(), &kgo.Record{Topic: "words", Key: fmt.Appendf(nil, "key-%d", i*7919%100_000), Value: []byte("x"), Timestamp: now}, func(_ *kgo.Record, err error) {
			if err != nil {
				b.Error(err)
			}
		})
	}
	if err := cl.Flush(context.Background()); err != nil {
		b.Fatal(err)
	}
	cfg := rt.Config{ApplicationID: fmt.Sprintf("bench-%d", now.UnixNano()), BootstrapServers: []string{addr}, StateDir: b.TempDir(),
		ProcessingGuarantee: rt.ExactlyOnce, NumStreamThreads: workers, Logger: slog.New(slog.DiscardHandler)}
	app, err := rt.New(countByKey(), cfg)
	if err != nil {
		b.Fatal(err)
	}
	if err := app.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	processed := func() (n int64) {
		for _, t := range app.Metrics().Threads() {
			n += t.Process.Total()
		}
		return n
	}
	for processed() == 0 && wait(b.Context(), time.Millisecond) {
	}
	b.ResetTimer()
	first := processed()
	for processed() < int64(b.N) && wait(b.Context(), time.Millisecond) {
	}
	b.StopTimer()
	b.ReportMetric(float64(int64(b.N)-first)/b.Elapsed().Seconds(), "records/s")
	if err := app.Close(time.Minute); err != nil {
		b.Fatal(err)
	}
}

func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
