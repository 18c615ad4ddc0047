package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/streamgen/streamgen/dsl"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/streamgen/streamgen/runtime/metrics"
)

// workload is what Kafka Streams' side calls it, too.
const workload = "restore"

// rows keeps the last value of each key.
func rows(b *dsl.Builder) {
	b.Stream(inputTopic, dsl.String(), dsl.Bytes()).
		GroupByKey().
		Reduce(func(_ string, _, v []byte) []byte { return v }, dsl.Bytes(), dsl.Name(storeName))
}

// contestant restores, says so on standard output, and waits for its end.
func contestant(ctx context.Context) error {
	threads, err := strconv.Atoi(os.Getenv("BENCH_THREADS"))
	if err != nil {
		return err
	}
	var ended atomic.Int32
	cfg := rt.Config{
		ApplicationID: os.Getenv("BENCH_APPLICATION"), BootstrapServers: []string{os.Getenv("BENCH_BOOTSTRAP")}, StateDir: os.Getenv("BENCH_STATE"),
		NumStreamThreads: threads, ProcessingGuarantee: rt.Guarantee(os.Getenv("BENCH_GUARANTEE")), HTTPAddress: "off",
		Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelInfo})),
	}
	restoring := sync.OnceFunc(func() { fmt.Println("restoring") })
	cfg.OnRestore = func(r metrics.Restore) {
		switch r.Phase {
		case metrics.RestoreStarted:
			restoring()
		case metrics.RestoreEnded:
			if ended.Add(1) == partitions {
				fmt.Println("restored")
			}
		}
	}
	running := sync.OnceFunc(func() { fmt.Println("running") })
	cfg.OnState = func(_, to rt.State) {
		if to == rt.Running {
			running()
		}
	}
	app, err := rt.New(rt.InterpretPlain(rows), cfg)
	if err != nil {
		return err
	}
	stop, err := profile()
	if err != nil {
		return err
	}
	defer stop()
	return app.Run(ctx)
}
