// Command path compares whole applications on one real broker: generated code, a loop over franz-go written by hand,
// goka, and Kafka Streams, on the same input, one at a time, each as a process of its own. The output of every run is
// checked; a wrong one ends the comparison. It reads /proc, so it needs Linux. docs/BENCHMARKS.md has the method;
// `make bench` starts it beside a broker.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/streamgen/streamgen/bench/path/form"
)

// driver holds what is the same for all runs.
type driver struct {
	c                 *cluster
	shop              workshop
	setting           form.Setting // but for what a run decides
	dir               string
	n                 int
	rounds            int
	seed              uint64
	commit, commitEOS time.Duration
	stall             time.Duration
	workloads         []workload
	contestants       []contestant
	guarantees        []bool // exactly once
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := command(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "path:", err)
		os.Exit(1)
	}
}

func command(ctx context.Context, args []string) error {
	d, bootstrap, err := parse(args)
	if err != nil {
		return err
	}
	if d.shop.root, err = moduleRoot(); err != nil {
		return err
	}
	if d.dir, err = os.MkdirTemp("", "streamgen-path"); err != nil {
		return err
	}
	defer os.RemoveAll(d.dir)
	d.shop.bin = d.dir
	for _, c := range d.contestants {
		if err := d.shop.build(ctx, c); err != nil {
			return err
		}
	}
	if d.c, err = connect(ctx, bootstrap); err != nil {
		return err
	}
	defer d.c.cl.Close()
	results, err := d.all(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("%d × the workload's factor records, %d rounds, %d threads, commits every %v (exactly once %v), linger %v, batches of %d KiB, compression %s\n\n",
		d.n, d.rounds, d.setting.Threads, d.commit, d.commitEOS, d.setting.Linger, d.setting.BatchBytes>>10, d.setting.Compression)
	report(os.Stdout, results)
	return nil
}

func parse(args []string) (d *driver, bootstrap string, err error) {
	d = &driver{}
	f := flag.NewFlagSet("path", flag.ContinueOnError)
	f.StringVar(&bootstrap, "bootstrap", os.Getenv("STREAMGEN_KAFKA_BOOTSTRAP"), "address of the broker; scripts/with-kafka.sh sets STREAMGEN_KAFKA_BOOTSTRAP")
	f.IntVar(&d.n, "n", 4_000_000, "records of a workload, times its factor")
	f.IntVar(&d.rounds, "rounds", 3, "how often each contestant runs")
	f.Uint64Var(&d.seed, "seed", 1, "of the input")
	f.DurationVar(&d.commit, "commit", time.Second, "commit interval, at least once")
	f.DurationVar(&d.commitEOS, "commit-eos", 100*time.Millisecond, "commit interval, exactly once")
	f.DurationVar(&d.stall, "stall", time.Minute, "a contestant that commits nothing for so long has failed")
	f.IntVar(&d.setting.Threads, "threads", 2, "that process records")
	f.DurationVar(&d.setting.Linger, "linger", 5*time.Millisecond, "of producers")
	f.IntVar(&d.setting.BatchBytes, "batch", 1<<20, "largest produce batch in bytes")
	f.StringVar(&d.setting.Compression, "compression", "none", "none, lz4, snappy or zstd")
	names := func(all []string) string { return "some of: " + strings.Join(all, " ") }
	allWorkloads, allContestants, both := namesOf(workloads, func(w workload) string { return w.name }), namesOf(contestants, func(c contestant) string { return c.name }), []string{"alo", "eos"}
	w := f.String("workloads", strings.Join(allWorkloads, " "), names(allWorkloads))
	c := f.String("contestants", strings.Join(allContestants, " "), names(allContestants))
	g := f.String("guarantees", strings.Join(both, " "), names(both))
	if err := f.Parse(args); err != nil {
		return nil, "", err
	}
	if bootstrap == "" || d.n < 1 || d.rounds < 1 || d.setting.Threads < 1 {
		return nil, "", fmt.Errorf("-bootstrap is missing, or -n, -rounds or -threads is below 1")
	}
	d.workloads, err = pick("workload", *w, workloads, func(w workload) string { return w.name })
	if err == nil {
		d.contestants, err = pick("contestant", *c, contestants, func(c contestant) string { return c.name })
	}
	if err == nil {
		d.guarantees, err = pick("guarantee", *g, []bool{false, true}, short)
	}
	return d, bootstrap, err
}

func namesOf[T any](all []T, name func(T) string) (names []string) {
	for _, x := range all {
		names = append(names, name(x))
	}
	return names
}

// pick returns those of all that are named, in the order of all.
func pick[T any](what, asked string, all []T, name func(T) string) (picked []T, err error) {
	names := strings.FieldsFunc(asked, func(r rune) bool { return r == ' ' || r == ',' })
	for _, x := range all {
		if slices.Contains(names, name(x)) {
			picked = append(picked, x)
		}
	}
	for _, n := range names {
		if !slices.Contains(namesOf(all, name), n) {
			return nil, fmt.Errorf("no %s %q; there are: %s", what, n, strings.Join(namesOf(all, name), " "))
		}
	}
	if len(picked) == 0 {
		return nil, fmt.Errorf("no %s is named", what)
	}
	return picked, nil
}

// all runs every contestant on every workload, in each round in another order.
func (d *driver) all(ctx context.Context) (results []result, err error) {
	for _, w := range d.workloads {
		in, err := d.prepare(ctx, w)
		if err != nil {
			return nil, err
		}
		for round := range d.rounds {
			for _, exactlyOnce := range d.guarantees {
				for i := range d.contestants {
					c := d.contestants[(i+round)%len(d.contestants)]
					if exactlyOnce && !c.exactlyOnce {
						continue
					}
					r, err := d.run(ctx, w, in, c, exactlyOnce, round)
					if err != nil {
						return nil, err
					}
					fmt.Fprintf(os.Stderr, "%s %s round %d %s: %s records/s, %s CPU s per million, %v\n",
						w.name, short(exactlyOnce), round+1, c.name, thousands(r.rate), perMillion(cmp.Or(r.steady, r.wholePerRecord())), r.wall.Round(time.Millisecond))
					results = append(results, r)
				}
			}
		}
		if err := d.discard(ctx, in); err != nil {
			return nil, err
		}
	}
	return results, nil
}
