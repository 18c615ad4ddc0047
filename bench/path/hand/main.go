// Command hand runs one workload as a loop over franz-go that was written for it: what careful work by hand costs. Each
// loop does the work that the topology asks for and no more: results are coalesced per commit, changes go to a changelog
// topic and to Pebble, outputs and offsets are one transaction under exactly_once_v2. It reads no state back at a start,
// follows no rebalance, and knows that outputs keep their input's partition.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/streamgen/streamgen/bench/path/form"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	s, err := form.FromEnviron()
	if err == nil {
		err = run(ctx, s)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "hand:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, s form.Setting) error {
	w, ok := workloads[s.Workload]
	if !ok {
		return fmt.Errorf("no workload %q", s.Workload)
	}
	var rows *disk
	if w.stored {
		var err error
		if rows, err = openDisk(s.State); err != nil {
			return err
		}
		defer rows.close()
	}
	l, err := newLoop(s, w, rows)
	if err != nil {
		return err
	}
	defer l.close()
	return l.run(ctx)
}
