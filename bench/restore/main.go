// Command restore measures how fast a lost store comes back from its changelog, on a real broker: a changelog is written
// once, then each contestant, as a process of its own with an empty state folder, restores it. The same binary is the
// driver and our contestant; the other is Kafka Streams (bench/kstreams).
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

type options struct {
	n           int
	rounds      int
	workers     int
	contestants string
	compression string
	guarantee   string
	bootstrap   string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	err := error(nil)
	if os.Getenv("BENCH_WORKLOAD") == workload {
		err = contestant(ctx)
	} else {
		err = drive(ctx)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "restore:", err)
		os.Exit(1)
	}
}

func drive(ctx context.Context) error {
	var o options
	flag.IntVar(&o.n, "n", 10_000_000, "records of the changelog")
	flag.IntVar(&o.rounds, "rounds", 3, "rounds")
	flag.IntVar(&o.workers, "workers", 1, "threads of each contestant; one restores with three goroutines here")
	flag.StringVar(&o.contestants, "contestants", "streamgen kstreams", "who")
	flag.StringVar(&o.compression, "compression", "none", "of the changelog: none, lz4, snappy, zstd, gzip")
	flag.StringVar(&o.guarantee, "guarantee", "at_least_once", "processing.guarantee")
	flag.Parse()
	if o.bootstrap = os.Getenv("STREAMGEN_KAFKA_BOOTSTRAP"); o.bootstrap == "" {
		return fmt.Errorf("STREAMGEN_KAFKA_BOOTSTRAP is not set: run under scripts/with-kafka.sh")
	}
	began := time.Now()
	if err := fill(ctx, o); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%d records in %d partitions written in %v\n", o.n, partitions, time.Since(began).Round(time.Second))
	all := map[string][]result{}
	names := strings.Fields(o.contestants)
	for round := range o.rounds {
		for i := range names {
			name := names[(i+round)%len(names)]
			r, err := measure(ctx, o, name)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			fmt.Fprintf(os.Stderr, "round %d, %s: %v, CPU %v, broker %v, peak %d MB\n", round+1, name, r.took.Round(time.Millisecond), r.cpu, r.broker, r.peak>>20)
			all[name] = append(all[name], r)
		}
	}
	fmt.Println("| | records/s | CPU s per million | of the broker | peak MB | until RUNNING |\n|---|---|---|---|---|---|")
	million := float64(o.n) / 1e6
	for _, name := range names {
		m := median(all[name])
		fmt.Printf("| %s | %.2f M | %.2f | %.2f | %d | %.1f s |\n", name, million/m.took.Seconds(), m.cpu.Seconds()/million, m.broker.Seconds()/million,
			m.peak>>20, m.running.Seconds())
	}
	return nil
}

// median is the round with the middle time.
func median(rs []result) result {
	slices.SortFunc(rs, func(a, b result) int { return int(a.took - b.took) })
	return rs[len(rs)/2]
}
