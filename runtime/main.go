package runtime

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/streamgen/streamgen/runtime/gen"
)

// Main is the main function of a program that runs one topology: configuration from the
// given struct, a file, the environment and flags; signals (the first ends gracefully, the
// second without a last commit, the third at once); /metrics, /healthz, /readyz and /status over HTTP; exit code 0 after a graceful
// end, 1 after a failure, 2 for a wrong configuration. -describe prints the topology.
func Main(t *gen.Topology, cfg ...Config) {
	ctx, stop := context.WithCancel(context.Background())
	hurry, hurryUp := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 3)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	go func() {
		<-signals
		stop()
		<-signals
		hurryUp()
		signal.Stop(signals) // a third one has its default effect
	}()
	var c Config
	if len(cfg) > 0 {
		c = cfg[0]
	}
	os.Exit(run(ctx, hurry, t, c, os.Args, os.Environ(), os.Stdout, os.Stderr))
}

// run is Main without the process: the end of ctx stops the application, that of hurry at once.
func run(ctx, hurry context.Context, t *gen.Topology, cfg Config, args, environ []string, stdout, stderr io.Writer) int {
	name := filepath.Base(args[0])
	asked, err := load(&cfg, name, args[1:], environ, stdout)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		fmt.Fprintf(stderr, "%s: %v\n", name, err)
		return 2
	case t == nil:
		fmt.Fprintf(stderr, "%s: no topology was given to rt.Main\n", name)
		return 2
	case asked.describe:
		if t.Err != nil {
			fmt.Fprintf(stderr, "%s: %v\n", name, t.Err)
			return 2
		}
		fmt.Fprint(stdout, t.Description)
		return 0
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.NewTextHandler(stderr, nil))
	}
	app, err := New(t, cfg)
	if err != nil {
		fmt.Fprintf(stderr, "%s: %v\n", name, err)
		return 2
	}
	if asked.cleanUp {
		if err := app.CleanUp(); err != nil {
			fmt.Fprintf(stderr, "%s: %v\n", name, err)
			return 1
		}
	}
	context.AfterFunc(hurry, app.Hurry)
	web, err := app.serve()
	if err != nil {
		fmt.Fprintf(stderr, "%s: %v\n", name, err)
		return 1
	}
	defer web.Close()
	if err := app.Run(ctx); err != nil {
		fmt.Fprintf(stderr, "%s: %v\n", name, err)
		return 1
	}
	return 0
}
