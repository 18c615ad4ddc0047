// Command codec runs the benchmarks of the generated codecs several times, each variant once in a round, and prints medians as a
// Markdown table. docs/BENCHMARKS.md holds figures of it.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
)

var packages = []string{"./internal/avrocorpus", "./internal/protocorpus", "./codegen/emit/jsoncodec/internal/corpus"}

func main() {
	rounds := flag.Int("rounds", 5, "how often each variant runs")
	pattern := flag.String("bench", "Bid|Wide|Forward|Decode/bid|Append/bid", "benchmarks to run")
	benchtime := flag.String("benchtime", "200ms", "of one variant in one round")
	flag.Parse()
	if err := run(*rounds, *pattern, *benchtime); err != nil {
		fmt.Fprintln(os.Stderr, "codec:", err)
		os.Exit(1)
	}
}

func run(rounds int, pattern, benchtime string) error {
	var names []string
	times, allocs := map[string][]float64{}, map[string]string{}
	for i := range rounds {
		for _, p := range packages {
			out, err := exec.Command("go", "test", "-run", "^$", "-bench", pattern, "-benchtime", benchtime, p).Output()
			if err != nil {
				return fmt.Errorf("%s: %w\n%s", p, err, out)
			}
			for line := range bytes.Lines(out) {
				f := strings.Fields(string(line))
				if len(f) < 4 || !strings.HasPrefix(f[0], "Benchmark") {
					continue
				}
				ns, err := strconv.ParseFloat(f[2], 64)
				if err != nil {
					continue
				}
				name := p[strings.LastIndexByte(p, '/')+1:] + " " + strings.TrimPrefix(f[0][:strings.LastIndexByte(f[0], '-')], "Benchmark")
				if !slices.Contains(names, name) {
					names = append(names, name)
				}
				times[name] = append(times[name], ns)
				allocs[name] = f[len(f)-2]
			}
		}
		fmt.Fprintf(os.Stderr, "round %d of %d\n", i+1, rounds)
	}
	fmt.Println("| | ns, median | lowest | highest | allocations |\n|---|---|---|---|---|")
	for _, name := range names {
		list := times[name]
		slices.Sort(list)
		fmt.Printf("| %s | %.0f | %.0f | %.0f | %s |\n", name, list[len(list)/2], list[0], list[len(list)-1], allocs[name])
	}
	return nil
}
