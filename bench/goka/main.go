// Command goka runs one workload on lovoo/goka, the Go library that comes nearest. It is a module of its own, so that
// nobody else depends on it. Where goka lacks something it says so: it has no exactly-once, no windows, and emits every
// update.
package main

import (
	"context"
	"errors"
	"fmt"
	"hash"
	"io"
	"log"
	"os"
	"os/signal"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/IBM/sarama"
	"github.com/lovoo/goka"
	"github.com/lovoo/goka/storage"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "goka:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	if g := os.Getenv("BENCH_GUARANTEE"); g != "at_least_once" {
		return fmt.Errorf("goka has no %s", g)
	}
	edges := workloads[os.Getenv("BENCH_WORKLOAD")]
	if edges == nil {
		return fmt.Errorf("no workload %q", os.Getenv("BENCH_WORKLOAD"))
	}
	config, err := settings()
	if err != nil {
		return err
	}
	goka.ReplaceGlobalConfig(config)
	topics := goka.NewTopicManagerConfig()
	topics.Table.Replication, topics.Stream.Replication = 1, 1
	running := sync.OnceFunc(func() { fmt.Println("running") })
	quiet := log.New(io.Discard, "", 0)
	p, err := goka.NewProcessor([]string{os.Getenv("BENCH_BOOTSTRAP")},
		goka.DefineGroup(goka.Group(os.Getenv("BENCH_APPLICATION")), edges()...),
		goka.WithTopicManagerBuilder(goka.TopicManagerBuilderWithTopicManagerConfig(topics)),
		goka.WithStorageBuilder(storage.DefaultBuilder(os.Getenv("BENCH_STATE"))),
		goka.WithHasher(func() hash.Hash32 { return new(murmur2) }),
		goka.WithRebalanceCallback(func(a goka.Assignment) {
			if len(a) > 0 {
				running()
			}
		}),
		goka.WithLogger(quiet))
	if err != nil {
		return err
	}
	if err := p.Run(ctx); err != nil && !(ctx.Err() != nil && errors.Is(err, context.Canceled)) {
		return err
	}
	return nil
}

// settings are goka's own but for what all contestants share.
func settings() (*sarama.Config, error) {
	c := goka.DefaultConfig()
	c.Version = sarama.V2_8_0_0 // the broker no longer speaks the oldest
	c.Consumer.Offsets.Initial = sarama.OffsetOldest
	c.Producer.RequiredAcks = sarama.WaitForAll
	if err := c.Producer.Compression.UnmarshalText([]byte(os.Getenv("BENCH_COMPRESSION"))); err != nil {
		return nil, err
	}
	for name, set := range map[string]func(int){
		"BENCH_LINGER_MS":   func(n int) { c.Producer.Flush.Frequency = time.Duration(n) * time.Millisecond },
		"BENCH_BATCH_BYTES": func(n int) { c.Producer.Flush.Bytes = n },
		"BENCH_COMMIT_MS":   func(n int) { c.Consumer.Offsets.AutoCommit.Interval = time.Duration(n) * time.Millisecond },
	} {
		n, err := strconv.Atoi(os.Getenv(name))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		set(n)
	}
	return c, nil
}
