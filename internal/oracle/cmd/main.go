// Command oracle (go run ./internal/oracle/cmd) runs the conformance oracle: random topologies and scripts through Kafka
// Streams and through both modes of ours. See oracle/README.md; make oracle calls it.
package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"time"

	"github.com/streamgen/streamgen/internal/oracle/batch"
	"github.com/streamgen/streamgen/internal/oracle/compare"
	"github.com/streamgen/streamgen/internal/oracle/draw"
	"github.com/streamgen/streamgen/internal/oracle/form"
	"github.com/streamgen/streamgen/internal/oracle/operator"
	"github.com/streamgen/streamgen/internal/oracle/peer"
	"github.com/streamgen/streamgen/internal/oracle/play"
)

func main() {
	n := flag.Int("n", 200, "cases")
	shapes := flag.Int("shapes", 40, "topologies")
	seed := flag.Uint64("seed", 0, "of the random cases; 0 takes the time")
	ops := flag.String("ops", "", "operators that each topology has")
	flag.Parse()
	if *seed == 0 {
		*seed = uint64(time.Now().UnixNano())
	}
	if err := run(*n, *shapes, *seed, strings.Fields(*ops)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(n, shapes int, seed uint64, ops []string) error {
	r := rand.New(rand.NewPCG(seed, 1))
	fmt.Println("seed", seed)
	var ts []form.Topology
	for len(ts) < shapes {
		if t := operator.Draw(r, 1+r.IntN(9), ops...); t != nil {
			ts = append(ts, t)
		}
	}
	start := time.Now()
	b, err := batch.Build(context.Background(), ".", ts)
	if err != nil {
		return err
	}
	defer b.Close()
	fmt.Println("built in", time.Since(start))
	java, err := peer.Start(".", "scripts/oracle-java.sh")
	if err != nil {
		return err
	}
	defer java.Close()
	bad := 0
	for i := range n {
		t := ts[i%shapes]
		script := draw.Script(r, t, 10+r.IntN(30))
		c := form.Case{Topology: t, Script: script}
		want, err := java.Ask(c.String())
		if err != nil {
			return err
		}
		for _, mode := range []string{play.Generated, play.Interpreted} {
			got, err := b.Play(i%shapes, mode, true, script)
			if err != nil {
				return err
			}
			if d := compare.Difference(want, got, true); d != "" {
				bad++
				if bad < 6 {
					fmt.Printf("%s\n%s\n%s\n", mode, c, d)
				}
			}
		}
	}
	fmt.Println(bad, "differences in", n, "cases", time.Since(start))
	if bad > 0 {
		return fmt.Errorf("%d results differ", bad)
	}
	return nil
}
