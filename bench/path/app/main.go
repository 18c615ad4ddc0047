// Command app runs one workload as generated code: streamgen's contestant.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"github.com/streamgen/streamgen/bench/path/form"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/streamgen/streamgen/runtime/gen"
)

var workloads = map[string]func(Topics) *gen.Topology{
	"bytes": NewBytes, "json": NewJSON, "count": NewCount, "tumbling": NewTumbling, "join": NewJoin,
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "app:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	s, err := form.FromEnviron()
	if err != nil {
		return err
	}
	topology := workloads[s.Workload]
	if topology == nil {
		return fmt.Errorf("no workload %q", s.Workload)
	}
	cfg := rt.Config{
		ApplicationID:    s.Application,
		BootstrapServers: []string{s.Bootstrap},
		StateDir:         s.State,
		NumStreamThreads: s.Threads,
		CommitInterval:   s.Commit,
		Producer:         rt.ProducerConfig{Linger: s.Linger, MaxRequestSize: s.BatchBytes, Compression: s.Compression},
		Logger:           slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	if s.ExactlyOnce {
		cfg.ProcessingGuarantee = rt.ExactlyOnce
	}
	cfg.OnState = onRunning(sync.OnceFunc(form.Running))
	app, err := rt.New(topology(Topics{Input: s.Input, Table: s.Table, Output: s.Output}), cfg)
	if err != nil {
		return err
	}
	return app.Run(ctx)
}

func onRunning(do func()) func(from, to rt.State) {
	return func(_, to rt.State) {
		if to == rt.Running {
			do()
		}
	}
}
