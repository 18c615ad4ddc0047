// Command paired runs the benchmarks of package bench several times, one variant after the other within each round, and
// prints medians as a Markdown table. Ratios are medians of the ratios within one round: what disturbs a machine lasts
// longer than one benchmark. docs/BENCHMARKS.md holds the table.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	rounds := flag.Int("rounds", 7, "how often each variant runs")
	pattern := flag.String("bench", ".", "benchmarks to run")
	benchtime := flag.String("benchtime", "1s", "of one variant in one round; 1000000x counts records")
	flag.Parse()
	if err := run(ctx, *rounds, *pattern, *benchtime); err != nil {
		fmt.Fprintln(os.Stderr, "paired:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, rounds int, pattern, benchtime string) error {
	dir, err := os.MkdirTemp("", "streamgen-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, "bench.test")
	if out, err := exec.CommandContext(ctx, "go", "test", "-c", "-o", binary, "./bench").CombinedOutput(); err != nil {
		return fmt.Errorf("building the benchmarks: %w\n%s", err, out)
	}
	// Equal work first.
	if out, err := exec.CommandContext(ctx, binary).CombinedOutput(); err != nil {
		return fmt.Errorf("the variants do not agree: %w\n%s", err, out)
	}
	var all []measured
	for i := range rounds {
		out, err := exec.CommandContext(ctx, binary, "-test.run", "^$", "-test.bench", pattern, "-test.benchtime", benchtime, "-test.benchmem").Output()
		if err != nil {
			return fmt.Errorf("round %d: %w\n%s", i+1, err, out)
		}
		fmt.Fprintf(os.Stderr, "round %d of %d\n", i+1, rounds)
		all = append(all, parse(i, out)...)
	}
	return table(os.Stdout, all)
}

// measured is one variant of a topology in one round.
type measured struct {
	round             int
	topology, variant string
	wall, cpu, allocs float64 // per record; times in nanoseconds
}

// parse reads the output of a benchmark: a name, how often, then pairs of a figure and its unit.
func parse(round int, out []byte) (all []measured) {
	for line := range bytes.Lines(out) {
		f := strings.Fields(string(line))
		if len(f) < 4 || !strings.HasPrefix(f[0], "BenchmarkOperators/") {
			continue
		}
		topology, variant, _ := strings.Cut(strings.TrimPrefix(f[0], "BenchmarkOperators/"), "/")
		if i := strings.LastIndexByte(variant, '-'); i > 0 {
			variant = variant[:i] // the number of processors
		}
		m := measured{round: round, topology: topology, variant: variant}
		for i := 2; i+1 < len(f); i += 2 {
			v, err := strconv.ParseFloat(f[i], 64)
			if err != nil {
				break
			}
			switch f[i+1] {
			case "ns/op":
				m.wall = v
			case "cpu-ns/op":
				m.cpu = v
			case "allocs/op":
				m.allocs = v
			}
		}
		all = append(all, m)
	}
	return all
}

func table(w io.Writer, all []measured) error {
	if len(all) == 0 {
		return fmt.Errorf("no benchmark ran")
	}
	fmt.Fprintln(w, "| | CPU ns/record | times hand | times generated | ns/record | allocs/record |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|")
	type row struct{ topology, variant string }
	var rows []row
	for _, m := range all {
		if r := (row{m.topology, m.variant}); !slices.Contains(rows, r) {
			rows = append(rows, r)
		}
	}
	for _, r := range rows {
		own := of(all, r.topology, r.variant)
		fmt.Fprintf(w, "| %s/%s | %.1f | %s | %s | %.1f | %.0f |\n", r.topology, r.variant,
			median(own, func(m measured) float64 { return m.cpu }),
			times(own, of(all, r.topology, "hand")), times(own, of(all, r.topology, "generated")),
			median(own, func(m measured) float64 { return m.wall }), median(own, func(m measured) float64 { return m.allocs }))
	}
	return nil
}

func of(all []measured, topology, variant string) (some []measured) {
	for _, m := range all {
		if m.topology == topology && m.variant == variant {
			some = append(some, m)
		}
	}
	return some
}

// times is the median of own's CPU time in base's, round by round.
func times(own, base []measured) string {
	var ratios []float64
	for _, m := range own {
		for _, b := range base {
			if b.round == m.round && b.cpu > 0 {
				ratios = append(ratios, m.cpu/b.cpu)
			}
		}
	}
	if len(ratios) == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f", median(ratios, func(f float64) float64 { return f }))
}

func median[T any](items []T, of func(T) float64) float64 {
	v := make([]float64, 0, len(items))
	for _, x := range items {
		v = append(v, of(x))
	}
	slices.Sort(v)
	n := len(v)
	if n%2 == 1 {
		return v[n/2]
	}
	return (v[n/2-1] + v[n/2]) / 2
}
