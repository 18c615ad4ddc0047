package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os/signal"
	"syscall"

	"github.com/streamgen/streamgen/internal/broker"
)

const brokerHelp = `Usage: streamgen broker [-port 9092] [-data DIR] [-topic name:partitions ...]

Runs an embedded single-node broker that Kafka clients can talk to: groups, transactions, compaction. It prints one line
when it is ready and stops on SIGTERM or an interrupt.

With -data its topics, records, groups and transactions survive a stop by SIGTERM or interrupt, exactly-once included.
They do NOT survive SIGKILL or a power cut: acknowledged records may then be lost or transactions torn. It is meant for
development, demos and tests; use Apache Kafka for data that matters.

`

// runBroker runs the embedded broker until a signal asks it to stop.
func runBroker(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	return brokerUntil(ctx, args, stdout, stderr)
}

// brokerUntil is runBroker with the end of the context in place of the signal.
func brokerUntil(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var o broker.Options
	flags := flag.NewFlagSet("broker", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(flags.Output(), brokerHelp)
		flags.PrintDefaults()
	}
	flags.StringVar(&o.Host, "host", broker.DefaultHost, "`address` to listen on and to give to clients; there is no access control")
	flags.IntVar(&o.Port, "port", 9092, "port to listen on; 0 takes a free one")
	flags.StringVar(&o.DataDir, "data", "", "`folder` that keeps everything over clean restarts (default: in memory)")
	flags.Func("topic", "`name:partitions` to create when it does not exist; may be given many times", func(s string) error {
		t, err := broker.ParseTopic(s)
		o.Topics = append(o.Topics, t)
		return err
	})
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		return exitFailure
	case flags.NArg() > 0:
		fmt.Fprintf(stderr, "streamgen broker: unexpected argument %q: topics are given as -topic name:partitions\n", flags.Arg(0))
		return exitFailure
	}
	err := broker.Run(ctx, o, func(addr string) {
		fmt.Fprintf(stdout, "streamgen broker: ready on %s (%s)\n", addr, keeps(o.DataDir))
	})
	if err != nil {
		fmt.Fprintln(stderr, "streamgen", err)
		return exitFailure
	}
	return exitOK
}

// keeps says in the ready line what a restart will find.
func keeps(dir string) string {
	if dir == "" {
		return "in memory, nothing is kept"
	}
	return "data in " + dir
}
