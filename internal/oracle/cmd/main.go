// Command oracle (go run ./internal/oracle/cmd) runs the conformance oracle: random topologies
// and scripts through Kafka Streams and through both modes of ours. With -record it keeps
// topologies and results for make test. See oracle/README.md.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/streamgen/streamgen/internal/oracle/session"
)

func main() {
	differing, err := run(os.Args[1:])
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "oracle:", err)
		os.Exit(2)
	case differing > 0:
		os.Exit(1)
	}
}

func run(args []string) (differing int, err error) {
	flags := flag.NewFlagSet("oracle", flag.ContinueOnError)
	n := flags.Int("n", 500, "cases")
	shapes := flags.Int("shapes", 40, "topologies that they are spread over")
	seed := flags.Uint64("seed", 0, "of topologies and scripts; 0 takes the time")
	ops := flags.String("ops", "", "operators that each topology has, separated by spaces; topologies take turns with lists separated by commas")
	record := flags.String("record", "", "write the `set` of that name to internal/oracle/recorded instead, from the case files given as arguments or random")
	if err := flags.Parse(args); err != nil {
		return 0, err
	}
	root, err := filepath.Abs(".")
	if err != nil {
		return 0, err
	}
	if *seed == 0 {
		*seed = uint64(time.Now().UnixNano())
	}
	o := session.Options{Root: root, Cases: *n, Shapes: *shapes, Seed: *seed,
		Keep: filepath.Join(root, "internal", "oracle", "testdata"), Out: os.Stdout}
	for list := range strings.SplitSeq(*ops, ",") {
		o.Wanted = append(o.Wanted, strings.Fields(list))
	}
	if *record != "" {
		return 0, session.Record(context.Background(), o, *record, flags.Args())
	}
	return session.Run(context.Background(), o)
}
