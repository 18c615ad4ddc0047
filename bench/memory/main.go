// Command memory measures how much memory an application takes whose streamgen.memory.max.bytes says how much it may: on a real
// broker, a process of its own for each number, under an input that is there already, with heavy values, many keys, windows, a
// repartition and a fan-out.
package main

import (
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/streamgen/streamgen/bench/proc"
	"github.com/streamgen/streamgen/dsl"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	input      = "memory-in"
	partitions = 4
	fan        = 500
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	err := error(nil)
	if limit := os.Getenv("BENCH_MEMORY"); limit != "" {
		err = application(ctx, limit)
	} else {
		err = drive(ctx)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "memory:", err)
		os.Exit(1)
	}
}

// load keeps the last value of each key, counts windows of each key, counts by a part of the value behind a repartition
// topic, and makes many updates out of one record in some four thousand.
func load(b *dsl.Builder) {
	in := b.Stream(input, dsl.String(), dsl.Bytes())
	byKey := in.GroupByKey()
	byKey.Reduce(func(_ string, _, v []byte) []byte { return v }, dsl.Bytes(), dsl.Name("last"))
	byKey.WindowedBy(dsl.Tumbling(time.Second).Grace(time.Minute)).Count(dsl.Name("windows"))
	in.FlatMap(func(k string, v []byte) []dsl.KV[string, []byte] {
		if v[0] != 0 || v[1] > 15 {
			return []dsl.KV[string, []byte]{{Key: k[:3], Value: v[:8]}}
		}
		many := make([]dsl.KV[string, []byte], fan)
		for i := range many {
			many[i] = dsl.KV[string, []byte]{Key: k + strconv.Itoa(i), Value: v[:min(len(v), 1024)]}
		}
		return many
	}).GroupBy(func(k string, _ []byte) string { return k }, dsl.String(), dsl.Bytes()).Reduce(func(_ string, _, v []byte) []byte { return v }, dsl.Bytes(), dsl.Name("fanned"))
}

func application(ctx context.Context, limit string) error {
	bytes, err := strconv.ParseInt(limit, 10, 64)
	if err != nil {
		return err
	}
	app, err := rt.New(rt.InterpretPlain(load), rt.Config{
		ApplicationID: os.Getenv("BENCH_APPLICATION"), BootstrapServers: []string{os.Getenv("STREAMGEN_KAFKA_BOOTSTRAP")}, StateDir: os.Getenv("BENCH_STATE"),
		NumStreamThreads: 2, ProcessingGuarantee: rt.ExactlyOnce, HTTPAddress: "off", MemoryMaxBytes: bytes, CommitInterval: time.Second,
		Logger: slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
	if err != nil {
		return err
	}
	return app.Run(ctx)
}

func drive(ctx context.Context) error {
	n := flag.Int("n", 60_000, "records")
	keys := flag.Int("keys", 20_000, "keys")
	value := flag.Int("value", 8_192, "most bytes of a value; half of that on average")
	limits := flag.String("limits", "192 256 512 1024", "numbers to run with, in MiB")
	flag.Parse()
	bootstrap := os.Getenv("STREAMGEN_KAFKA_BOOTSTRAP")
	if bootstrap == "" {
		return errors.New("STREAMGEN_KAFKA_BOOTSTRAP is not set: run under scripts/with-kafka.sh")
	}
	cl, err := kgo.NewClient(kgo.SeedBrokers(bootstrap))
	if err != nil {
		return err
	}
	defer cl.Close()
	adm := kadm.NewClient(cl)
	if _, err := adm.CreateTopic(ctx, partitions, 1, nil, input); err != nil {
		return err
	}
	rng := rand.New(rand.NewPCG(1, 2))
	began := time.Now().Add(-time.Hour)
	for i := range *n {
		v := make([]byte, 16+rng.IntN(*value))
		for at := 0; at+8 <= len(v); at += 8 {
			binary.LittleEndian.PutUint64(v[at:], rng.Uint64())
		}
		cl.Produce(ctx, &kgo.Record{Topic: input, Key: fmt.Appendf(nil, "k%06d", rng.IntN(*keys)), Value: v, Timestamp: began.Add(time.Duration(i) * 5 * time.Millisecond)}, nil)
	}
	if err := cl.Flush(ctx); err != nil {
		return err
	}
	fmt.Println("| the number | peak resident | of the number | time |\n|---|---|---|---|")
	over := false
	for _, text := range strings.Fields(*limits) {
		limit, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return err
		}
		peak, took, err := run(ctx, adm, "memory-"+text, limit<<20)
		if err != nil {
			return err
		}
		fmt.Printf("| %d MiB | %d MiB | %d %% | %.0f s |\n", limit, peak>>20, peak*100/(limit<<20), took.Seconds())
		over = over || peak > limit<<20
	}
	if over {
		return errors.New("a process took more than it may")
	}
	return nil
}

// run starts an application, waits until it has read everything, and returns the most memory that was resident.
func run(ctx context.Context, adm *kadm.Client, name string, limit int64) (peak int64, took time.Duration, err error) {
	dir, err := os.MkdirTemp("", "streamgen-memory.")
	if err != nil {
		return 0, 0, err
	}
	defer os.RemoveAll(dir)
	self, err := os.Executable()
	if err != nil {
		return 0, 0, err
	}
	cmd := exec.CommandContext(ctx, self)
	cmd.Env = append(os.Environ(), "BENCH_MEMORY="+strconv.FormatInt(limit, 10), "BENCH_APPLICATION="+name, "BENCH_STATE="+dir)
	cmd.Stderr = os.Stderr
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, 0, err
	}
	for done := false; !done && err == nil; {
		select {
		case <-ctx.Done():
			err = ctx.Err()
		case <-time.After(time.Second):
			done, err = finished(ctx, adm, name)
		}
		if time.Since(began) > 10*time.Minute {
			err = errors.New("it has not read its input in ten minutes")
		}
	}
	peak, e := proc.Peak(cmd.Process.Pid)
	took = time.Since(began)
	return peak, took, errors.Join(err, e, cmd.Process.Signal(syscall.SIGTERM), cmd.Wait())
}

// finished says whether the group has committed the ends of everything it reads.
func finished(ctx context.Context, adm *kadm.Client, group string) (bool, error) {
	lags, err := adm.Lag(ctx, group)
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	l := lags[group]
	return err == nil && l.Error() == nil && len(l.Lag) == 2 && l.Lag.Total() <= int64(4*partitions), nil // markers at the ends
}
