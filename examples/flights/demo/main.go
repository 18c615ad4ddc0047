// Command demo shows the flights example at work with nothing installed but Go: it
// generates and builds the application, starts the embedded broker, feeds it a quarter
// of real departures, runs the application under exactly-once, shows the delays as
// they change, and compares every window with a plain loop over the same input.
//
// It exits 0 only when each window is equal and no record was dropped as late.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/streamgen/streamgen/examples/flights/data"
	"github.com/streamgen/streamgen/internal/broker"
)

const partitions = 4

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout, isTerminal(os.Stdout)); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, tty bool) (err error) {
	dir, err := os.MkdirTemp("", "streamgen-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	fmt.Fprintln(out, "generating and building examples/flights")
	binary, err := build(ctx, filepath.Join(dir, "flights"))
	if err != nil {
		return err
	}
	flights, err := data.Flights()
	if err != nil {
		return err
	}
	airlines, err := data.Airlines()
	if err != nil {
		return err
	}

	br, err := broker.Start(broker.Options{DataDir: filepath.Join(dir, "broker"), Topics: []broker.Topic{
		{Name: "flights", Partitions: partitions}, {Name: "airlines", Partitions: 1}, {Name: "delay-by-hour", Partitions: partitions},
	}})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, br.Close()) }()
	fmt.Fprintf(out, "embedded broker on %s\n", br.Addr())

	if err := feed(ctx, br.Addr(), flights, airlines, newBar(out, tty, len(flights))); err != nil {
		return err
	}

	started := time.Now()
	app, err := start(ctx, binary, br.Addr(), filepath.Join(dir, "state"), filepath.Join(dir, "app.log"))
	if err != nil {
		return err
	}
	defer app.kill()
	want := truth(flights, airlines)
	got, err := watch(ctx, br.Addr(), app, want, newTable(out, tty))
	took := time.Since(started)
	if err != nil {
		return err
	}
	late, err := app.dropped(ctx)
	if err != nil {
		return err
	}
	if err := app.stop(); err != nil {
		return err
	}

	differ := got.diff(want)
	fmt.Fprintf(out, "\n%d departures in %.1f s: %.0f records/s, exactly once, start-up included\n", len(flights), took.Seconds(), float64(len(flights))/took.Seconds())
	fmt.Fprintf(out, "late: %d\n", late)
	fmt.Fprintf(out, "windows: %d, of a plain loop: %d, different: %d\n", len(got), len(want), len(differ))
	for i, d := range differ {
		if i == 5 {
			fmt.Fprintf(out, "  and %d more\n", len(differ)-i)
			break
		}
		fmt.Fprintln(out, "  "+d)
	}
	switch {
	case len(differ) > 0:
		return errors.New("verdict: WRONG, the windows differ from the plain loop")
	case late > 0:
		return fmt.Errorf("verdict: WRONG, %d records were dropped as late", late)
	}
	fmt.Fprintln(out, "verdict: every window equals the plain loop")
	return nil
}
