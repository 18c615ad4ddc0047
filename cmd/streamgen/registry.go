package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/streamgen/streamgen/internal/registry"
)

const registryHelp = `Usage: streamgen registry [-port 8081] [-data FILE] [-user-info-file FILE]

Runs a Schema Registry with Confluent's REST interface: subjects, versions, ids, levels of compatibility (checked for Avro),
modes, soft and permanent deletion. It prints one line when it is ready and stops on SIGTERM or an interrupt.

With -data what it knows is kept in a file, written before each answer. With -user-info-file requests must carry the
user:password in that file (basic auth).

`

// runRegistry runs the registry until a signal asks it to stop.
func runRegistry(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	return registryUntil(ctx, args, stdout, stderr)
}

// registryUntil is runRegistry with the end of the context in place of the signal.
func registryUntil(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("registry", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(flags.Output(), registryHelp)
		flags.PrintDefaults()
	}
	host := flags.String("host", "127.0.0.1", "`address` to listen on")
	port := flags.Int("port", 8081, "port to listen on; 0 takes a free one")
	data := flags.String("data", "", "`file` that keeps everything (default: in memory)")
	users := flags.String("user-info-file", "", "`file` with the user:password that requests must carry")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		return exitFailure
	case flags.NArg() > 0:
		fmt.Fprintf(stderr, "streamgen registry: unexpected argument %q\n", flags.Arg(0))
		return exitFailure
	}
	fail := func(err error) int {
		fmt.Fprintln(stderr, "streamgen registry:", err)
		return exitFailure
	}
	info := ""
	if *users != "" {
		b, err := os.ReadFile(*users)
		if err != nil {
			return fail(err)
		}
		if info = strings.TrimSpace(string(b)); !strings.Contains(info, ":") {
			return fail(fmt.Errorf("%s does not hold user:password", *users))
		}
	}
	handler, err := registry.New(*data, info)
	if err != nil {
		return fail(err)
	}
	listener, err := net.Listen("tcp", fmt.Sprintf("%s:%d", *host, *port))
	if err != nil {
		return fail(err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		server.Shutdown(grace)
	}()
	fmt.Fprintf(stdout, "streamgen registry: ready on http://%s\n", listener.Addr())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fail(err)
	}
	<-ended
	return exitOK
}
